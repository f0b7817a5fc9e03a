"""The front door: find a complaint, start one, get help."""

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from complaints.number import WrongNumber, check
from portal import offers
from portal.draft import Draft
from portal.pages import SeeOther, keep_language, speak
from portal.views.complain import form_page


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    typed, wrong = request.GET.get("number", "")[:60], ""
    if "number" in request.GET:
        try:
            return redirect("portal:status", check(typed))
        except WrongNumber as error:
            wrong = error.reason
    if "org" in request.GET:
        found = offers.organisation(request.GET["org"], at.date())
        if found is None:
            raise Http404
        return redirect("portal:new", found.code)
    roots = offers.organisations(at.date())
    if len(roots) == 1 and not wrong:
        return form_page(request, Draft(roots[0], QueryDict(), at))
    context = {"organisations": roots, "number": typed, "wrong": wrong}
    return render(request, "portal/home.html", context)


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Choose the language and go back to the same page."""
    there = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(
        there, {request.get_host()}, require_https=request.is_secure()
    ):
        there = "/"
    response = SeeOther(there)
    wanted = request.POST.get("language", "")
    if speak(request, wanted):
        keep_language(response, wanted)
    return response
