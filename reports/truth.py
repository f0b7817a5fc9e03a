"""What the offices report and what the citizens say, and every case in between.

The official figure counts an office's first "solved" by the promised time. Each of
those is in exactly one part below, first match wins, so the parts add up to it; beside
them stand those that the citizen confirms in time though the office was late to say so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.db.models import Case, Count, Q, Value, When
from django.db.models.fields import CharField
from django.db.models.lookups import Exact
from django.http import Http404
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.actors import Actor
from complaints.models.complaint import ClosedHow
from complaints.status import Status
from reports.figures import Cell, Row, by_office, narrowed, received_in, sum_of
from reports.lists import Listing, chosen_id, office_named
from reports.measures import CONFIRMED, CONFIRMED_IN_TIME, EXPLAINED, LABELS, OFFICIAL
from reports.periods import Period

CONFIRMED_PART, UNREPORTED = "confirmed", "unreported"
# In the order in which a complaint is looked at.
_PARTS: dict[str, Q] = {
    CONFIRMED_PART: OFFICIAL & CONFIRMED_IN_TIME,
    "appealed": OFFICIAL & Q(appealed_at__isnull=False),
    "disputed": OFFICIAL & Q(reopened__gt=0),
    "longer": OFFICIAL & CONFIRMED,
    "unconfirmed": OFFICIAL & Q(closed_how=ClosedHow.UNCONFIRMED),
    "waiting": OFFICIAL & Q(status=Status.RESOLVED),
    "otherwise": OFFICIAL,
    UNREPORTED: CONFIRMED_IN_TIME,
}
PART_LABELS: dict[str, str | Promise] = {
    CONFIRMED_PART: gettext_lazy("Confirmed in time"),
    "appealed": gettext_lazy("Taken to appeal"),
    "disputed": gettext_lazy("Disputed since"),
    "longer": gettext_lazy("Solved, but it took longer"),
    "unconfirmed": gettext_lazy("Closed without an answer"),
    "waiting": gettext_lazy("Not answered yet"),
    "otherwise": gettext_lazy("Ended otherwise"),
    UNREPORTED: gettext_lazy("Confirmed in time, reported late"),
}
PART_EXPLAINED: dict[str, str | Promise] = {
    CONFIRMED_PART: gettext_lazy(
        "The citizen says it is solved, and in the prescribed time."
    ),
    "appealed": gettext_lazy("An authority outside the office was asked to decide."),
    "disputed": gettext_lazy(
        "It was opened again: the citizen said it was not solved, or its proof was "
        "false."
    ),
    "longer": gettext_lazy(
        "The citizen says it is solved, and that it took longer than prescribed."
    ),
    "unconfirmed": gettext_lazy(
        "Nobody could reach the citizen in three tries. Nobody knows if it is solved."
    ),
    "waiting": gettext_lazy("The citizen was asked and has not answered yet."),
    "otherwise": gettext_lazy("Joined to another or withdrawn after it."),
    UNREPORTED: gettext_lazy(
        "The citizen says it was solved in the prescribed time; the office said so "
        "only after it. Not among the official ones."
    ),
}
# Beside each office: what is asked first.
COLUMNS = ("official", "confirmed_in_time", "unconfirmed", "reopened", "appealed")


@dataclass(frozen=True)
class Part:
    code: str
    label: str | Promise
    explained: str | Promise
    cell: Cell
    percent: int | None  # of the official ones


@dataclass(frozen=True)
class Line:
    """One office: the columns, and how far the two words lie apart."""

    label: str
    cells: list[Cell]
    difference: int
    chosen: str  # "", the office's key, or "none"


@dataclass(frozen=True)
class Truth:
    whole: Row
    parts: list[Part]
    unreported: Part
    lines: list[Line]
    total: Line

    @property
    def official(self) -> Cell:
        return self.whole.cell("official")

    @property
    def confirmed(self) -> Cell:
        return self.whole.cell("confirmed_in_time")

    @property
    def difference(self) -> int:
        return self.official.value - self.confirmed.value


def told(actor: Actor, period: Period, at: datetime, office: str = "") -> Truth:
    """The page for a period and one office, "none" or "" for all; Http404 for a key
    that is none. The lines are of all offices, so that one can go from one to another.
    """
    office = chosen_id(office)
    rows = by_office(actor, period, at)
    mine = [row for row in rows if not office or row.narrow["office"] == office]
    whole = sum_of(mine, period)
    if office:
        whole = Row(
            office_named(office), whole.counts, whole.rating_sum, period,
            {"office": office},
        )  # fmt: skip
    counts = _counts(actor, period, office)
    official = whole.counts["official"]
    parts = [_part(code, counts, official, whole) for code in _PARTS]
    return Truth(
        whole=whole,
        parts=parts[:-1],
        unreported=parts[-1],
        lines=[_line(row, row.narrow["office"]) for row in rows],
        total=_line(sum_of(rows, period), ""),
    )


def _counts(actor: Actor, period: Period, office: str) -> dict[str, int]:
    rows = received_in(actor, period).filter(narrowed("office", office))
    found = rows.values(part=_which()).annotate(n=Count("pk")).order_by()
    return {row["part"]: row["n"] for row in found}


def _which() -> Case:
    whens = [When(condition, then=Value(code)) for code, condition in _PARTS.items()]
    return Case(*whens, default=Value(""), output_field=CharField())


def _part(code: str, counts: Mapping[str, int], official: int, whole: Row) -> Part:
    value = counts.get(code, 0)
    percent = round(100 * value / official) if official else None
    narrow = urlencode({"part": code} | whole.narrow)
    cell = Cell(code, value, f"{whole.period.query}&{narrow}")
    return Part(code, PART_LABELS[code], PART_EXPLAINED[code], cell, percent)


def _line(row: Row, chosen: str) -> Line:
    counts = row.counts
    return Line(
        label=row.label,
        cells=[row.cell(name) for name in COLUMNS],
        difference=counts["official"] - counts["confirmed_in_time"],
        chosen=chosen,
    )


def behind(actor: Actor, period: Period, query: Mapping[str, str]) -> Listing:
    """The complaints of one part. Raises Http404 for a part that is none."""
    part, office = query.get("part", ""), chosen_id(query.get("office", ""))
    if part not in _PARTS:
        raise Http404
    rows = received_in(actor, period).filter(narrowed("office", office))
    titles = [period.label()]
    if office:
        titles.append(office_named(office))
    return Listing(
        PART_LABELS[part],
        PART_EXPLAINED[part],
        rows.filter(Exact(_which(), Value(part))),
        titles,
    )


def columns() -> Sequence[tuple[str, str | Promise, str | Promise]]:
    return [(name, LABELS[name], EXPLAINED[name]) for name in COLUMNS]


def offices(lines: Sequence[Line]) -> list[tuple[str, str]]:
    """What the choice of an office offers: those that answer for something."""
    return [("", _("All offices")), *((line.chosen, line.label) for line in lines)]
