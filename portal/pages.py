"""What every page here needs: headers of personal pages, language, refusals."""

from collections.abc import Callable
from functools import update_wrapper
from typing import Concatenate, ParamSpec, TypeAlias

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import translation

P = ParamSpec("P")
View: TypeAlias = Callable[Concatenate[HttpRequest, P], HttpResponse]
_YEAR = 365 * 24 * 3600


class SeeOther(HttpResponseRedirect):
    """After a form: the next page is fetched with GET, so a reload sends nothing."""

    status_code = 303


def personal(view: View[P]) -> View[P]:
    """Not kept by caches, not found by search engines."""

    def headed(
        request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    update_wrapper(headed, view)
    return headed


def exchanged(response: HttpResponse) -> HttpResponse:
    """For the redirect away from an address that holds a secret.

    Only there: pages with forms keep "same-origin", for under "no-referrer" browsers
    send "Origin: null" and Django refuses the form.
    """
    response["Referrer-Policy"] = "no-referrer"
    return response


def speak(request: HttpRequest, language: str) -> bool:
    """Change the language of this answer; False when we do not have it."""
    if language not in dict(settings.LANGUAGES):
        return False
    translation.activate(language)
    request.LANGUAGE_CODE = language
    return True


def keep_language(response: HttpResponse, language: str) -> None:
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=_YEAR,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
