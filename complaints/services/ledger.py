"""What every door writes beside the fields: words, files and who holds it now."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from complaints.actors import Actor
from complaints.models import Attachment, Complaint, Custody, Event, Message
from complaints.refusals import Invalid
from complaints.status import Status
from complaints.unit import is_new, is_owed, owe, owe_instead


def say(
    event: Event, kind: str, text: str, *, actor: Actor, public: bool
) -> Message | None:
    """Keep words beside the event; empty text keeps nothing."""
    if not text:
        return None
    event.said = event.said or text
    return Message.objects.create(
        complaint_id=event.complaint_id,
        event=event,
        kind=kind,
        public=public,
        author=actor.officer,
        at=event.at,
        text=text,
    )


def attach(event: Event, files: Iterable[Attachment], *, public: bool = True) -> None:
    """Give files that were stored before to this complaint; each only once."""
    for file in files:
        claimed = Attachment.objects.filter(pk=file.pk, complaint=None).update(
            complaint_id=event.complaint_id, event=event, public=public
        )
        if not claimed:
            raise Invalid(
                _("This photo is no longer there. Please choose it again."),
                code="photo_gone",
                field="photo",
            )


def hand_over(complaint: Complaint, holder: str, why: str, at: datetime) -> None:
    """Close the open leg of the ledger at the moment the next one starts.

    What was finished and is opened again was the citizen's in between: no gap.
    """
    leg = _open_leg(complaint)
    start = at if leg is None else _ended(leg, at)
    if leg is None and not is_new(complaint):
        start = _while_finished(complaint, at)
    leg = Custody(
        complaint=complaint,
        holder=holder,
        organisation_id=complaint.organisation_id,
        office_id=complaint.office_id,
        department_id=complaint.department_id,
        officer_id=complaint.owner_id,
        from_at=start,
        why=why,
    )
    owe(leg)
    complaint.open_leg = (complaint.version, leg)


def let_go(complaint: Complaint, at: datetime) -> datetime:
    """Close the open leg; never before it began, whichever host's clock runs behind."""
    leg = _open_leg(complaint)
    return at if leg is None else _ended(leg, at)


def _ended(leg: Custody, at: datetime) -> datetime:
    end = max(at, leg.from_at)
    if is_owed(leg):
        owe_instead(leg, to_at=end)
    else:
        Custody.objects.filter(pk=leg.pk).update(to_at=end)
    return end


def _while_finished(complaint: Complaint, at: datetime) -> datetime:
    """From the end of the last leg until now it rested with the citizen."""
    last = Custody.objects.filter(complaint=complaint).order_by("-to_at", "-pk").first()
    if last is None or last.to_at is None or last.to_at >= at:
        return at if last is None or last.to_at is None else last.to_at
    owe(
        Custody(
            complaint=complaint,
            holder=Custody.Holder.CITIZEN,
            organisation_id=last.organisation_id,
            office_id=last.office_id,
            department_id=last.department_id,
            from_at=last.to_at,
            to_at=at,
            why="finished",
        )
    )
    return at


def held_by_stage(complaint: Complaint) -> str:
    """Whose it is by its stage alone: when it leaves an incident again."""
    if complaint.status == Status.RESOLVED:
        return Custody.Holder.CITIZEN
    if complaint.office_id is None:
        return Custody.Holder.DESK
    started = complaint.status == Status.IN_PROGRESS
    return Custody.Holder.FIELD if started else Custody.Holder.OFFICE


def _open_leg(complaint: Complaint) -> Custody | None:
    if is_new(complaint) and complaint.open_leg is None:
        return None
    # Of the version just before this change: nobody can have written one since.
    if complaint.open_leg and complaint.open_leg[0] == complaint.version - 1:
        leg = complaint.open_leg[1]
        if leg.pk or is_owed(leg):
            return leg
    return Custody.objects.filter(complaint=complaint, to_at=None).first()
