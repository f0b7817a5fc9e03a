"""An office's five numbers for a period, its week, and what is late in it now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.actors import Actor
from complaints.scope import ComplaintQuerySet
from officers.models import Area, Department, Organisation
from operations.keyset import Keyset
from reports.figures import Cell, Row, in_periods, total
from reports.lists import NEWEST, Listing, behind
from reports.measures import EXPLAINED, LABELS, overdue
from reports.periods import Period, days_before, today
from reports.scope import counted, sent_on

FORWARDED = "forwarded"
OPEN_NOW, LATE_NOW = "open", "overdue"
WEEK = 7
MOST_LATE = 20
OLDEST = Keyset(("registered_at", "pk"))
LONGEST_LATE = Keyset(("due_at", "pk"))

# Pune's own three figures, then what is still owed (domain research, PMC CARE).
FIVE = ("received", "resolved", FORWARDED, "pending", "late")
OWN_LABELS: dict[str, str | Promise] = {
    FORWARDED: _("Forwarded"),
    OPEN_NOW: _("All open work"),
    LATE_NOW: _("Late now"),
}
OWN_EXPLAINED: dict[str, str | Promise] = {
    FORWARDED: _(
        "Sent on to another office, or sent back, in the period. The other office "
        "answers for them, so they are not among the received."
    ),
    OPEN_NOW: _("Somebody of the office still owes work, whenever it came in."),
    LATE_NOW: _("Open past the promised time, whenever it came in. Longest first."),
}


@dataclass(frozen=True)
class Number:
    label: str | Promise
    explained: str | Promise
    cell: Cell


def five_numbers(actor: Actor, period: Period, at: datetime) -> list[Number]:
    row = total(actor, period, at)
    return [
        Number(
            OWN_LABELS.get(name) or LABELS[name],
            OWN_EXPLAINED.get(name) or EXPLAINED[name],
            _forwarded(actor, row) if name == FORWARDED else row.cell(name),
        )
        for name in FIVE
    ]


def _forwarded(actor: Actor, row: Row) -> Cell:
    return Cell(FORWARDED, sent_on(actor, row.period).count(), row.query(FORWARDED))


def week(actor: Actor, at: datetime, zone: str) -> list[Row]:
    return in_periods(actor, days_before(today(at, zone), WEEK, zone), at)


def now(actor: Actor, at: datetime) -> dict[str, int]:
    """Open and late at this moment, whenever they came in."""
    found: dict[str, int] = (
        counted(actor)
        .open()
        .aggregate(open=Count("pk"), overdue=Count("pk", filter=overdue(at)))
    )
    return found


def listing(
    actor: Actor, period: Period, at: datetime, query: Mapping[str, str]
) -> Listing:
    cell = query.get("cell", "")
    if cell == FORWARDED:
        return _own(cell, sent_on(actor, period), [period.label()])
    if cell == OPEN_NOW:
        return _own(cell, counted(actor).open(), keyset=OLDEST)
    if cell == LATE_NOW:
        return late_now(actor, at)
    return behind(actor, period, at, query)


def late_now(actor: Actor, at: datetime) -> Listing:
    return _own(LATE_NOW, counted(actor).filter(overdue(at)), keyset=LONGEST_LATE)


def _own(
    cell: str,
    rows: ComplaintQuerySet,
    parts: Sequence[str] = (),
    keyset: Keyset = NEWEST,
) -> Listing:
    return Listing(OWN_LABELS[cell], OWN_EXPLAINED[cell], rows, parts, keyset)


def names_of(actor: Actor) -> list[str]:
    """What the page is about: the offices of the postings, or the organisations."""
    areas = Area.objects.only("names", "level_names").in_bulk(
        [p.area_id for p in actor.postings if p.area_id]
    )
    departments = Department.objects.in_bulk(
        [p.department_id for p in actor.postings if p.department_id]
    )
    return list(
        dict.fromkeys(
            _name(
                areas.get(p.area_id or 0),
                departments.get(p.department_id or 0),
                p.organisation,
            )
            for p in actor.postings
        )
    )


def _name(
    area: Area | None, department: Department | None, organisation: Organisation
) -> str:
    where = area.office_name() if area else organisation.name
    return f"{where}, {department.name}" if department else where
