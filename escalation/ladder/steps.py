"""What the sweep does with one complaint whose limit has passed.

Every function is called in its own transaction with a fresh complaint, claims its step
there and answers whether it did something.
"""

from collections.abc import Callable
from datetime import datetime

from complaints.actors import SYSTEM_ACTOR
from complaints.models import Complaint, Event
from complaints.services import bounce, citizen_replied, resume, set_deadline
from complaints.services.guards import MOST_BOUNCES
from complaints.status import Status
from complaints.unit import owe, read_ahead
from escalation.claims import compensation
from escalation.decisions.not_ours import taken_home
from escalation.decisions.routing import TRIAGE
from escalation.ladder import limits, warnings
from escalation.ladder.levels import LAST_LEVEL
from escalation.ladder.limits import LONG_STEP
from escalation.models import Step
from escalation.promise import clock
from notices.outbox import tell_officer

DUE = "due"
Act = Callable[[Complaint, datetime], None]


def _claim(complaint: Complaint, name: str, for_at: datetime, at: datetime) -> bool:
    """True for the first who comes: the row is unique and stays for ever.

    In a group, which has the complaints locked, they are read before all and inserted
    after all.
    """
    taken = read_ahead("steps", complaint.pk)
    if taken is not None:
        if (complaint.pk, name, for_at) in taken:
            return False
        owe(Step(complaint=complaint, name=name, for_at=for_at, at=at))
        return True
    _step, first = Step.objects.get_or_create(
        complaint=complaint, name=name, for_at=for_at, defaults={"at": at}
    )
    return first


# The promise ------------------------------------------------------------------------


def take_missed(complaint: Complaint, at: datetime) -> bool:
    due_at = complaint.due_at
    if due_at is None or due_at > at or complaint.level > 1 or not complaint.is_open:
        return False
    if not _claim(complaint, DUE, due_at, at):
        return False
    # The second level of an emergency was told when it came: it climbs one further.
    _raise(complaint, 3 if complaint.emergency else 2, DUE, at)
    compensation.offer(complaint, at)
    return True


def _raise(complaint: Complaint, level: int, why: str, at: datetime) -> None:
    limits.raise_to(complaint, level, why, SYSTEM_ACTOR, at)


# The holder's limit -----------------------------------------------------------------


def take_step(complaint: Complaint, at: datetime) -> bool:
    limit = complaint.step_due_at
    if limit is None or limit > at:
        return False
    if not _claim(complaint, complaint.step_reason or "step", limit, at):
        return False
    ACTIONS.get(complaint.step_reason, _clear)(complaint, at)
    return True


def _clear(complaint: Complaint, at: datetime, why: str = "step_over") -> None:
    """This limit is over; that of the level it has climbed to runs on."""
    limit, reason = limits.ladder(complaint, at)
    set_deadline(
        complaint,
        actor=SYSTEM_ACTOR,
        at=at,
        why=why,
        step_due_at=limit,
        step_reason=reason,
    )


def _not_sorted(complaint: Complaint, at: datetime) -> None:
    late = complaint.status == Status.TRIAGE
    _clear(complaint, at, warnings.TRIAGE_LATE if late else "step_over")


def _not_answered(complaint: Complaint, at: datetime) -> None:
    """Seven days: the officer decides on the known facts, it is never closed so."""
    if complaint.status != Status.NEED_INFO:
        _clear(complaint, at)
        return
    citizen_replied(complaint, text="", actor=SYSTEM_ACTOR, at=at)


def _not_accepted(complaint: Complaint, at: datetime) -> None:
    if complaint.status != Status.FORWARDED:
        _clear(complaint, at)
    elif complaint.bounced < MOST_BOUNCES:
        bounce(complaint, reason="", actor=SYSTEM_ACTOR, at=at)
    elif not taken_home(complaint, at):
        # Sent back twice already: the head must take it now.
        _climb(complaint, at)


def _go_on(complaint: Complaint, at: datetime) -> None:
    if complaint.status == Status.ON_HOLD:
        resume(complaint, actor=SYSTEM_ACTOR, at=at)
    else:
        _clear(complaint, at)


def _climb(complaint: Complaint, at: datetime) -> None:
    if not complaint.is_open:
        _clear(complaint, at)
        return
    if complaint.level >= LAST_LEVEL:
        _remind_last(complaint, at)
        return
    _raise(complaint, complaint.level + 1, complaint.step_reason, at)


def _remind_last(complaint: Complaint, at: datetime) -> None:
    """Nobody is above the last level: it hears again every week."""
    set_deadline(
        complaint,
        actor=SYSTEM_ACTOR,
        at=at,
        why=warnings.LAST_LATE,
        step_due_at=at + LONG_STEP,
        step_reason=limits.LEVEL,
    )


def _appeal_late(complaint: Complaint, at: datetime) -> None:
    if complaint.status != Status.APPEALED:
        _clear(complaint, at)
        return
    set_deadline(
        complaint,
        actor=SYSTEM_ACTOR,
        at=at,
        why=warnings.APPEAL_LATE,
        step_due_at=at + LONG_STEP,
        step_reason=limits.APPEAL,
    )


ACTIONS: dict[str, Act] = {
    TRIAGE: _not_sorted,
    limits.ANSWER: _not_answered,
    limits.ACCEPT: _not_accepted,
    limits.HELD: _go_on,
    limits.LEVEL: _climb,
    limits.TAKEN: _climb,
    limits.DISPUTE: _climb,
    limits.APPEAL: _appeal_late,
}


# Before it is late ------------------------------------------------------------------


def take_warning(complaint: Complaint, at: datetime) -> bool:
    """The owner hears once that the time is running out."""
    offered = compensation.take_planned(complaint, at)
    taken = Step.objects.filter(
        complaint=complaint, name=clock.WARN, at__isnull=True, for_at__lte=at
    ).update(at=at)
    if not taken:
        return offered
    running = complaint.is_open and complaint.status != Status.NEED_INFO
    late = complaint.due_at is None or complaint.due_at <= at
    if running and not late and complaint.owner is not None:
        event = Event.objects.filter(complaint=complaint).order_by("-seq").first()
        if event is not None:
            tell_officer(event, complaint.owner, "staff_due_soon", at=at, n=1)
    return True
