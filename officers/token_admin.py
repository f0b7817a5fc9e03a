"""Back office of API tokens: made, shown once, revoked."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from officers import tokens
from officers.models import ApiToken, Officer, Organisation, Posting
from officers.scoped_admin import ScopedAdmin
from officers.trees import organisation_subtree

if TYPE_CHECKING:
    _Form = forms.ModelForm[Model]
else:
    _Form = forms.ModelForm  # subscriptable in the stubs only

LASTS = timedelta(days=365)


def posted_within(officer: Officer, organisation: Organisation) -> bool:
    """Whoever has a key for an officer acts as them: they must be the house's own."""
    reach = organisation_subtree(organisation.pk)
    today = Posting.objects.on(timezone.localdate())
    return today.filter(officer=officer, organisation_id__in=reach).exists()


class OwnOfficerForm(_Form):
    """Of rows that act for an officer within an organisation."""

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        officer, organisation = data.get("officer"), data.get("organisation")
        if officer and organisation and not posted_within(officer, organisation):
            self.add_error(
                "officer", _("This officer has no posting there today. Add one first.")
            )
        return data


class TokenForm(OwnOfficerForm):
    revoke = forms.BooleanField(
        label=_("Revoke"),
        required=False,
        help_text=_("It stops working at once and for ever."),
    )

    def clean_expires_at(self) -> Any:
        until = self.cleaned_data["expires_at"]
        if until <= timezone.now():
            raise forms.ValidationError(_("The date must lie ahead."))
        return until


class TokenAdmin(ScopedAdmin):
    form = TokenForm
    when_empty = _(
        "No token yet. Another program needs one to use the API; it acts as an officer."
    )
    list_display = (
        "name", "prefix", "officer", "organisation", "expires_at", "revoked_at",
        "last_used_on",
    )  # fmt: skip
    list_select_related = ("officer", "organisation")
    ordering = ("-pk",)

    def get_fields(
        self, request: HttpRequest, obj: Model | None = None
    ) -> tuple[str, ...]:
        if obj is None:
            return (
                "organisation", "officer", "name", "requests_per_minute", "expires_at"
            )  # fmt: skip
        kept = self.get_readonly_fields(request, obj)
        own = ("revoke",) if isinstance(obj, ApiToken) and not obj.revoked_at else ()
        return (*kept, "name", "requests_per_minute", *own)

    def get_readonly_fields(
        self, request: HttpRequest, obj: Model | None = None
    ) -> tuple[str, ...]:
        if obj is None:
            return ()
        return (
            "officer", "organisation", "prefix", "created_at", "made_by", "expires_at",
            "revoked_at", "last_used_on",
        )  # fmt: skip

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"expires_at": timezone.now() + LASTS}

    def save_model(
        self, request: HttpRequest, obj: Model, form: Any, change: bool
    ) -> None:
        assert isinstance(obj, ApiToken)  # noqa: S101 (tells mypy what the base calls Model)
        at = timezone.now()
        if change:
            super().save_model(request, obj, form, change)
            if form.cleaned_data.get("revoke"):
                tokens.revoke(obj, at)
            return
        secret = tokens.new_secret()
        maker = request.user if isinstance(request.user, Officer) else None
        tokens.give(obj, secret, at=at, made_by=maker)
        super().save_model(request, obj, form, change)
        request.__dict__["_secret"] = secret

    def response_add(
        self, request: HttpRequest, obj: Model, post_url_continue: str | None = None
    ) -> HttpResponse:
        return shown_once(request, obj, request.__dict__["_secret"])


def shown_once(request: HttpRequest, obj: Model, secret: str) -> HttpResponse:
    """On the very answer, which the admin never caches: in no session, no message."""
    return render(
        request,
        "officers/secret_once.html",
        {
            "title": _("Copy this now"), "secret": secret, "row": obj,
            "opts": obj._meta, "has_permission": True,
        },
    )  # fmt: skip
