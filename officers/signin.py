"""Signing in: nobody signs up, and tries are counted across all processes."""

from datetime import timedelta
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import (
    ChangePasswordForm,
    LoginForm,
    ReauthenticateForm,
    ResetPasswordForm,
    ResetPasswordKeyForm,
)
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as MfaReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from officers.models import Officer, Posting, Role
from operations import counters

WINDOW = timedelta(minutes=5)
TRIES_PER_NAME = 10
TRIES_PER_ADDRESS = 60
LONGEST_PASSWORD = 4096  # hashing a 10 MB password is an attack

# Where the day starts, by the first role that fits.
START_PAGES = (
    ({Role.AGENT, Role.SOCIAL_DESK}, "/admin/console/"),
    ({Role.DISPATCHER, Role.SUPERVISOR, Role.APPELLATE_AUTHORITY}, "/admin/queue/"),
    ({Role.DEPT_HEAD, Role.ZONE_HEAD}, "/office/"),
    ({Role.COMMISSIONER, Role.MONITORING_TEAM, Role.AUDITOR}, "/reports/"),
    ({Role.OFFICER, Role.FIELD_STAFF, Role.PARTNER}, "/field/"),
)


class SigninAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # untyped library
    error_messages = DefaultAccountAdapter.error_messages | {
        "too_many_login_attempts": _(
            "Too many tries. Please wait five minutes, then try again."
        ),
        "username_password_mismatch": _(
            "This name and password do not fit together. Check both and try again."
        ),
        "account_inactive": _("This login is no longer active."),
        "enter_current_password": _("Please type your current password."),
        "incorrect_password": _("This password is not right."),
        "invalid_login": _("This login is not right."),
        "invalid_password_reset": _("This link no longer works. Ask for a new one."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        now = timezone.now()
        name = str(credentials.get("username", ""))[:150].casefold()
        address = self.get_client_ip(request)
        for key, limit in (
            (f"sign-in:{name}", TRIES_PER_NAME),
            (f"sign-in-from:{address}", TRIES_PER_ADDRESS),
        ):
            if not counters.allowed(key, limit=limit, window=WINDOW, at=now):
                raise self.validation_error("too_many_login_attempts")
        if len(str(credentials.get("password", ""))) > LONGEST_PASSWORD:
            raise self.validation_error("username_password_mismatch")

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        assert isinstance(request.user, Officer)  # noqa: S101 (allauth signed them in)
        roles = set(
            Posting.objects.on(timezone.localdate())
            .filter(officer=request.user)
            .values_list("role", flat=True)
        )
        return next((url for some, url in START_PAGES if some & roles), "/admin/")


class MfaAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # untyped library
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("This code is not right. Wait for the next one."),
    }

    def get_totp_issuer(self) -> str:
        return "Sunwai"


class _OurLabels:
    """allauth speaks neither Hindi nor Marathi: its labels are said again by us."""

    labels = {
        "login": _("User name"),
        "password": _("Password"),
        "oldpassword": _("Current password"),
        "password1": _("New password"),
        "password2": _("New password, once more"),
        "email": _("E-mail"),
        "code": _("Code from your authenticator app"),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields  # type: ignore[attr-defined]  # a mixin
        fields.pop("remember", None)
        for name, field in fields.items():
            field.label = self.labels.get(name, field.label)
            field.help_text = ""
            field.widget.attrs.pop("placeholder", None)


class SigninForm(_OurLabels, LoginForm):  # type: ignore[misc]  # untyped library
    pass


class NewPasswordForm(_OurLabels, ChangePasswordForm):  # type: ignore[misc]  # as above
    pass


class ForgottenForm(_OurLabels, ResetPasswordForm):  # type: ignore[misc]  # as above
    pass


class ResetForm(_OurLabels, ResetPasswordKeyForm):  # type: ignore[misc]  # as above
    pass


class AgainForm(_OurLabels, ReauthenticateForm):  # type: ignore[misc]  # as above
    pass


class CodeForm(_OurLabels, AuthenticateForm):  # type: ignore[misc]  # as above
    pass


class CodeAgainForm(_OurLabels, MfaReauthenticateForm):  # type: ignore[misc]  # as above
    pass


class ActivateForm(_OurLabels, ActivateTOTPForm):  # type: ignore[misc]  # as above
    pass
