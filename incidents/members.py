"""The doors between a complaint and the incident it is part of."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from complaints.actors import Actor
from complaints.models import Complaint
from complaints.refusals import Invalid, Refused
from complaints.services import joined, left
from complaints.unit import door
from incidents.models import Incident, Membership
from incidents.scope import near


@door
def join(
    complaint: Complaint, incident: Incident, *, actor: Actor, at: datetime, by: str
) -> Membership:
    """Make it part of the incident; `by` is a Membership.How.

    Inserts a row and leaves the incident's own alone. Bears that the complaint was
    changed since it was read, and that it is a member already.
    """
    complaint.refresh_from_db()
    if not Incident.objects.open().filter(pk=incident.pk).exists():
        raise Refused(_("This incident is over. Send it as a complaint of its own."))
    if complaint.organisation_id not in near(incident.organisation_id):
        raise Invalid(_("That incident belongs to another organisation."))
    member = membership_of(complaint)
    if member is not None:
        if member.incident_id == incident.pk:
            return member
        raise Refused(_("It is part of another incident already."), code="other")
    joined(complaint, incident_id=incident.pk, actor=actor, at=at)
    return Membership.objects.create(
        incident_id=incident.pk,
        complaint=complaint,
        joined_at=at,
        how=Membership.How(by),
        by=actor.officer,
    )


@door
def leave(complaint: Complaint, *, actor: Actor, at: datetime) -> Complaint:
    """Joined by mistake, or not repaired with the others."""
    complaint.refresh_from_db()
    member = membership_of(complaint)
    if member is None:
        raise Refused(_("It is not part of an incident."), code="no_member")
    left(complaint, incident_id=member.incident_id, actor=actor, at=at)
    Membership.objects.filter(pk=member.pk, left_at=None).update(left_at=at)
    return complaint


def membership_of(complaint: Complaint) -> Membership | None:
    """Of an incident at any stage; `current.incident_of` is for pages."""
    return Membership.objects.filter(complaint=complaint, left_at=None).first()
