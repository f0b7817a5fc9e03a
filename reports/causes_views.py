"""/reports/causes/: why people rated low, and the one measure of each department."""

from typing import Any

from django import forms
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.refusals import Refused
from feedback.causes import LONGEST_MEASURE, Key, record_measure
from feedback.intervals import FEW
from feedback.models import FollowUp
from officers.models import Department, Organisation
from reports import causes, charts
from reports.access import Reader, readers
from reports.causes import Line
from reports.periods import Period
from reports.scope import reporting
from reports.views import choice, of_month, show_list


class MeasureForm(forms.Form):
    use_required_attribute = False

    reason = forms.ChoiceField(
        label=gettext_lazy("Against which cause"),
        choices=[("", "—"), *FollowUp.Reason.choices],
        error_messages={"required": gettext_lazy("Choose a reason.")},
    )
    text = forms.CharField(
        label=gettext_lazy("The measure"),
        help_text=gettext_lazy("Who does what, by when. It cannot be changed later."),
        max_length=LONGEST_MEASURE,
        error_messages={"required": gettext_lazy("Please fill this in.")},
        widget=forms.Textarea({"rows": "3"}),
    )


@readers(reporting)
@of_month
def listed(reader: Reader, period: Period) -> HttpResponse:
    found = causes.behind(reader.actor, period, reader.request.GET)
    return show_list(reader, found, period)


@readers(reporting)
@of_month
def page(reader: Reader, period: Period) -> HttpResponse:
    return _page(reader, period)


def _page(
    reader: Reader,
    period: Period,
    tried: tuple[Key, MeasureForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    lines = causes.lines_of(reader.actor, period)
    context = choice(reader, period) | {
        "lines": lines,
        "reasons": FollowUp.Reason.labels,
        "after": causes.months_from(period),
        "few": FEW,
        "chart": charts.single(_("Why people rated low"), causes.by_reason(lines)),
        "measures": [
            {"line": line, "form": _form(line, tried)} for line in lines if line.key[1]
        ],
    }
    return reader.render("reports/causes.html", context, status=status)


def _form(line: Line, tried: tuple[Key, MeasureForm] | None) -> MeasureForm | None:
    if tried and tried[0] == line.key:
        return tried[1]
    return MeasureForm(**_named(line.key)) if line.may else None


def _named(key: Key) -> dict[str, Any]:
    return {"auto_id": f"m{key[0]}-{key[1]}-%s", "label_suffix": ""}


@readers(reporting, post=True)
@of_month
def record(reader: Reader, period: Period) -> HttpResponse:
    key = _key(reader)
    form = MeasureForm(reader.request.POST, **_named(key))
    if not form.is_valid():
        return _page(reader, period, (key, form), status=422)
    try:
        record_measure(
            get_object_or_404(Organisation, pk=key[0]),
            get_object_or_404(Department, pk=key[1]),
            month=period.first,
            reason=form.cleaned_data["reason"],
            text=form.cleaned_data["text"],
            actor=reader.actor,
            at=reader.at,
        )
    except Refused as refused:
        form.add_error(
            refused.field if refused.field in form.fields else None, str(refused)
        )
        return _page(reader, period, (key, form), status=409)
    where = f"{reverse('reports:causes')}?{period.query}#m{key[0]}-{key[1]}"
    return HttpResponseRedirect(where, status=303)


def _key(reader: Reader) -> Key:
    typed = (
        reader.request.POST.get(name, "") for name in ("organisation", "department")
    )
    try:
        organisation, department = (int(each[:18]) for each in typed)
    except ValueError:
        raise Http404 from None
    return organisation, department


@readers(reporting)
@of_month
def as_csv(reader: Reader, period: Period) -> HttpResponse:
    lines = causes.csv_of(causes.lines_of(reader.actor, period), period)
    response = HttpResponse("".join(lines), content_type="text/csv; charset=utf-8")
    name = f"sunwai-causes-{period.slug}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
