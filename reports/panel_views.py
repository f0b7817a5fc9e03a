"""/reports/panel/: what consumers drawn by lot say, whether they complained or not."""

from django.http import HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext as _

from feedback.intervals import FEW
from feedback.panel.items import ITEMS
from feedback.panel.results import Results
from reports import charts, panel
from reports.access import Reader, readers
from reports.periods import Period
from reports.scope import reporting
from reports.views import choice, of_month


@readers(reporting)
@of_month
def page(reader: Reader, period: Period) -> HttpResponse:
    found = panel.found_for(reader.actor, period)
    return reader.render(
        "reports/panel.html",
        choice(reader, period)
        | {
            "found": found,
            "items": [panel.Item(item).label for item in ITEMS],
            "lines": [(line.result, panel.cells(line)) for line in found.lines],
            "total": panel.total(found),
            "sums": {
                name: found.sum_of(name)
                for name in ("asked", "answered", "refused", "unreached", "wrong",
                             "waiting")
            },
            "few": FEW,
            "chart": _chart(found),
        },
    )  # fmt: skip


def _chart(found: Results) -> charts.Chart:
    data = []
    for item, compared in found.total:
        before, now = (panel.Span.of(each) for each in (compared.before, compared.now))
        data.append(
            (
                str(panel.Item(item).label),
                before.percent if before else None,
                now.percent if now else None,
            )
        )
    return charts.lying(
        _("Consumers who say yes, weighted by area"),
        (_("Month before"), _("This month")),
        data,
    )


@readers(reporting)
@of_month
def as_csv(reader: Reader, period: Period) -> StreamingHttpResponse:
    return StreamingHttpResponse(
        panel.lines(reader.actor, period),
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="panel-{period.slug}.csv"'
        },
    )
