"""The page of figures: one query per table, no row counted twice."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q, Sum
from django.utils.translation import gettext as _

from complaints.actors import Actor
from complaints.models import Category
from complaints.scope import ComplaintQuerySet
from feedback.intervals import FEW
from officers.models import Area
from reports.measures import COLUMNS, DAY_COLUMNS, LABELS, conditions
from reports.periods import Period, spanning
from reports.scope import counted

SHARED = ("in_time", "confirmed_in_time", "unconfirmed")  # the month's truth
NONE = "none"  # in a link: the complaints without an office, or without a category


@dataclass(frozen=True)
class Cell:
    """A number and the query of the list behind it."""

    name: str
    value: int
    query: str


@dataclass(frozen=True)
class Row:
    """One line of a table: its label, its counts, and what narrows its lists."""

    label: str
    counts: dict[str, int]
    rating_sum: int
    period: Period
    narrow: dict[str, str] = field(default_factory=dict)

    def query(self, cell: str) -> str:
        return f"{self.period.query}&{urlencode({'cell': cell} | self.narrow)}"

    @property
    def cells(self) -> list[Cell]:
        return [self.cell(name) for name in COLUMNS]

    @property
    def day_cells(self) -> list[Cell]:
        return [self.cell(name) for name in DAY_COLUMNS]

    def cell(self, name: str) -> Cell:
        return Cell(name, self.counts[name], self.query(name))

    @property
    def rated(self) -> Cell:
        return self.cell("rated")

    @property
    def rating(self) -> float | None:
        rated = self.counts["rated"]
        return self.rating_sum / rated if rated else None

    @property
    def few(self) -> bool:
        return 0 < self.counts["rated"] < FEW

    @property
    def shares(self) -> dict[str, int | None]:
        return {name: self.share(name) for name in SHARED}

    def share(self, name: str) -> int | None:
        """Percent of what is solved or overdue; None while there is nothing."""
        whole = self.counts["decided"]
        return round(100 * self.counts[name] / whole) if whole else None


def received_in(actor: Actor, period: Period) -> ComplaintQuerySet:
    return counted(actor).filter(
        registered_at__gte=period.start, registered_at__lt=period.end
    )


def total(actor: Actor, period: Period, at: datetime) -> Row:
    found = received_in(actor, period).aggregate(**_sums(at))
    return _row(period.label(), found, period)


def in_periods(actor: Actor, periods: Sequence[Period], at: datetime) -> list[Row]:
    return [total(actor, period, at) for period in periods]


def by_office(actor: Actor, period: Period, at: datetime) -> list[Row]:
    rows = _grouped(actor, period, at, "office")
    wanted = Area.objects.only("names", "level_names")  # a boundary is large
    names = wanted.in_bulk([row["office"] for row in rows if row["office"]])
    return [
        _row(
            names[row["office"]].office_name() if row["office"] else _("Not sent yet"),
            row,
            period,
            office=str(row["office"] or NONE),
        )
        for row in rows
    ]


def by_category(actor: Actor, period: Period, at: datetime) -> list[Row]:
    rows = _grouped(actor, period, at, "category")
    wanted = Category.objects.only("names")
    names = wanted.in_bulk([row["category"] for row in rows if row["category"]])
    return [
        _row(
            names[row["category"]].name if row["category"] else _("Not sorted yet"),
            row,
            period,
            category=str(row["category"] or NONE),
        )
        for row in rows
    ]


def sum_of(rows: Sequence[Row], period: Period) -> Row:
    """The line under a table, added up from its lines."""
    return Row(
        label=_("All together"),
        counts={cell: sum(row.counts[cell] for row in rows) for cell in LABELS},
        rating_sum=sum(row.rating_sum for row in rows),
        period=period,
    )


def sum_of_periods(rows: Sequence[Row]) -> Row:
    return sum_of(rows, spanning([row.period for row in rows]))


def _grouped(
    actor: Actor, period: Period, at: datetime, by: str
) -> list[dict[str, Any]]:
    rows = received_in(actor, period).values(by).annotate(**_sums(at))
    return list(rows.order_by("-received", by))


def _sums(at: datetime) -> dict[str, Any]:
    sums: dict[str, Any] = {
        cell: Count("pk", filter=condition) if condition else Count("pk")
        for cell, condition in conditions(at).items()
    }
    return sums | {"rating_sum": Sum("rating")}


def _row(label: str, found: dict[str, Any], period: Period, **narrow: str) -> Row:
    counts = {cell: found[cell] or 0 for cell in LABELS}
    return Row(label, counts, found["rating_sum"] or 0, period, narrow)


def narrowed(field_name: str, value: str) -> Q:
    """What one line of a table holds; "" narrows nothing."""
    if not value:
        return Q()
    if value == NONE:
        return Q(**{f"{field_name}__isnull": True})
    return Q(**{f"{field_name}_id": int(value)})
