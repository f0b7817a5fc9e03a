"""Settings of compensation, and every claim to be read; decided on /admin/claims/."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from escalation.models import Claim
from escalation.reference import LEVELS
from notices.paging import CappedPaginator
from officers.scoped_admin import ScopedAdmin

if TYPE_CHECKING:
    _ModelForm = forms.ModelForm[models.Model]
else:
    _ModelForm = forms.ModelForm  # subscriptable in the stubs only


class CompensationForm(_ModelForm):
    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        amount, most = data.get("amount"), data.get("most")
        if amount is not None and amount <= 0:
            self.add_error("amount", _("Write a sum above 0."))
        if amount and most is not None and most < amount:
            self.add_error("most", _("The limit cannot be less than the sum."))
        begin = data.get("valid_from") or getattr(self.instance, "valid_from", None)
        end = data.get("valid_to")
        if begin and end and end < begin:
            self.add_error("valid_to", _("It must end after it begins."))
        return data


class CompensationAdmin(ScopedAdmin):
    """A new sum is a new row from its day on: what was offered keeps the old one."""

    form = CompensationForm
    organisation_field = "category__organisation"
    reference = LEVELS
    when_empty = _(
        "No compensation yet: a missed date costs nothing. Add the sum that the law of "
        "your state gives for a category."
    )
    list_display = (
        "category", "amount", "per", "most", "pay_within_days", "valid_from",
        "valid_to",
    )  # fmt: skip
    list_select_related = ("category",)
    search_fields = ("category__code",)
    ordering = ("category__code", "-valid_from")

    def get_readonly_fields(
        self, request: HttpRequest, obj: models.Model | None = None
    ) -> tuple[str, ...]:
        if obj is None or not Claim.objects.filter(compensation=obj.pk).exists():
            return ()
        return (
            "category", "amount", "per", "most", "pay_within_days", "source",
            "valid_from",
        )  # fmt: skip


class ClaimAdmin(ScopedAdmin):
    organisation_field = "complaint__organisation"
    read_only = True
    when_empty = _(
        "No claim yet. One is offered when a date is missed that has a compensation."
    )
    paginator = CappedPaginator
    list_display = (
        "number", "state", "minutes_late", "offered_at", "claimed_at", "decided_at",
        "amount",
    )  # fmt: skip
    list_filter = ("state",)
    fields = (
        "number", "state", "due_at", "minutes_late", "counted_to", "offered_at",
        "claimed_at", "decided_at", "decided_by", "amount",
    )  # fmt: skip
    ordering = ("-pk",)
