"""Doors of the appeal: heard outside the office, once, with a written order."""

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from complaints.actors import Actor
from complaints.models import Complaint, Custody, Event, Message
from complaints.models.complaint import ClosedHow
from complaints.refusals import Refused
from complaints.services.guards import permit
from complaints.services.ledger import hand_over, let_go, say
from complaints.status import Status
from complaints.unit import change, door
from complaints.wording import words

APPEAL_WITHIN = timedelta(days=30)
DECIDE_WITHIN = timedelta(days=30)


@door
def appeal(
    complaint: Complaint,
    *,
    text: str,
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> Complaint:
    """Challenge the closing, not complain anew: within 30 days, once per complaint."""
    permit(complaint, "appeal", actor, version)
    if Event.objects.filter(complaint=complaint, kind="appealed").exists():
        raise Refused(
            _("An appeal was decided already. It is final."), code="appeal_used"
        )
    if complaint.closed_at and at > complaint.closed_at + APPEAL_WITHIN:
        raise Refused(
            _("An appeal must be made within 30 days of closing."), code="window_over"
        )
    said = words(text, "text", least=10)
    event = change(
        complaint,
        "appealed",
        actor=actor,
        at=at,
        data={"by": actor.by},
        status=Status.APPEALED,
        step_due_at=at + DECIDE_WITHIN,
        step_reason="appeal",
    )
    say(event, Message.Kind.APPEAL, said, actor=actor, public=True)
    hand_over(complaint, Custody.Holder.DESK, "appealed", at)
    return complaint


@door
def allow(
    complaint: Complaint,
    *,
    order: str,
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> Complaint:
    permit(complaint, "allow", actor, version)
    said = words(order, "order", least=20)
    event = change(
        complaint,
        "appeal_allowed",
        actor=actor,
        at=at,
        status=Status.REOPENED,
        closed_at=None,
        closed_how="",
        resolved_at=None,
        reopened=complaint.reopened + 1,
        step_due_at=None,
        step_reason="",
    )
    say(event, Message.Kind.ORDER, said, actor=actor, public=True)
    hand_over(complaint, Custody.Holder.OFFICE, "appeal_allowed", at)
    return complaint


@door
def dismiss(
    complaint: Complaint,
    *,
    order: str,
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> Complaint:
    permit(complaint, "dismiss", actor, version)
    said = words(order, "order", least=20)
    event = change(
        complaint,
        "appeal_dismissed",
        actor=actor,
        at=at,
        status=Status.CLOSED,
        closed_at=at,
        closed_how=ClosedHow.DISMISSED,
        step_due_at=None,
        step_reason="",
    )
    say(event, Message.Kind.ORDER, said, actor=actor, public=True)
    let_go(complaint, at)
    return complaint
