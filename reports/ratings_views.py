"""/reports/ratings/: how citizens rate offices, categories and ways of asking."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from feedback.intervals import BEST, FEW
from reports import charts, ratings
from reports.access import Reader, readers
from reports.periods import Period
from reports.ratings import Line, Ratings
from reports.scope import reporting
from reports.views import choice, of_month, show_list


@readers(reporting)
@of_month
def page(reader: Reader, period: Period) -> HttpResponse:
    found = ratings.told(reader.actor, period)
    return reader.render(
        "reports/ratings.html",
        choice(reader, period)
        | {
            "found": found,
            "ways": list(ratings.WAYS.values()),
            "few": FEW,
            "tables": _tables(found),
        },
    )


def _tables(found: Ratings) -> list[dict[str, Any]]:
    """Each with its chart above it; the key names both for a screen reader."""
    return [
        _table("office", _("By office"), _("Office"), found.offices, ranked=True),
        _table("category", _("By category"), _("Category"), found.categories),
        _table("channel", _("By way of answering"), _("Way"), found.channels),
    ]


def _table(
    key: str, title: str, head: str, lines: list[Line], *, ranked: bool = False
) -> dict[str, Any]:
    return {
        "key": key, "title": title, "head": head, "lines": lines, "ranked": ranked,
        "chart": charts.means(
            _("Mean rating, from 1 to 5"),
            (ratings.WAYS[ratings.WRITTEN], ratings.WAYS[ratings.SPOKEN]),
            [(line.label, *_middles(line)) for line in lines],
            BEST,
        ),
    }  # fmt: skip


def _middles(line: Line) -> tuple[float | None, float | None]:
    written, spoken = (mean.sure.middle if mean.sure else None for mean in line.means)
    return written, spoken


@readers(reporting)
@of_month
def listed(reader: Reader, period: Period) -> HttpResponse:
    found = ratings.behind(reader.actor, period, reader.request.GET)
    return show_list(reader, found, period)
