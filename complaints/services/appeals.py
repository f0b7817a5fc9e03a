"""Doors of the appeal: heard outside the office, once, with a written order.

Not final until it is decided: meanwhile nothing else closes the complaint or opens it.
"""

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from complaints.actors import Actor
from complaints.models import Attachment, Complaint, Custody, Event, Message
from complaints.models.complaint import ClosedHow
from complaints.refusals import NotAllowed, Refused
from complaints.services.false_closing import level_above, opened_again
from complaints.services.guards import permit
from complaints.services.ledger import attach, hand_over, let_go, say
from complaints.status import Status
from complaints.unit import change, door
from complaints.wording import words

APPEAL_WITHIN = timedelta(days=30)
# Whose deed an appeal is against.
ENDED_BY = ("resolved", "rejected", "closed")


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
    once(complaint)
    if complaint.closed_at and at > complaint.closed_at + APPEAL_WITHIN:
        raise Refused(
            _("An appeal must be made within 30 days of closing."), code="window_over"
        )
    return _appeal(complaint, words(text, "text", least=10), (), actor, at)


@door
def appeal_unsolved(
    complaint: Complaint,
    *,
    text: str,
    actor: Actor,
    at: datetime,
    files: tuple[Attachment, ...] = (),
    version: int | None = None,
) -> Complaint:
    """ "Not solved" once more than it is opened again: the appeal by itself.

    For services/unsolved.py only; nothing more is asked of the citizen, not even words.
    """
    permit(complaint, "appeal_unsolved", actor, version)
    once(complaint)
    said = words(text, "text") if text.strip() else ""
    return _appeal(complaint, said, files, actor, at)


def once(complaint: Complaint) -> None:
    if complaint.appealed_at is not None:
        raise Refused(
            _("An appeal was decided already. It is final."), code="appeal_used"
        )


def _appeal(
    complaint: Complaint,
    said: str,
    files: tuple[Attachment, ...],
    actor: Actor,
    at: datetime,
) -> Complaint:
    event = change(
        complaint,
        "appealed",
        actor=actor,
        at=at,
        data={"by": actor.by, "from": complaint.status},
        status=Status.APPEALED,
        appealed_at=at,
        step_due_at=at + timedelta(days=complaint.organisation.appeal_days),
        step_reason="appeal",
    )
    say(event, Message.Kind.APPEAL, said, actor=actor, public=True)
    attach(event, files)
    hand_over(complaint, Custody.Holder.DESK, "appealed", at)
    return complaint


def not_own_deed(complaint: Complaint, actor: Actor) -> None:
    """Whoever called it solved, rejected or closed it does not judge that."""
    rows = Event.objects.filter(complaint=complaint, kind__in=ENDED_BY)
    if actor.officer and rows.filter(actor=actor.officer).exists():
        raise NotAllowed(
            _("You decided on this complaint before. Another authority must judge."),
            code="own_deed",
        )


@door
def allow(
    complaint: Complaint,
    *,
    order: str,
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> Complaint:
    """Opened again, one level higher; from now on without limit, until it is true."""
    permit(complaint, "allow", actor, version)
    not_own_deed(complaint, actor)
    said = words(order, "order", least=20)
    event = change(
        complaint,
        "appeal_allowed",
        actor=actor,
        at=at,
        data={
            "resolved_by": complaint.resolved_by_id,
            "level": level_above(complaint),
        },
        **opened_again(complaint),
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
    not_own_deed(complaint, actor)
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
