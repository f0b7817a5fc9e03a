"""For signed-in staff: their language, and the second factor where it is forced."""

from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import translation

from officers.models import Officer

GetResponse = Callable[[HttpRequest], HttpResponse]
_CHECKED = "second_factor"
_OPEN = ("/accounts/", "/static/", "/i18n/", "/healthz", "/readyz")


class OfficerLanguage:
    """An officer reads in the language of their record unless they chose another."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        chosen = settings.LANGUAGE_COOKIE_NAME in request.COOKIES
        if isinstance(user, Officer) and not chosen:
            translation.activate(user.language)
            request.LANGUAGE_CODE = translation.get_language() or "en"
        return self.get_response(request)


class SecondFactor:
    """Outside the demo nobody works without one (settings.FORCE_MFA)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if (
            settings.FORCE_MFA
            and isinstance(user, Officer)
            and not request.path.startswith(_OPEN)
            and not self._has_one(request, user)
        ):
            return HttpResponseRedirect(reverse("mfa_activate_totp"))
        return self.get_response(request)

    def _has_one(self, request: HttpRequest, user: Officer) -> bool:
        if not request.session.get(_CHECKED):
            request.session[_CHECKED] = is_mfa_enabled(user)
        return bool(request.session[_CHECKED])
