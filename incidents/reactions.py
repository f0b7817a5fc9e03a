"""What a change of a member sets off here."""

from complaints.actors import SYSTEM_ACTOR
from complaints.models import Event
from complaints.unit import Reaction, latest
from incidents.members import leave, membership_of
from notices.models import Notice
from notices.outbox import tell_officer


def spare_officer(event: Event) -> None:
    """The office has one job, the incident: no message for each of its members.

    What was owed since the registration, in the same transaction, is dropped unsent.
    """
    Notice.objects.filter(
        complaint=event.complaint_id, kind="staff_assigned", state=Notice.State.QUEUED
    ).update(expires_at=event.at)


def tell_owner(event: Event) -> None:
    """A person took it out: it is a job of its own again."""
    complaint = latest(event)
    if event.caused_by_id is None and complaint.is_open and complaint.owner:
        tell_officer(event, complaint.owner, "staff_assigned")


def nested_fault(event: Event) -> None:
    """Not solved with the others: it leaves them, and is worked on by itself."""
    complaint = latest(event)
    if membership_of(complaint) is not None:
        leave(complaint, actor=SYSTEM_ACTOR, at=event.at)


REACTIONS: dict[str, tuple[Reaction, ...]] = {
    "joined_incident": (spare_officer,),
    "left_incident": (tell_owner,),
    "disputed": (nested_fault,),
    "reopened": (nested_fault,),
}
