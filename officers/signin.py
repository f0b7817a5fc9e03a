"""Signing in: nobody signs up, and tries are counted across all processes."""

from datetime import timedelta
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter, get_adapter
from allauth.account.forms import (
    ChangePasswordForm,
    LoginForm,
    ReauthenticateForm,
    ResetPasswordForm,
    ResetPasswordKeyForm,
)
from allauth.core import context
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
DAY = timedelta(days=1)
TRIES_PER_NAME = 10
TRIES_PER_ADDRESS = 60
# Of the second step: six digits would be found by trying them all.
TRIES_PER_CODE = 5
CODES_PER_DAY = 60
RESETS_PER_NAME = 3
RESETS_PER_ADDRESS = 30
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
        name = str(credentials.get("username", ""))[:150].casefold()
        address = self.get_client_ip(request)
        _count(f"sign-in:{name}", TRIES_PER_NAME)
        _count(f"sign-in-from:{address}", TRIES_PER_ADDRESS)
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


def _count(key: str, limit: int, window: timedelta = WINDOW) -> None:
    if not counters.allowed(key, limit=limit, window=window, at=timezone.now()):
        raise get_adapter().validation_error("too_many_login_attempts")


def count_code(officer: Officer) -> None:
    """Before a code or a password of somebody who is half in is looked at."""
    _count(f"second-step:{officer.pk}", TRIES_PER_CODE)
    _count(f"second-step-day:{officer.pk}", CODES_PER_DAY, DAY)


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
    def clean_email(self) -> str:
        """Counted, or anybody could fill an officer's mailbox."""
        address = get_adapter().get_client_ip(context.request)
        _count(f"reset-from:{address}", RESETS_PER_ADDRESS, DAY)
        name = str(self.cleaned_data["email"]).casefold()
        _count(f"reset:{name}", RESETS_PER_NAME, DAY)
        email: str = super().clean_email()
        return email


class ResetForm(_OurLabels, ResetPasswordKeyForm):  # type: ignore[misc]  # as above
    pass


class AgainForm(_OurLabels, ReauthenticateForm):  # type: ignore[misc]  # as above
    def clean_password(self) -> str:
        count_code(self.user)
        password: str = super().clean_password()
        return password


class CodeForm(_OurLabels, AuthenticateForm):  # type: ignore[misc]  # as above
    def clean_code(self) -> str:
        count_code(self.user)
        code: str = super().clean_code()
        return code


class CodeAgainForm(_OurLabels, MfaReauthenticateForm):  # type: ignore[misc]  # as above
    def clean_code(self) -> str:
        count_code(self.user)
        code: str = super().clean_code()
        return code


class ActivateForm(_OurLabels, ActivateTOTPForm):  # type: ignore[misc]  # as above
    pass
