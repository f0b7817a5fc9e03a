"""Doors of work that needs longer: the promise runs on, and may be missed.

An officer asks, the second level agrees or not, and only then the citizen is told a new
date. Nothing here moves `due_at`, and an answer that does not come stops no clock.
"""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from complaints.actors import Actor
from complaints.models import Complaint, Message
from complaints.refusals import Invalid
from complaints.services.guards import lies_ahead, permit
from complaints.services.ledger import say
from complaints.status import Status
from complaints.unit import change, door
from complaints.wording import words


@door
def ask_hold(
    complaint: Complaint,
    *,
    reason: str,
    new_date: datetime,
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> Complaint:
    """Why it needs longer and until when, for the head to agree to."""
    permit(complaint, "ask_hold", actor, version)
    lies_ahead(new_date, at)
    text = words(reason, "reason", least=5, limit=500)
    event = change(
        complaint,
        "hold_asked",
        actor=actor,
        at=at,
        data={"new_date": new_date.isoformat()},
        hold_asked=new_date,
    )
    say(event, Message.Kind.NOTE, text, actor=actor, public=False)
    return complaint


def words_of_request(complaint: Complaint) -> str:
    """Why it was asked for, where nobody has answered yet: for the head's form."""
    if complaint.hold_asked is None:
        return ""
    said = Message.objects.filter(complaint=complaint, event__kind="hold_asked")
    last = said.order_by("-pk").first()
    return last.text if last else ""


@door
def refuse_hold(
    complaint: Complaint,
    *,
    reason: str,
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> Complaint:
    """No: the work is due as promised; whoever asked hears why."""
    permit(complaint, "refuse_hold", actor, version)
    if complaint.hold_asked is None:
        raise Invalid(_("Nobody has asked for a later date."), code="not_asked")
    text = words(reason, "reason", least=5, limit=500)
    event = change(
        complaint, "hold_refused", actor=actor, at=at, data={}, hold_asked=None
    )
    say(event, Message.Kind.NOTE, text, actor=actor, public=False)
    return complaint


@door
def hold(
    complaint: Complaint,
    *,
    reason: str,
    new_date: datetime,
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> Complaint:
    """The second level's word: agreed to what was asked for, or of its own accord."""
    permit(complaint, "interim_reply", actor, version)
    lies_ahead(new_date, at)
    text = words(reason, "reason", least=5, limit=500)
    asked = complaint.hold_asked
    event = change(
        complaint,
        "held",
        actor=actor,
        at=at,
        data={"new_date": new_date.isoformat()}
        | ({"asked": asked.isoformat()} if asked else {}),
        status=Status.ON_HOLD,
        step_due_at=new_date,
        step_reason="held",
        hold_asked=None,
    )
    say(event, Message.Kind.REASON, text, actor=actor, public=True)
    return complaint


@door
def resume(
    complaint: Complaint, *, actor: Actor, at: datetime, version: int | None = None
) -> Complaint:
    permit(complaint, "resume", actor, version)
    change(
        complaint,
        "resumed",
        actor=actor,
        at=at,
        status=Status.IN_PROGRESS,
        step_due_at=None,
        step_reason="",
    )
    return complaint
