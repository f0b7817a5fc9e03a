"""Doors of the clock: called from escalation, which owns the arithmetic."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypedDict

from complaints.actors import Actor
from complaints.models import Complaint, Message
from complaints.services.guards import level_waits, permit, within_levels_reach
from complaints.services.ledger import say
from complaints.unit import change, door
from complaints.wording import words

UNSET: Any = object()


class Skipped(TypedDict):
    """`why`: "nobody" holds the post, or its holder is on "leave"."""

    level: int
    why: str


@door
def set_deadline(
    complaint: Complaint,
    *,
    actor: Actor,
    at: datetime,
    why: str,
    due_at: datetime = UNSET,
    due_reason: dict[str, Any] = UNSET,
    step_due_at: datetime | None = UNSET,
    step_reason: str = UNSET,
) -> Complaint:
    """The promise to the citizen and the present owner's limit, with their reasons.

    `why` is the event that called for it; `due_reason` holds codes and numbers from
    which the page tells the sum ("24 h, Pune charter; Sunday counted").
    """
    permit(complaint, "set_deadline" if due_at is not UNSET else "set_step", actor)
    given = {
        "due_at": due_at,
        "due_reason": due_reason,
        "step_due_at": step_due_at,
        "step_reason": step_reason,
    }
    fields = {name: value for name, value in given.items() if value is not UNSET}
    if all(getattr(complaint, name) == value for name, value in fields.items()):
        return complaint
    data = {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in fields.items()
        if name != "due_reason"
    }
    change(
        complaint,
        "deadline_set",
        actor=actor,
        at=at,
        data=data | {"why": why},
        **fields,
    )
    return complaint


@door
def escalate(
    complaint: Complaint,
    *,
    level: int,
    to_officer_id: int | None,
    why: str,
    actor: Actor,
    at: datetime,
    step_due_at: datetime | None = None,
    skipped: Sequence[Skipped] = (),
) -> Complaint:
    """Raise it to a level; owner and first owner stay responsible.

    `skipped`: levels that nobody could answer for, and why; kept and shown.

    Without `step_due_at` the limit of the stage (an answer, an acceptance, the date a
    work is held until) runs on.
    """
    permit(complaint, "escalate", actor)
    limit: dict[str, Any] = {}
    if step_due_at is not None:
        limit = {"step_due_at": step_due_at, "step_reason": "level"}
    change(
        complaint,
        "escalated",
        actor=actor,
        at=at,
        data={"level": level, "officer": to_officer_id, "why": why}
        | ({"skipped": list(skipped)} if skipped else {}),
        level=level,
        raised_to_id=to_officer_id,
        **limit,
    )
    return complaint


@door
def take_up(
    complaint: Complaint,
    *,
    plan: str,
    until: datetime,
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> Complaint:
    """What the level that it was raised to will do, and by when; the citizen reads it.

    Once per level, and no later than the level may give: a date that was not kept
    climbs on, as does silence. At the other limits of a stage nobody waits for a word.
    """
    permit(complaint, "take_up", actor, version)
    level_waits(complaint, actor)
    within_levels_reach(complaint, until, at)
    text = words(plan, "plan", least=10, limit=500)
    event = change(
        complaint,
        "taken_up",
        actor=actor,
        at=at,
        data={
            "level": complaint.level,
            "officer": actor.officer.pk if actor.officer else None,
            "until": until.isoformat(),
        },
        step_due_at=until,
        step_reason="taken",
    )
    say(event, Message.Kind.REPLY, text, actor=actor, public=True)
    return complaint


@door
def low_rating(
    complaint: Complaint, *, rating: int, reference: float, actor: Actor, at: datetime
) -> Complaint:
    """A rating under the reference of its category and office; feedback follows up."""
    permit(complaint, "low_rating", actor)
    change(
        complaint,
        "low_rated",
        actor=actor,
        at=at,
        data={"rating": rating, "reference": round(reference, 3)},
    )
    return complaint


@door
def followed_up(
    complaint: Complaint,
    *,
    follow_up: int,
    reason: str,
    ask: bool,
    actor: Actor,
    at: datetime,
) -> Complaint:
    """Somebody outside acted on a low rating; with `ask` the citizen is asked anew.

    The stage stays. By the system without a reason: the second message that is due
    while the follow-up waits for its turn.
    """
    permit(complaint, "follow_up", actor)
    data: dict[str, Any] = {"follow_up": follow_up, "reason": reason, "ask": ask}
    change(complaint, "followed_up", actor=actor, at=at, data=data)
    return complaint
