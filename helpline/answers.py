"""What a citizen answers on the phone, wherever it is typed."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from complaints.refusals import Invalid
from feedback.calls import Said
from feedback.took import minutes_of
from officers.models import Organisation

TOOK_UNITS = (("minutes", _("minutes")), ("hours", _("hours")), ("days", _("days")))
TROUBLE = (("no", _("No")), ("yes", _("Yes")))


class CallAtField(forms.DateTimeField):
    """When somebody wishes to be called; read by `over_there`."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Call again at"),
            required=False,
            input_formats=["%Y-%m-%dT%H:%M"],
            widget=forms.DateTimeInput({"type": "datetime-local"}),
        )


def over_there(typed: datetime | None, organisation: Organisation) -> datetime | None:
    """As the clock of the organisation says it, whoever's zone is active."""
    if typed is None:
        return None
    plain = timezone.make_naive(typed)
    return plain.replace(tzinfo=ZoneInfo(organisation.timezone))


def took_minutes(form: forms.Form) -> int | None:
    """The number and its unit; what is wrong with them stands beside the field."""
    given = form.cleaned_data
    try:
        return minutes_of(given.get("took", ""), given.get("took_unit", ""))
    except Invalid as wrong:
        form.add_error(wrong.field, str(wrong))
        return None


def said_on_phone(form: forms.Form, minutes: int | None, *, solved: bool) -> Said:
    given = form.cleaned_data
    return Said(
        solved=solved,
        score=given["score"],
        took_minutes=minutes,
        trouble=given["trouble"] == "yes" if given["trouble"] else None,
        comment=given["text"],
    )
