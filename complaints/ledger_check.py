"""Does the ledger add up? Checked for one complaint or for all, by anybody at any time.

The legs run from registration to now (or to the end) without gap or overlap, and
their lengths are the wall time. `escalation/promise/ledger_check.py` counts the
promise again.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import pairwise

from complaints.models import Complaint, Custody, Event
from complaints.status import OPEN_STATUSES, Status

BATCH = 500
# Stages in which somebody still has it: a leg is open.
_HELD = frozenset({*OPEN_STATUSES, Status.RESOLVED, Status.APPEALED})

Legs = list[Custody]


def batches(number: str = "") -> Iterator[list[tuple[Complaint, Legs]]]:
    """Complaints in the order they came, with their legs; never counted, never all."""
    rows = Complaint.objects.order_by("pk").defer("text", "search_text")
    if number:
        rows = rows.filter(number=number)
    last = 0
    while found := list(rows.filter(pk__gt=last)[:BATCH]):
        last = found[-1].pk
        legs = _legs(found)
        yield [(row, legs[row.pk]) for row in found]


def _legs(rows: Iterable[Complaint]) -> dict[int, Legs]:
    grouped: dict[int, Legs] = defaultdict(list)
    for leg in Custody.objects.filter(complaint__in=rows).order_by("from_at", "pk"):
        grouped[leg.complaint_id].append(leg)
    for legs in grouped.values():
        # What passed through several hands in one moment: the open leg comes last.
        legs.sort(
            key=lambda leg: (
                leg.from_at,
                leg.to_at or datetime.max.replace(tzinfo=leg.from_at.tzinfo),
                leg.pk,
            )
        )
    return grouped


def faults_of(complaint: Complaint, legs: Legs, at: datetime) -> list[str]:
    """What is wrong with the legs, as codes; nothing where they add up."""
    if not legs:
        return ["no_leg"]
    found = [fault for pair in pairwise(legs) if (fault := _between(*pair))]
    if legs[0].from_at != complaint.registered_at:
        found.append("begins_elsewhere")
    held = complaint.status in _HELD
    if held != (legs[-1].to_at is None):
        found.append("not_open" if held else "not_ended")
    elif not held and legs[-1].to_at != _ended_at(complaint, legs):
        found.append("ends_elsewhere")
    if not found and _sum(legs, at) != _wall_time(complaint, legs, at):
        found.append("sum")
    return found


def _between(leg: Custody, following: Custody) -> str:
    if leg.to_at is None or leg.to_at > following.from_at:
        return "overlap"
    return "gap" if leg.to_at < following.from_at else ""


def _ended_at(complaint: Complaint, legs: Legs) -> datetime | None:
    """When nobody had it any more; never before the last hand took it, for the clocks
    of two hosts may differ."""
    ended = complaint.closed_at
    if complaint.status == Status.MERGED:
        merged = Event.objects.filter(complaint=complaint, to_status=Status.MERGED)
        first = merged.exclude(from_status=Status.MERGED).order_by("-seq").first()
        ended = first.at if first else None
    return max(ended, legs[-1].from_at) if ended else None


def _sum(legs: Legs, at: datetime) -> timedelta:
    lengths = ((leg.to_at or max(at, leg.from_at)) - leg.from_at for leg in legs)
    return sum(lengths, timedelta())


def _wall_time(complaint: Complaint, legs: Legs, at: datetime) -> timedelta:
    last = legs[-1]
    return (last.to_at or max(at, last.from_at)) - complaint.registered_at
