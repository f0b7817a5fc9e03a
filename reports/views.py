"""/reports/: the month in one line, two charts, three tables, and their lists."""

from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.utils import formats
from django.utils.translation import gettext as _

from complaints.refusals import Invalid
from feedback.intervals import FEW
from reports import charts, figures, lists, month_csv, periods
from reports.access import Reader, of_period, readers
from reports.figures import Row
from reports.measures import COLUMNS, EXPLAINED, LABELS
from reports.periods import Period
from reports.scope import reporting

MONTHS_SHOWN = 6
MONTHS_TO_CHOOSE = 13


def again(reader: Reader, refused: Invalid) -> HttpResponse:
    """The choice once more with what is wrong; no figures of another period."""
    this_month = periods.named("month", reader.at, reader.zone)
    context = choice(reader, this_month) | {
        "wrong": str(refused),
        "typed": reader.request.GET.dict(),
    }
    return reader.render("reports/month.html", context, status=400)


of_month = of_period("month", again)


@readers(reporting)
@of_month
def month(reader: Reader, period: Period) -> HttpResponse:
    return reader.render(
        "reports/month.html", choice(reader, period) | _figures(reader, period)
    )


def choice(reader: Reader, period: Period) -> dict[str, Any]:
    this_month = periods.named("month", reader.at, reader.zone)
    months = periods.months_before(this_month, MONTHS_TO_CHOOSE)[::-1]
    return {
        "period": period,
        "months": [(each.slug, each.label()) for each in months],
    }


def _figures(reader: Reader, period: Period) -> dict[str, Any]:
    actor, at = reader.actor, reader.at
    months = figures.in_periods(actor, periods.months_before(period, MONTHS_SHOWN), at)
    offices = figures.by_office(actor, period, at)
    categories = figures.by_category(actor, period, at)
    return {
        "truth": figures.sum_of(offices, period),
        "columns": [(name, LABELS[name], EXPLAINED[name]) for name in COLUMNS],
        "rated_explained": EXPLAINED["rated"],
        "few": FEW,
        "months_chart": _months_chart(months),
        "offices_chart": _offices_chart(offices),
        "tables": {
            "month": _table(_("By month"), _("Month"), months, None),
            "office": _table(_("By office"), _("Office"), offices, period),
            "category": _table(_("By category"), _("Category"), categories, period),
        },
    }


def _table(
    caption: str, head: str, rows: list[Row], period: Period | None
) -> dict[str, Any]:
    sums = figures.sum_of(rows, period) if period else figures.sum_of_periods(rows)
    return {"caption": caption, "head": head, "rows": rows, "sum": sums}


def _months_chart(rows: list[Row]) -> charts.Chart:
    return charts.columns(
        _("Received and resolved, by month"),
        (LABELS["received"], LABELS["resolved"]),
        [
            (
                formats.date_format(row.period.first, "M"),
                row.counts["received"],
                row.counts["resolved"],
            )
            for row in rows
        ],
    )


def _offices_chart(rows: list[Row]) -> charts.Chart:
    return charts.lying(
        _("Solved in time, and confirmed in time, by office"),
        (LABELS["in_time"], LABELS["confirmed_in_time"]),
        [
            (row.label, row.share("in_time"), row.share("confirmed_in_time"))
            for row in rows
        ],
    )


@readers(reporting)
@of_month
def listed(reader: Reader, period: Period) -> HttpResponse:
    found = lists.behind(reader.actor, period, reader.at, reader.request.GET)
    return show_list(reader, found, period)


def show_list(reader: Reader, found: lists.Listing, period: Period) -> HttpResponse:
    query = reader.request.GET.copy()
    for name in ("after", "before"):
        query.pop(name, None)
    return reader.render(
        "reports/list.html",
        {
            "listing": found,
            "page": found.page(reader.request.GET),
            "period": period,
            "kept": query.urlencode(),
        },
    )


@readers(reporting)
@of_month
def month_as_csv(
    reader: Reader, period: Period
) -> HttpResponse | StreamingHttpResponse:
    response = StreamingHttpResponse(
        month_csv.lines(reader.actor, period, reader.at),
        content_type="text/csv; charset=utf-8",
    )
    name = f"sunwai-{period.slug}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
