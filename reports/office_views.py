"""/office/: five numbers of the own office tree, its week, and what is late now."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import formats
from django.utils.translation import gettext as _

from complaints.refusals import Invalid, Refused
from feedback import office_calls
from reports import charts, figures, office, periods
from reports.access import Reader, of_period, readers
from reports.figures import Row
from reports.measures import DAY_COLUMNS, LABELS
from reports.periods import Period
from reports.scope import counted, heading
from reports.views import show_list


def _again(reader: Reader, refused: Invalid) -> HttpResponse:
    """The choice once more with what is wrong; no figures of another period."""
    context = _choice(reader) | {
        "wrong": str(refused),
        "wrong_field": refused.field,
    }
    return reader.render("reports/office.html", context, status=400)


_of_week = of_period("7days", _again)


@readers(heading)
@_of_week
def own(reader: Reader, period: Period) -> HttpResponse:
    return reader.render("reports/office.html", _choice(reader) | _page(reader, period))


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
        "calls": office_calls.today(counted(actor).open(), actor, at, reader.zone),
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
@_of_week
def listed(reader: Reader, period: Period) -> HttpResponse:
    found = office.listing(reader.actor, period, reader.at, reader.request.GET)
    return show_list(reader, found, period)


@readers(heading, post=True)
def phoned(reader: Reader, pk: int) -> HttpResponse:
    posted = reader.request.POST
    try:
        office_calls.log(
            counted(reader.actor).open(),
            pk,
            outcome=posted.get("outcome", ""),
            seen=posted.get("seen", ""),
            actor=reader.actor,
            at=reader.at,
        )
    except Refused as refused:
        messages.error(reader.request, str(refused), extra_tags="late")
    else:
        messages.success(reader.request, _("The call is written down."), "done")
    return redirect("office:own")
