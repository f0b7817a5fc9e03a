from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.core.validators import URLValidator
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from officers import ical
from officers.calendar import BadHours, parse_hours
from officers.models import Calendar, CalendarHours, Holiday
from officers.names import NamesField
from officers.names_widget import NamesFormField
from officers.scoped_admin import Inline, ScopedAdmin
from officers.trees import REFERENCE

if TYPE_CHECKING:
    _Form = forms.ModelForm[Model]
else:
    _Form = forms.ModelForm  # subscriptable in the stubs only


def readable(hours: str) -> str:
    """Hours as they were typed; raises ValidationError with the part to mend."""
    try:
        parse_hours(hours)
    except BadHours as bad:
        raise forms.ValidationError(
            _("“%(part)s” cannot be read. Write: mon-fri 10:00-18:00; sat 10:00-14:00")
            % {"part": bad.part}
        ) from bad
    return hours


class CalendarForm(_Form):
    def clean_hours(self) -> str:
        return readable(self.cleaned_data["hours"])

    def clean_ical_url(self) -> str:
        url: str = self.cleaned_data["ical_url"].strip()
        if url and not url.startswith("https://"):
            raise forms.ValidationError(_("The address must begin with https://"))
        if url:
            URLValidator(schemes=["https"])(url)
        return url

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        office = data.get("kind") == Calendar.Kind.OFFICE
        if office and "hours" in data and not data["hours"].strip():
            self.add_error("hours", _("Write the hours in which the office works."))
        return data


class CalendarHoursForm(_Form):
    def clean_hours(self) -> str:
        return readable(self.cleaned_data["hours"])


class HoursInline(Inline):
    model = CalendarHours
    form = CalendarHoursForm
    ordering = ("valid_from",)


class HolidayInline(Inline):
    model = Holiday
    formfield_overrides = {NamesField: {"form_class": NamesFormField}}
    readonly_fields = ("source",)
    ordering = ("date",)


class CalendarAdmin(ScopedAdmin):
    form = CalendarForm
    reference = REFERENCE
    list_display = ("code", "__str__", "organisation", "kind", "hours", "ical_told")
    list_select_related = ("organisation",)
    readonly_fields = ("ical_told",)
    inlines = (HoursInline, HolidayInline)
    ordering = ("organisation", "code")
    actions = ("read_ical",)

    def save_formset(
        self, request: HttpRequest, form: Any, formset: Any, change: bool
    ) -> None:
        """What a person writes or changes is theirs: no import touches it again."""
        for row in formset.save(commit=False):
            if isinstance(row, Holiday):
                row.source = ""
            row.save()
        for row in formset.deleted_objects:
            row.delete()
        formset.save_m2m()

    def save_related(
        self, request: HttpRequest, form: Any, formsets: Any, change: bool
    ) -> None:
        from operations.generation import bump

        super().save_related(request, form, formsets, change)
        bump(REFERENCE)  # save_model spoke before the days were written

    @admin.display(description=gettext_lazy("holidays read from the address"))
    def ical_told(self, obj: Calendar) -> str:
        if not obj.ical_url:
            return "–"
        told = [self._read(obj)]
        if obj.ical_left_out:
            told.append(
                ngettext(
                    "%(n)s entry was left out: no whole day, or not once a year.",
                    "%(n)s entries were left out: no whole day, or not once a year.",
                    obj.ical_left_out,
                )
                % {"n": obj.ical_left_out}
            )
        if obj.ical_error:
            told.append(
                _("Last try %(when)s: nothing could be read (%(code)s).")
                % {"when": _when(obj.ical_tried_at), "code": obj.ical_error}
            )
        return " ".join(told)

    def _read(self, obj: Calendar) -> str:
        if obj.ical_read_at is None:
            return _("Not read yet.")
        return ngettext(
            "Read %(when)s: %(n)s day.", "Read %(when)s: %(n)s days.", obj.ical_days
        ) % {"when": _when(obj.ical_read_at), "n": obj.ical_days}

    @admin.action(
        description=gettext_lazy("Read the holidays from their address now"),
        permissions=["change"],
    )
    def read_ical(self, request: HttpRequest, queryset: QuerySet[Calendar]) -> None:
        at = timezone.now()
        mine = [
            row for row in queryset.exclude(ical_url="") if self._mine(request, row)
        ]
        asked = sum(ical.ask(row.pk, at, request.user.pk) for row in mine)
        messages.info(
            request,
            ngettext(
                "%(n)s address is being read.", "%(n)s addresses are being read.", asked
            )
            % {"n": asked},
        )


def _when(at: Any) -> str:
    return formats.date_format(timezone.localtime(at), "j M Y H:i") if at else "–"
