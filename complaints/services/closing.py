"""Doors that end a complaint, and those that open it again."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from complaints.actors import Actor
from complaints.models import Attachment, Complaint, Custody, Message, RejectReason
from complaints.models.complaint import ClosedHow
from complaints.refusals import Invalid, missing
from complaints.services.guards import may_cancel, permit, reopens_left, within_window
from complaints.services.ledger import attach, hand_over, let_go, say
from complaints.status import OPEN_STATUSES, Status
from complaints.unit import change, door
from complaints.wording import words
from complaints.workflow import CITIZEN
from officers.trees import root_of


@door
def confirm(
    complaint: Complaint, *, actor: Actor, at: datetime, version: int | None = None
) -> Complaint:
    """The citizen says it is solved, by own hand or on the phone to the call centre."""
    permit(complaint, "confirm", actor, version)
    how = ClosedHow.CONFIRMED if actor.kind == CITIZEN else ClosedHow.CALLED
    return _close(complaint, how, actor, at)


@door
def auto_close(complaint: Complaint, *, actor: Actor, at: datetime) -> Complaint:
    """Nobody answered: closed, called unconfirmed, and counted apart."""
    permit(complaint, "auto_close", actor)
    return _close(complaint, ClosedHow.UNCONFIRMED, actor, at)


def _close(complaint: Complaint, how: str, actor: Actor, at: datetime) -> Complaint:
    change(
        complaint,
        "closed",
        actor=actor,
        at=at,
        data={"how": str(how), "by": actor.by},
        status=Status.CLOSED,
        closed_at=at,
        closed_how=how,
        step_due_at=None,
        step_reason="",
    )
    let_go(complaint, at)
    return complaint


@door
def dispute(
    complaint: Complaint,
    *,
    text: str,
    actor: Actor,
    at: datetime,
    files: tuple[Attachment, ...] = (),
    version: int | None = None,
) -> Complaint:
    """ "Not solved": opened again, to the second level, with priority."""
    permit(complaint, "dispute", actor, version)
    within_window(complaint, at)
    return _open_again(complaint, "disputed", text, files, actor, at)


@door
def reopen(
    complaint: Complaint,
    *,
    text: str,
    actor: Actor,
    at: datetime,
    files: tuple[Attachment, ...] = (),
    version: int | None = None,
) -> Complaint:
    """Opened after it was closed: within the window, twice at most, then appeal."""
    permit(complaint, "reopen", actor, version)
    within_window(complaint, at)
    reopens_left(complaint)
    return _open_again(complaint, "reopened", text, files, actor, at)


def _open_again(
    complaint: Complaint,
    kind: str,
    text: str,
    files: tuple[Attachment, ...],
    actor: Actor,
    at: datetime,
) -> Complaint:
    said = words(text, "text") if text.strip() else ""
    event = change(
        complaint,
        kind,
        actor=actor,
        at=at,
        data={"resolved_by": complaint.resolved_by_id, "by": actor.by},
        status=Status.REOPENED,
        closed_at=None,
        closed_how="",
        resolved_at=None,
        reopened=complaint.reopened + 1,
        citizen_wrote=bool(said),
    )
    say(event, Message.Kind.DISPUTE, said, actor=actor, public=True)
    attach(event, files)
    hand_over(complaint, Custody.Holder.OFFICE, kind, at)
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
    """Not one we may take up; a head or supervisor decides, never the officer."""
    permit(complaint, "reject", actor, version)
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
    complaint: Complaint, *, rating: int, actor: Actor, at: datetime
) -> Complaint:
    """The last rating, 1 (lowest) to 5, kept beside the complaint for lists."""
    permit(complaint, "rate", actor)
    if rating not in range(1, 6):
        raise Invalid(_("Choose a rating from 1 to 5."), field="rating")
    change(
        complaint,
        "rated",
        actor=actor,
        at=at,
        data={"rating": rating, "by": actor.by},
        rating=rating,
    )
    return complaint
