"""How late a missed promise is, so that anybody can count it with a pencil.

From the promised minute to the one in which the work was solved for good, as a clock on
the wall shows them: round the clock, without the seconds, and one minute at the least.
While an answer of the citizen is awaited no minute is counted, seven days at the most.
Before its date the promise itself moves for that; after it the time is left out here
(docs/clocks.md, "Compensation").
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from complaints.models import Complaint
from complaints.status import Status
from escalation.ladder.limits import ANSWER_WITHIN
from escalation.promise import clock

MINUTE = 60


@dataclass(frozen=True)
class Lateness:
    """`until` is None while it is counted on; `waited` is left out of `minutes`."""

    minutes: int = 0
    waited: int = 0
    until: datetime | None = None


def minutes_late(
    complaint: Complaint, at: datetime, due_at: datetime | None = None
) -> int:
    return lateness(complaint, at, due_at).minutes


def lateness(
    complaint: Complaint, at: datetime, due_at: datetime | None = None
) -> Lateness:
    """After `due_at`, or the promise as it stands. Still once the work is over."""
    due_at = due_at or complaint.due_at
    worked = _worked(complaint)
    until = _over(worked)
    end = until or at
    if due_at is None or end <= due_at:
        return Lateness(until=until)
    waits = [
        (max(begin, due_at), min(finish, end))
        for begin, finish in _waits(worked, at)
        if finish > due_at and begin < end
    ]
    waited = sum(between(begin, finish) for begin, finish in waits)
    left = end - due_at - sum((b - a for a, b in waits), timedelta())
    if left <= timedelta(0):
        return Lateness(0, waited, until)
    return Lateness(max(1, between(due_at, end) - waited), waited, until)


def _worked(complaint: Complaint) -> Complaint:
    """Of a complaint that was joined to another, that one is worked on."""
    joined = complaint.status == Status.MERGED and complaint.parent is not None
    return complaint.parent if joined and complaint.parent else complaint


def _over(complaint: Complaint) -> datetime | None:
    return complaint.resolved_at or complaint.closed_at


def _waits(complaint: Complaint, at: datetime) -> list[tuple[datetime, datetime]]:
    pauses = [
        (begin, end) for begin, end in clock.pauses_of(complaint.due_reason) if end
    ]
    since = complaint.paused_at
    if since is not None:
        pauses.append((since, min(max(at, since), since + ANSWER_WITHIN)))
    return pauses


def between(begin: datetime, end: datetime) -> int:
    """As two readings of a clock that shows no seconds."""
    return int(end.timestamp() // MINUTE) - int(begin.timestamp() // MINUTE)
