"""Back office of webhooks: who is told where, and what became of it."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from complaints.labels import EVENT_LABELS
from officers.scoped_admin import Admins, ScopedAdmin
from officers.token_admin import OwnOfficerForm, shown_once
from portal.api import webhooks
from portal.api.delivery import url_refused
from portal.models import WebhookDelivery, WebhookSubscription


class SubscriptionForm(OwnOfficerForm):
    kinds = forms.MultipleChoiceField(
        label=_("Events"),
        required=False,
        choices=list(EVENT_LABELS.items()),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: all of them."),
    )
    renew = forms.BooleanField(
        label=_("New secret"),
        required=False,
        help_text=_("The old one stops signing at once."),
    )
    test = forms.BooleanField(
        label=_("Send a test"),
        required=False,
        help_text=_("What came of it stands among the deliveries."),
    )

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"].strip()
        if url_refused(url):
            raise forms.ValidationError(_("The address must begin with https://."))
        return url


class SubscriptionAdmin(ScopedAdmin):
    form = SubscriptionForm
    reference = webhooks.REFERENCE
    when_empty = _(
        "No webhook yet. Add the address of a program that is to hear of every change."
    )
    list_display = ("url", "officer", "organisation", "active", "created_at")
    list_select_related = ("officer", "organisation")
    list_filter = ("active",)
    ordering = ("-pk",)

    def get_fields(
        self, request: HttpRequest, obj: Model | None = None
    ) -> tuple[str, ...]:
        first = ("organisation", "officer", "url", "kinds", "active")
        return first if obj is None else (*first, "created_at", "test", "renew")

    def get_readonly_fields(
        self, request: HttpRequest, obj: Model | None = None
    ) -> tuple[str, ...]:
        return () if obj is None else ("created_at",)

    def save_model(
        self, request: HttpRequest, obj: Model, form: Any, change: bool
    ) -> None:
        assert isinstance(obj, WebhookSubscription)  # noqa: S101 (the base calls it Model)
        at = timezone.now()
        if not change or form.cleaned_data.get("renew"):
            secret = webhooks.new_secret()
            obj.sealed = webhooks.sealed(secret)
            request.__dict__["_secret"] = secret
        if not change:
            obj.created_at = at
        super().save_model(request, obj, form, change)
        if change and form.cleaned_data.get("test"):
            webhooks.ping(obj, at)

    def response_add(
        self, request: HttpRequest, obj: Model, post_url_continue: str | None = None
    ) -> HttpResponse:
        return shown_once(request, obj, request.__dict__["_secret"])

    def response_change(self, request: HttpRequest, obj: Model) -> HttpResponse:
        secret = request.__dict__.get("_secret")
        if secret:
            return shown_once(request, obj, secret)
        return super().response_change(request, obj)


class DeliveryAdmin(ScopedAdmin):
    """Look only: the worker alone moves them."""

    organisation_field = "subscription__organisation"
    read_only = True
    list_display = (
        "id", "created_at", "state", "subscription", "what", "attempts",
        "response_code", "error", "done_at",
    )  # fmt: skip
    list_filter = ("state",)
    list_select_related = ("subscription", "event")
    ordering = ("-id",)
    fields = (
        "subscription", "what", "state", "attempts", "created_at", "not_before",
        "response_code", "error", "done_at",
    )  # fmt: skip
    readonly_fields = ("what",)

    @admin.display(description=_("Event"))
    def what(self, obj: WebhookDelivery) -> str:
        return obj.event.kind if obj.event else webhooks.PING


ADMINS: Admins = [
    (WebhookSubscription, SubscriptionAdmin),
    (WebhookDelivery, DeliveryAdmin),
]
