"""The area panel as a matrix: areas down, the three questions across."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.actors import Actor
from complaints.cells import csv_lines
from feedback.intervals import Interval
from feedback.models import PanelItem
from feedback.panel import results
from feedback.panel.items import ITEMS
from feedback.panel.results import Compared, Counted, Line, Results
from feedback.panel.scope import areas_of
from reports.periods import Period

Item = PanelItem.Item
HEAD: tuple[str | Promise, ...] = (
    _("Month"), _("Code"), _("Area"), _("Kind"), _("Consumers"), _("Answers wanted"),
    _("Asked"), _("Answered"), _("Refused"), _("Not reached"), _("Wrong number"),
    _("Open"),
)  # fmt: skip
OF_ITEM: tuple[str | Promise, ...] = (
    _("yes"), _("partly"), _("no"), _("share of yes, %"), _("lowest, %"),
    _("highest, %"), _("month before, %"),
)  # fmt: skip


@dataclass(frozen=True)
class Span:
    """A share and its interval in whole points, for a small picture and a cell."""

    percent: int
    low: int
    high: int
    n: int

    @property
    def width(self) -> int:
        return max(1, self.high - self.low)

    @classmethod
    def of(cls, interval: Interval | None) -> "Span | None":
        if interval is None:
            return None
        return cls(
            round(100 * interval.middle),
            round(100 * interval.low),
            round(100 * interval.high),
            interval.n,
        )


@dataclass(frozen=True)
class Cell:
    span: Span | None
    compared: Compared
    counted: Counted | None = None


def found_for(actor: Actor, period: Period) -> Results:
    return results.told(areas_of(actor), period.first)


def cells(line: Line) -> list[Cell]:
    return [
        Cell(Span.of(counted.share), compared, counted)
        for _item, counted, compared in line.cells
    ]


def total(found: Results) -> list[Cell]:
    return [Cell(Span.of(compared.now), compared) for _item, compared in found.total]


def lines(actor: Actor, period: Period) -> Iterator[str]:
    """The matrix as CSV, in the language that is active now."""
    return _lines(actor, period, translation.get_language() or "en")


def _lines(actor: Actor, period: Period, language: str) -> Iterator[str]:
    with translation.override(language):
        found = found_for(actor, period)
        yield from csv_lines(header(), (_row(line, found) for line in found.lines))


def header() -> list[str]:
    labels = {item: str(Item(item).label) for item in ITEMS}
    of_items = (f"{labels[item]}: {name}" for item in ITEMS for name in OF_ITEM)
    return [*map(str, HEAD), *of_items]


def _row(line: Line, found: Results) -> list[object]:
    each = line.result
    area = each.row.area
    row: list[object] = [
        f"{found.month:%Y-%m}", area.code, area.name, area.get_kind_display(),
        each.row.consumers, each.row.wanted, each.asked, each.answered, each.refused,
        each.unreached, each.wrong, each.waiting,
    ]  # fmt: skip
    for _item, counted, compared in line.cells:
        row += [counted.yes, counted.partly, counted.no, *_percents(compared)]
    return row


def _percents(compared: Compared) -> Sequence[object]:
    now, before = Span.of(compared.now), Span.of(compared.before)
    own = (now.percent, now.low, now.high) if now else (None, None, None)
    return (*own, before.percent if before else None)
