"""What the panel found: shares with their intervals, area by area, and all together.

"All together" weighs each area by its consumers, for small areas are asked as many as
large ones. Who did not answer is told beside it, never guessed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from math import sqrt

from django.db.models import Count, Q, QuerySet

from feedback.intervals import Interval, share_interval
from feedback.models import PanelArea, PanelSeat
from feedback.panel.items import ITEMS, Answer

State = PanelSeat.State


@dataclass(frozen=True)
class Counted:
    """One question in one area."""

    yes: int = 0
    partly: int = 0
    no: int = 0

    @property
    def n(self) -> int:
        return self.yes + self.partly + self.no

    @property
    def share(self) -> Interval | None:
        """Of those who answered, so many say yes: Wilson, 95 %."""
        return share_interval(self.yes, self.n)


@dataclass(frozen=True)
class Compared:
    """A share beside that of the month before."""

    now: Interval | None
    before: Interval | None

    @property
    def points(self) -> int | None:
        if self.now is None or self.before is None:
            return None
        return round(100 * (self.now.middle - self.before.middle))

    @property
    def sure(self) -> bool:
        """Whether it has changed with 95 % certainty: zero lies outside the interval of
        the difference (Newcombe's, from the two intervals)."""
        if self.now is None or self.before is None:
            return False
        now, old = self.now, self.before
        difference = now.middle - old.middle
        below = sqrt((now.middle - now.low) ** 2 + (old.high - old.middle) ** 2)
        above = sqrt((now.high - now.middle) ** 2 + (old.middle - old.low) ** 2)
        return difference - below > 0 or difference + above < 0


@dataclass(frozen=True)
class AreaResult:
    row: PanelArea
    states: Mapping[str, int]
    items: Mapping[str, Counted]

    @property
    def answered(self) -> int:
        return self.states.get(State.ANSWERED, 0)

    @property
    def asked(self) -> int:
        return sum(self.states.values())

    @property
    def refused(self) -> int:
        return self.states.get(State.REFUSED, 0)

    @property
    def unreached(self) -> int:
        return self.states.get(State.UNREACHED, 0)

    @property
    def wrong(self) -> int:
        return self.states.get(State.WRONG, 0)

    @property
    def waiting(self) -> int:
        return self.states.get(State.WAITING, 0)


@dataclass(frozen=True)
class Line:
    result: AreaResult
    cells: Sequence[tuple[str, Counted, Compared]]


@dataclass
class Results:
    month: date
    lines: list[Line] = field(default_factory=list)
    total: list[tuple[str, Compared]] = field(default_factory=list)

    def sum_of(self, name: str) -> int:
        return sum(getattr(line.result, name) for line in self.lines)

    @property
    def consumers(self) -> int:
        return sum(line.result.row.consumers for line in self.lines)

    @property
    def wanted(self) -> int:
        return sum(line.result.row.wanted for line in self.lines)


def month_before(month: date) -> date:
    return (month - timedelta(days=1)).replace(day=1)


def told(areas: QuerySet[PanelArea], month: date) -> Results:
    """Of these areas, in two statements for both months."""
    earlier = month_before(month)
    rows = areas.filter(panel__month__in=(month, earlier))
    rows = rows.select_related("area", "panel").defer("area__boundary", "area__words")
    found = _results(list(rows))
    now = [each for each in found if each.row.panel.month == month]
    old = [each for each in found if each.row.panel.month == earlier]
    by_area = {each.row.area_id: each for each in old}
    results = Results(month)
    results.lines = [
        _line(each, by_area.get(each.row.area_id))
        for each in sorted(now, key=lambda each: each.row.area.name)
    ]
    results.total = [
        (item, Compared(weighted(now, item), weighted(old, item))) for item in ITEMS
    ]
    return results


def _line(result: AreaResult, before: AreaResult | None) -> Line:
    return Line(
        result,
        [
            (
                item,
                result.items[item],
                Compared(
                    result.items[item].share,
                    before.items[item].share if before else None,
                ),
            )
            for item in ITEMS
        ],
    )


def _results(rows: Sequence[PanelArea]) -> list[AreaResult]:
    counts = _counts(row.pk for row in rows)
    return [
        AreaResult(
            row,
            {state: counts.get(row.pk, {}).get(state, 0) for state in _STATES},
            {item: _counted(counts.get(row.pk, {}), item) for item in ITEMS},
        )
        for row in rows
    ]


_STATES = tuple(state for state in State.values if state != State.RESERVE)


def _counts(keys: Iterable[int]) -> dict[int, dict[str, int]]:
    given = {state: Count("pk", filter=Q(state=state)) for state in _STATES}
    given |= {
        f"{item}_{answer}": Count("pk", filter=Q(**{item: answer}))
        for item in ITEMS
        for answer in Answer.values
    }
    rows = PanelSeat.objects.filter(panel_area__in=list(keys)).order_by()
    grouped = rows.values("panel_area_id").annotate(**given)
    found = grouped.values_list("panel_area_id", *given)
    return {row[0]: dict(zip(given, row[1:], strict=True)) for row in found}


def _counted(counts: Mapping[str, int], item: str) -> Counted:
    return Counted(
        *(counts.get(f"{item}_{each}", 0) for each in ("yes", "partly", "no"))
    )


def weighted(results: Iterable[AreaResult], item: str) -> Interval | None:
    """The share of all consumers: each area counts as many as live there.

    The interval from those of the areas (MOVER: G. Y. Zou and A. Donner, Statistics in
    Medicine 27 (2008), 1693-1702), so that it too stays between 0 and 1.
    """
    parts = [
        (each.row.consumers, share, each.items[item].n)
        for each in results
        if (share := each.items[item].share) is not None
    ]
    whole = sum(weight for weight, _share, _n in parts)
    if not whole:
        return None
    middle = sum(weight * share.middle for weight, share, _n in parts) / whole
    below = sum((w / whole * (s.middle - s.low)) ** 2 for w, s, _n in parts)
    above = sum((w / whole * (s.high - s.middle)) ** 2 for w, s, _n in parts)
    return Interval(
        middle,
        max(0.0, middle - sqrt(below)),
        min(1.0, middle + sqrt(above)),
        sum(n for _weight, _share, n in parts),
    )
