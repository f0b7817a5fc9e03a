"""Error pages in the person's language; the last one needs no database."""

import logging

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template import loader
from django.utils.translation import gettext as _

log = logging.getLogger(__name__)
_PROGRAMS = "/api/"


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent):
        return too_large(request)
    if request.path.startswith(_PROGRAMS):
        return JsonResponse(
            {"code": "bad_request", "message": "", "field": ""}, status=400
        )
    return render(request, "400.html", status=400)


def too_large(request: HttpRequest) -> HttpResponse:
    return render(request, "413.html", status=413)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", {"expired": False}, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", status=404)


def too_many(request: HttpRequest, sentence: str = "") -> HttpResponse:
    context = {
        "sentence": sentence
        or _("Too many tries came from your address. Please wait a minute.")
    }
    response = render(request, "429.html", context, status=429)
    response["Retry-After"] = "60"
    response["Cache-Control"] = "no-store"
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """Everything may be broken here: no request in the template, no queries."""
    if request.path.startswith(_PROGRAMS):
        said = {"code": "server_error", "message": "", "field": ""}
        return JsonResponse(said, status=500)
    return HttpResponse(loader.get_template("500.html").render(), status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """An old page, or cookies switched off: show the form again with what was typed."""
    from portal.views.complain import again  # the views import these pages

    match = request.resolver_match
    if match is not None and match.view_name == "portal:new":
        return again(request, match.kwargs["code"])
    return render(request, "403.html", {"expired": True}, status=403)
