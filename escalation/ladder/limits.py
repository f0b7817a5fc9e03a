"""The present holder's limit: an answer, an acceptance, a level, half the time again.

`step_due_at` is what the one who has it now owes; the promise to the citizen is another
clock. Each reaction here sets it with the reason that escalation/ladder/sweep.py acts
on.
"""

from datetime import datetime, timedelta

from complaints.actors import SYSTEM_ACTOR, Actor
from complaints.models import Complaint, Event
from complaints.models.category import Horizon
from complaints.services import assign, escalate, reassign, set_deadline
from complaints.services.false_closing import false_closers
from complaints.services.found import Found
from complaints.services.guards import SECOND
from complaints.unit import essential, latest
from escalation import reference
from escalation.decisions import duty, rules
from escalation.decisions.offices import office_of
from escalation.decisions.routing import SORT_WITHIN, TRIAGE
from escalation.ladder import levels
from escalation.promise import clock
from officers.models import Area, Officer

ANSWER, ACCEPT, HELD, LEVEL, TAKEN, DISPUTE, APPEAL = (
    "answer", "accept", "held", "level", "taken", "dispute", "appeal",
)  # fmt: skip
# Limits that belong to a stage; a level's limit waits until the stage is over.
OF_STAGE = frozenset({ANSWER, ACCEPT, HELD, TRIAGE, APPEAL})
ANSWER_WITHIN = timedelta(days=7)
ACCEPT_WITHIN_HOURS = 4
LONG_STEP = timedelta(days=7)
HALF = 0.5


@essential
def await_answer(event: Event) -> None:
    _limit(latest(event), event, event.at + ANSWER_WITHIN, ANSWER)


@essential
def go_on_after_answer(event: Event) -> None:
    """The promise moves by the working time of the pause, once, at most seven days."""
    complaint = latest(event)
    pauses = clock.pauses_of(complaint.due_reason)
    since = event.data.get("paused_from")
    if since:
        begin = datetime.fromisoformat(since)
        pauses.append((begin, min(event.at, begin + ANSWER_WITHIN)))
    step_due_at, step_reason = ladder(complaint, event.at)
    clock.recompute(
        complaint,
        event.kind,
        event.at,
        pauses=pauses,
        step_due_at=step_due_at,
        step_reason=step_reason,
    )


@essential
def await_acceptance(event: Event) -> None:
    """Four working hours of the target, then it goes back for sorting."""
    complaint = latest(event)
    limit = clock.office_hours_after(complaint, event.at, ACCEPT_WITHIN_HOURS)
    _limit(complaint, event, limit, ACCEPT)


@essential
def await_sorting(event: Event) -> None:
    _limit(latest(event), event, event.at + SORT_WITHIN, TRIAGE)


@essential
def take_up(event: Event) -> None:
    """Accepted without a name: to the officer on duty with the least work."""
    complaint = latest(event)
    office = reference.area(complaint.office_id)
    if complaint.owner_id is None and office is not None:
        owner = duty.choose(
            reference.organisation(complaint.organisation_id),
            office,
            reference.department(complaint.department_id),
            event.at,
            urgent=complaint.horizon == Horizon.IMMEDIATE,
            category=reference.category(complaint.category_id),
            but=false_closers(complaint),
        )
        if owner is not None:
            reassign(complaint, owner=owner, actor=SYSTEM_ACTOR, at=event.at)
    climb_on(event)


@essential
def climb_on(event: Event) -> None:
    """Back from a stage with a limit of its own, or in other hands: the level's limit
    runs (again). Without this, work that was sorted late would climb no further."""
    complaint = latest(event)
    if complaint.step_due_at is not None:
        return
    limit, reason = ladder(complaint, event.at)
    if limit is not None:
        _limit(complaint, event, limit, reason)


@essential
def limit_new_level(event: Event) -> None:
    """Raised by a person or the citizen: the new level has its own time, whatever the
    level below had promised."""
    complaint = latest(event)
    if event.actor_kind != SYSTEM_ACTOR.kind and not stage_has_limit(complaint):
        limit, reason = ladder(complaint, event.at)
        _limit(complaint, event, limit, reason)
    else:
        climb_on(event)


@essential
def count_again(event: Event) -> None:
    """Another kind or place is another prescribed time, still from registration."""
    complaint = latest(event)
    if complaint.is_open:
        clock.recompute(complaint, event.kind, event.at)


@essential
def to_second_level(event: Event) -> None:
    """Opened again: the head of the level above has it, never who called it solved.

    Half the prescribed time from now; the promise keeps its date. `level`: as the door
    has it, at least the second, the top after an allowed appeal.
    """
    complaint = latest(event)
    office = reference.area(complaint.office_id)
    if office is None:
        office = office_of(reference.area(complaint.area_id)) or _head_office(complaint)
    limit = clock.after(complaint, event.at, HALF)
    if office is None:
        _limit(complaint, event, limit, DISPUTE)
        return
    level = event.data.get("level") or max(SECOND, complaint.level)
    assign(
        complaint,
        organisation=reference.organisation(complaint.organisation_id),
        office=office,
        department=reference.department(complaint.department_id),
        owner=_head_for(complaint, level, event.at),
        actor=SYSTEM_ACTOR,
        at=event.at,
        level=level,
        rule=rules.SECOND_LEVEL,
        found=Found(step_due_at=limit, step_reason=DISPUTE),
    )


def _head_for(complaint: Complaint, level: int, at: datetime) -> Officer | None:
    """Of that level or above; where all above are gone, the one who is left below."""
    barred = false_closers(complaint)
    for least in dict.fromkeys((level, SECOND)):
        found = duty.head(complaint, least, at, but=barred)
        if found is not None:
            return found
    return None


def _head_office(complaint: Complaint) -> Area | None:
    tops = reference.whole_areas(complaint.organisation_id)
    return next((area for area in tops if area.office), None)


# The ladder -------------------------------------------------------------------------


def next_limit(complaint: Complaint, at: datetime) -> datetime:
    """Until when a level has it: half the prescribed time again for short work
    (150 %, 200 %), seven days for long. From now on where the sweep came late."""
    start = max(complaint.due_at or at, at)
    if complaint.horizon == Horizon.IMMEDIATE:
        return clock.after(complaint, start, HALF)
    return start + LONG_STEP


def raise_to(
    complaint: Complaint, level: int, why: str, actor: Actor, at: datetime
) -> None:
    """To whoever answers at that level, with its own time; whom it passed is kept."""
    officer = duty.head(complaint, level, at, but=false_closers(complaint))
    # The stage's own limit runs on; the level's follows it.
    waits = stage_has_limit(complaint) and complaint.step_reason != why
    escalate(
        complaint,
        level=level,
        to_officer_id=officer.pk if officer else None,
        why=why,
        actor=actor,
        at=at,
        step_due_at=None if waits else next_limit(complaint, at),
        skipped=levels.skipped(complaint, level, officer, at),
    )


def ladder(complaint: Complaint, at: datetime) -> tuple[datetime | None, str]:
    """The limit of the level it is at; the first level's is the promise itself."""
    if complaint.level < SECOND or not complaint.is_open:
        return None, ""
    return next_limit(complaint, at), LEVEL


def stage_has_limit(complaint: Complaint) -> bool:
    return complaint.step_due_at is not None and complaint.step_reason in OF_STAGE


def _limit(
    complaint: Complaint, event: Event, limit: datetime | None, reason: str
) -> None:
    set_deadline(
        complaint,
        actor=SYSTEM_ACTOR,
        at=event.at,
        why=event.kind,
        step_due_at=limit,
        step_reason=reason,
    )
