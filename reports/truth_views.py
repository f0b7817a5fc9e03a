"""/reports/truth/: the offices' word and the citizens', for one month and office."""

from django.http import HttpResponse
from django.utils.translation import gettext as _

from reports import charts, truth
from reports.access import Reader, readers
from reports.periods import Period
from reports.scope import reporting
from reports.truth import Truth
from reports.views import choice, of_month, show_list


@readers(reporting)
@of_month
def page(reader: Reader, period: Period) -> HttpResponse:
    office = reader.request.GET.get("office", "")
    found = truth.told(reader.actor, period, reader.at, office)
    return reader.render(
        "reports/truth.html",
        choice(reader, period)
        | {
            "found": found,
            "office": office,
            "offices": truth.offices(found.lines),
            "columns": truth.columns(),
            "chart": _chart(found),
        },
    )


def _chart(found: Truth) -> charts.Chart:
    return charts.single(
        _("Complaints, by what became of them"),
        [(str(part.label), part.cell.value) for part in found.parts],
    )


@readers(reporting)
@of_month
def listed(reader: Reader, period: Period) -> HttpResponse:
    found = truth.behind(reader.actor, period, reader.request.GET)
    return show_list(reader, found, period)
