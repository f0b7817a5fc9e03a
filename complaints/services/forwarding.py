"""Doors of “not ours”: never a way to close, always to somebody who is named."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from complaints.actors import Actor
from complaints.models import Complaint, Custody, Message
from complaints.refusals import Invalid
from complaints.services.false_closing import owner_may_have
from complaints.services.guards import bounced_enough, bounces_left, permit
from complaints.services.ledger import hand_over, say
from complaints.services.named import area_of, belongs, where
from complaints.status import Status
from complaints.unit import change, door
from complaints.wording import words
from complaints.workflow import SYSTEM
from officers.models import Area, Department, Officer, Organisation
from officers.trees import root_of


@door
def forward(
    complaint: Complaint,
    *,
    organisation: Organisation,
    office: Area | None,
    department: Department | None,
    reason: str,
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> Complaint:
    """Send it to a named office or organisation; the number and its clock stay.

    "Not ours" with no target is not an answer (CPGRAMS, DARPG guidelines 2024).
    """
    permit(complaint, "forward", actor, version)
    text = words(reason, "reason", least=3)
    _another_office(complaint, organisation, office, department)
    event = change(
        complaint,
        "forwarded",
        actor=actor,
        at=at,
        data=_moved(complaint, organisation) | where(office, department, None),
        status=Status.FORWARDED,
        organisation=organisation,
        office=office,
        department=department,
        owner=None,
        hold_asked=None,
        forwarded=complaint.forwarded + 1,
    )
    say(event, Message.Kind.REASON, text, actor=actor, public=True)
    _hand_on(complaint, "forwarded", at)
    return complaint


@door
def accept(
    complaint: Complaint,
    *,
    owner: Officer | None,
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> Complaint:
    permit(complaint, "accept", actor, version)
    if complaint.office is not None:
        belongs(owner, complaint.organisation, complaint.office, at)
    owner_may_have(complaint, owner)
    change(
        complaint,
        "accepted",
        actor=actor,
        at=at,
        data={"officer": owner.pk if owner else None},
        status=Status.ASSIGNED,
        owner=owner,
        responsible=complaint.responsible or owner,
        step_due_at=None,
        step_reason="",
    )
    hand_over(complaint, Custody.Holder.OFFICE, "accepted", at)
    return complaint


@door
def decide(
    complaint: Complaint,
    *,
    organisation: Organisation,
    office: Area,
    department: Department | None,
    owner: Officer | None,
    reason: str,
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> Complaint:
    """Sent back twice: the second level says who has it, who is not asked again."""
    permit(complaint, "decide", actor, version)
    bounced_enough(complaint)
    text = words(reason, "reason", least=3) if actor.kind != SYSTEM else reason
    belongs(owner, organisation, office, at)
    owner_may_have(complaint, owner)
    event = change(
        complaint,
        "decided",
        actor=actor,
        at=at,
        data=_moved(complaint, organisation) | where(office, department, owner),
        status=Status.ASSIGNED,
        organisation=organisation,
        office=office,
        department=department,
        owner=owner,
        responsible=complaint.responsible or owner,
        step_due_at=None,
        step_reason="",
    )
    say(event, Message.Kind.REASON, text, actor=actor, public=True)
    _hand_on(complaint, "decided", at)
    return complaint


@door
def bounce(
    complaint: Complaint,
    *,
    reason: str,
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> Complaint:
    """The target says it is not theirs: back to the organisation that received it."""
    permit(complaint, "bounce", actor, version)
    bounces_left(complaint, actor)
    text = words(reason, "reason", least=3) if actor.kind != SYSTEM else reason
    event = change(
        complaint,
        "bounced",
        actor=actor,
        at=at,
        data={"office": complaint.office_id, "organisation": complaint.organisation_id},
        status=Status.TRIAGE,
        organisation=complaint.received_by,
        office=None,
        department=None,
        owner=None,
        bounced=complaint.bounced + 1,
        step_due_at=None,
        step_reason="",
    )
    say(event, Message.Kind.REASON, text, actor=actor, public=False)
    hand_over(complaint, Custody.Holder.DESK, "bounced", at)
    return complaint


def _moved(complaint: Complaint, to: Organisation) -> dict[str, int | None]:
    return {
        "from_organisation": complaint.organisation_id,
        "from_office": complaint.office_id,
        "organisation": to.pk,
    }


def _hand_on(complaint: Complaint, why: str, at: datetime) -> None:
    """A partner is another house altogether: a holding and its discoms are one."""
    inside = root_of(complaint.received_by_id) == root_of(complaint.organisation_id)
    holder = Custody.Holder.OFFICE if inside else Custody.Holder.PARTNER
    hand_over(complaint, holder, why, at)


def _another_office(
    complaint: Complaint,
    organisation: Organisation,
    office: Area | None,
    department: Department | None,
) -> None:
    area_of(office, organisation)
    same = (complaint.organisation_id, complaint.office_id, complaint.department_id)
    target = (organisation.pk, office and office.pk, department and department.pk)
    if same == target:
        raise Invalid(
            _("It is with this office already. Choose another."), field="office"
        )
