"""/office/: five numbers of the own office tree, its week, and what is late now."""

from typing import Any

from django.http import HttpResponse
from django.utils import formats
from django.utils.translation import gettext as _

from complaints.refusals import Invalid
from reports import charts, figures, office, periods
from reports.access import Reader, readers
from reports.figures import Row
from reports.measures import DAY_COLUMNS, LABELS
from reports.periods import Period
from reports.scope import heading
from reports.views import show_list


@readers(heading)
def own(reader: Reader) -> HttpResponse:
    try:
        period = _period(reader)
    except Invalid as refused:
        return _again(reader, refused)
    return reader.render("reports/office.html", _choice(reader) | _page(reader, period))


def _period(reader: Reader) -> Period:
    return periods.read(reader.request.GET, reader.at, reader.zone, default="7days")


def _again(reader: Reader, refused: Invalid) -> HttpResponse:
    """The choice once more with what is wrong; no figures of another period."""
    context = _choice(reader) | {
        "wrong": str(refused),
        "wrong_field": refused.field,
    }
    return reader.render("reports/office.html", context, status=400)


def _choice(reader: Reader) -> dict[str, Any]:
    typed = reader.request.GET
    between = bool(typed.get("from") or typed.get("to"))
    return {
        "names": office.names_of(reader.actor),
        "named": list(periods.NAMED.items()),
        "chosen": "" if between else typed.get("period", "7days"),
        "typed": {"first": typed.get("from", ""), "last": typed.get("to", "")},
        "between": between,
    }


def _page(reader: Reader, period: Period) -> dict[str, Any]:
    actor, at = reader.actor, reader.at
    week = office.week(actor, at, reader.zone)
    late = office.late_now(actor, at)
    return {
        "period": period,
        "numbers": office.five_numbers(actor, period, at),
        "now": office.now(actor, at),
        "week": week,
        "week_sum": figures.sum_of_periods(week),
        "week_columns": [(name, LABELS[name]) for name in DAY_COLUMNS],
        "chart": _chart(week),
        "late": late.first(office.MOST_LATE),
    }


def _chart(week: list[Row]) -> charts.Chart:
    return charts.columns(
        _("The last seven days, by the day it came in"),
        (LABELS["received"], LABELS["resolved"]),
        [
            (
                formats.date_format(row.period.first, "D"),
                row.counts["received"],
                row.counts["resolved"],
            )
            for row in week
        ],
    )


@readers(heading)
def listed(reader: Reader) -> HttpResponse:
    try:
        period = _period(reader)
    except Invalid as refused:
        return _again(reader, refused)
    found = office.listing(reader.actor, period, reader.at, reader.request.GET)
    return show_list(reader, found, period)
