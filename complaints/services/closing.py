"""Doors that end a complaint; what opens it again is in unsolved.py."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from complaints.actors import Actor
from complaints.models import Complaint, Message, RejectReason
from complaints.models.complaint import ClosedHow
from complaints.refusals import Invalid, Refused, missing
from complaints.services.appeals import once
from complaints.services.false_closing import hand_may_work
from complaints.services.guards import may_cancel, permit, reopen_until
from complaints.services.ledger import let_go, say
from complaints.services.tries import USUAL, Try, lacking
from complaints.status import OPEN_STATUSES, Status
from complaints.unit import change, door
from complaints.wording import words
from complaints.workflow import CITIZEN
from officers.trees import root_of

# Why nobody was asked before it was closed as unconfirmed.
NO_CONTACT = "no_contact"


@door
def confirm(
    complaint: Complaint,
    *,
    actor: Actor,
    at: datetime,
    took_minutes: int | None = None,
    trouble: bool | None = None,
    version: int | None = None,
) -> Complaint:
    """The citizen says it is solved, by own hand or on the phone to the call centre.

    Never to somebody of the office concerned: workflow.OUTSIDE, guards.outside_only.
    `took_minutes`, `trouble`: what was told without a rating, which keeps them itself.
    """
    permit(complaint, "confirm", actor, version)
    how = ClosedHow.CONFIRMED if actor.kind == CITIZEN else ClosedHow.CALLED
    told = {"took": took_minutes, "trouble": trouble}
    said = {name: value for name, value in told.items() if value is not None}
    in_time = complaint.told_in_time
    if took_minutes is not None:
        in_time = within_prescribed(complaint, took_minutes)
    return _close(complaint, how, actor, at, in_time, **said)


def within_prescribed(complaint: Complaint, took_minutes: int) -> bool | None:
    """The time that the citizen says it took, against the promise as it was given."""
    if complaint.due_at is None:
        return None
    took = timedelta(minutes=took_minutes)
    return took <= complaint.due_at - complaint.registered_at


@door
def auto_close(
    complaint: Complaint,
    *,
    tries: Sequence[Try],
    actor: Actor,
    at: datetime,
    ways: Collection[str] = USUAL,
) -> Complaint:
    """Nobody answered our tries: closed, called unconfirmed, and counted apart.

    `ways`: by which the citizen can be asked. Whoever can be asked by none keeps the
    link as long as "not solved" can be said, and is closed after that.
    """
    permit(complaint, "auto_close", actor)
    if ways:
        _tried_enough(complaint, tries, ways)
        made = [[one.at.isoformat(), one.way] for one in tries]
        return _close(complaint, ClosedHow.UNCONFIRMED, actor, at, tries=made)
    until = reopen_until(complaint)
    if until is None or at <= until:
        raise Refused(_("The citizen still has time to answer."), code="too_early")
    return _close(complaint, ClosedHow.UNCONFIRMED, actor, at, why=NO_CONTACT)


def _tried_enough(
    complaint: Complaint, tries: Sequence[Try], ways: Collection[str]
) -> None:
    lacks = lacking(tries, complaint.organisation.timezone, ways)
    if lacks:
        raise Refused(
            _("The citizen was not asked often enough yet: %(lacks)s."),
            {"lacks": ", ".join(lacks)},
            code="tries_lacking",
        )


def _close(
    complaint: Complaint,
    how: str,
    actor: Actor,
    at: datetime,
    told_in_time: bool | None = None,
    **data: object,
) -> Complaint:
    change(
        complaint,
        "closed",
        actor=actor,
        at=at,
        data={"how": str(how), "by": actor.by} | data,
        status=Status.CLOSED,
        closed_at=at,
        closed_how=how,
        told_in_time=told_in_time,
        step_due_at=None,
        step_reason="",
    )
    let_go(complaint, at)
    return complaint


@door
def reject(
    complaint: Complaint,
    *,
    reason: RejectReason | None,
    text: str,
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> Complaint:
    """Not one we may take up; a head or supervisor decides, never the officer.

    Never what an appeal opened again: the citizen would have no word left against it.
    Never by who called it solved when it was not.
    """
    permit(complaint, "reject", actor, version)
    once(complaint)
    hand_may_work(complaint, actor)
    if reason is None:
        raise missing("reason")
    said = words(text, "text", limit=500) if text.strip() else ""
    event = change(
        complaint,
        "rejected",
        actor=actor,
        at=at,
        data={"reason": reason.code},
        status=Status.REJECTED,
        reject_reason=reason,
        closed_at=at,
        step_due_at=None,
        step_reason="",
    )
    say(event, Message.Kind.REASON, said, actor=actor, public=True)
    let_go(complaint, at)
    return complaint


@door
def cancel(
    complaint: Complaint,
    *,
    text: str = "",
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> Complaint:
    """The citizen takes it back; a danger to others needs a supervisor."""
    permit(complaint, "withdraw", actor, version)
    may_cancel(complaint, actor)
    said = words(text, "text", limit=500) if text.strip() else ""
    event = change(
        complaint,
        "cancelled",
        actor=actor,
        at=at,
        data={"by": actor.by},
        status=Status.CANCELLED,
        closed_at=at,
        step_due_at=None,
        step_reason="",
    )
    say(event, Message.Kind.REASON, said, actor=actor, public=True)
    let_go(complaint, at)
    return complaint


@door
def merge(
    complaint: Complaint,
    *,
    parent: Complaint,
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> Complaint:
    """Join it to another about the same thing: own number, the other's news."""
    permit(complaint, "link_duplicate", actor, version)
    top = parent.parent or parent
    if top.pk == complaint.pk:
        raise Invalid(_("A complaint cannot be joined to itself."), field="parent")
    if root_of(top.organisation_id) != root_of(complaint.organisation_id):
        raise Invalid(
            _("That complaint belongs to another organisation."), field="parent"
        )
    if top.status not in OPEN_STATUSES:
        raise Invalid(
            _("Complaint %(number)s is finished already. Join an open one."),
            {"number": top.number},
            field="parent",
        )
    change(
        complaint,
        "merged",
        actor=actor,
        at=at,
        data={"parent": top.pk},
        status=Status.MERGED,
        parent=top,
        step_due_at=None,
        step_reason="",
    )
    let_go(complaint, at)
    for child in Complaint.objects.filter(parent=complaint).order_by("pk"):
        # those joined to it before hear from the one it joined
        change(child, "merged", actor=actor, at=at, data={"parent": top.pk}, parent=top)
    return complaint


@door
def set_rating(
    complaint: Complaint,
    *,
    rating: int,
    actor: Actor,
    at: datetime,
    told_in_time: bool | None = None,
    second: bool = False,
) -> Complaint:
    """The last rating, 1 (lowest) to 5, kept beside the complaint for lists.

    `told_in_time`: in the prescribed time, by the time that the citizen says it took.
    `second`: given after a follow-up; it is told, and the first one stays.
    """
    permit(complaint, "rate", actor)
    if rating not in range(1, 6):
        raise Invalid(_("Choose a rating from 1 to 5."), field="rating")
    data: dict[str, Any] = {"rating": rating, "by": actor.by}
    kept: dict[str, Any] = {"rating": rating, "told_in_time": told_in_time}
    if second:
        data, kept = data | {"second": True}, {}
    change(complaint, "rated", actor=actor, at=at, data=data, **kept)
    return complaint
