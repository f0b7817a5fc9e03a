"""The promise counted again from the ledger; and a limit for all that has climbed."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

from complaints.ledger_check import Legs, batches, faults_of
from complaints.models import Complaint, Custody
from complaints.services.guards import SECOND
from escalation import reference
from escalation.ladder.limits import ANSWER_WITHIN
from escalation.promise.explaining import kept_time
from officers.calendar import Pause, with_pauses


@dataclass
class Report:
    complaints: int = 0
    legs: int = 0
    faulty: int = 0
    kinds: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Faulty:
    number: str
    faults: list[str]


def check(at: datetime, report: Report, number: str = "") -> Iterator[Faulty]:
    """Each complaint whose books are wrong, while the report is being filled."""
    for batch in batches(number):
        for complaint, legs in batch:
            report.complaints += 1
            report.legs += len(legs)
            found = [*faults_of(complaint, legs, at), *_clocks(complaint, legs)]
            if found:
                report.faulty += 1
                report.kinds.update(found)
                yield Faulty(complaint.number, found)


def _clocks(complaint: Complaint, legs: Legs) -> list[str]:
    found = []
    if complaint.due_at and "hours" not in complaint.due_reason:
        found.append("no_sum")
    elif complaint.due_at != counted_again(complaint, legs):
        found.append("due_at")
    if complaint.is_open and complaint.due_at is None:
        found.append("no_promise")
    # What is above the first level has a limit always, or it would climb no further.
    if complaint.is_open and complaint.level >= SECOND and not complaint.step_due_at:
        found.append("no_limit")
    return found


def counted_again(complaint: Complaint, legs: Legs) -> datetime | None:
    """The prescribed hours from registration, by the calendar kept with the promise,
    without the time in which the ledger says that the citizen owed an answer."""
    reason = complaint.due_reason
    if "hours" not in reason:
        return None
    organisation = reference.organisation(complaint.organisation_id)
    amount = timedelta(hours=reason["hours"])
    working = kept_time(reason, organisation)
    return with_pauses(complaint.registered_at, amount, _pauses(legs), working)


def _pauses(legs: Legs) -> list[Pause]:
    """Legs in which an answer was awaited, once work went on: what was withdrawn in
    the meantime has no date to move any more."""
    return [
        (leg.from_at, min(following.from_at, leg.from_at + ANSWER_WITHIN))
        for leg, following in pairwise(legs)
        if leg.holder == Custody.Holder.CITIZEN
        and leg.why == "asked"
        and following.why in ("answered", "answer_overdue")
    ]
