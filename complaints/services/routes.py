"""Doors that decide where a complaint goes."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from complaints.actors import Actor
from complaints.models import Category, Complaint, Custody, Message
from complaints.models.category import Criticality, Horizon
from complaints.refusals import Invalid, missing
from complaints.services.found import NOTHING_FOUND, Found
from complaints.services.guards import bounces_left, permit
from complaints.services.ledger import hand_over, say
from complaints.status import Status
from complaints.unit import change, door
from complaints.wording import words
from complaints.workflow import SYSTEM
from officers.models import Area, Department, Officer, Organisation, Posting
from officers.trees import area_path, organisation_path, root_of


@door
def assign(
    complaint: Complaint,
    *,
    organisation: Organisation,
    office: Area,
    department: Department | None,
    owner: Officer | None,
    actor: Actor,
    at: datetime,
    level: int | None = None,
    rule: str = "",
    found: Found = NOTHING_FOUND,
    version: int | None = None,
) -> Complaint:
    """Put it before an office, and before one officer of it where one is on duty.

    The first owner stays responsible however high it climbs; the limit of a former
    holder ends. `rule` and `found`: what routing decided by, and what it read besides.
    """
    routed = actor.kind == SYSTEM  # its owner was chosen from today's postings
    permit(complaint, "auto_assign" if routed else "assign", actor, version)
    _belongs(None if routed else owner, organisation, office, at)
    where = _where(complaint, office, department, owner)
    change(
        complaint,
        "assigned",
        actor=actor,
        at=at,
        data=where | {"rule": rule} | found.data(),
        status=Status.ASSIGNED,
        organisation=organisation,
        office=office,
        department=department,
        owner=owner,
        level=level or complaint.level,
        responsible=complaint.responsible or owner,
        **found.fields(complaint),
    )
    hand_over(complaint, Custody.Holder.OFFICE, "assigned", at)
    return complaint


@door
def reassign(
    complaint: Complaint,
    *,
    owner: Officer,
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> Complaint:
    """Give it to somebody else of the same office; the stage stays."""
    permit(complaint, "reassign", actor, version)
    if complaint.office is None:
        raise Invalid(_("Send it to an office first."), field="office")
    _belongs(owner, complaint.organisation, complaint.office, at)
    if owner.pk == complaint.owner_id:
        raise Invalid(_("It is with this officer already."), field="owner")
    change(
        complaint,
        "reassigned",
        actor=actor,
        at=at,
        data={"from_officer": complaint.owner_id, "officer": owner.pk},
        owner=owner,
        responsible=complaint.responsible or owner,
    )
    hand_over(complaint, Custody.Holder.OFFICE, "reassigned", at)
    return complaint


@door
def send_to_triage(
    complaint: Complaint,
    *,
    actor: Actor,
    at: datetime,
    rule: str = "",
    organisation: Organisation | None = None,
    found: Found = NOTHING_FOUND,
) -> Complaint:
    """No sure rule: a person must sort it. Never dropped."""
    permit(complaint, "no_rule", actor)
    change(
        complaint,
        "triaged",
        actor=actor,
        at=at,
        data={"rule": rule} | found.data(),
        status=Status.TRIAGE,
        organisation=organisation or complaint.organisation,
        **found.fields(complaint),
    )
    hand_over(complaint, Custody.Holder.DESK, "triaged", at)
    return complaint


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
        data={"from_organisation": complaint.organisation_id}
        | {"from_office": complaint.office_id}
        | {"organisation": organisation.pk}
        | _where(complaint, office, department, None),
        status=Status.FORWARDED,
        organisation=organisation,
        office=office,
        department=department,
        owner=None,
        forwarded=complaint.forwarded + 1,
    )
    say(event, Message.Kind.REASON, text, actor=actor, public=True)
    holder = Custody.Holder.PARTNER if _outside(complaint) else Custody.Holder.OFFICE
    hand_over(complaint, holder, "forwarded", at)
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
        _belongs(owner, complaint.organisation, complaint.office, at)
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


@door
def set_category(
    complaint: Complaint,
    *,
    category: Category,
    actor: Actor,
    at: datetime,
    area: Area | None = None,
    version: int | None = None,
) -> Complaint:
    """Say what it is about (and where); criticality and horizon follow it.

    A person's choice is kept as a correction that routing can learn from.
    """
    permit(complaint, "set_category", actor, version)
    if category.organisation_id not in organisation_path(complaint.organisation_id):
        raise Invalid(
            _("This category belongs to another organisation."), field="category"
        )
    fields: dict[str, Any] = {
        "category": category,
        "criticality": _worse(complaint.criticality, category.criticality, actor),
        "horizon": category.horizon,
    }
    if area is not None:
        fields["area"] = area
    change(
        complaint,
        "category_set",
        actor=actor,
        at=at,
        data={"from_category": complaint.category_id, "category": category.pk}
        | ({"area": area.pk} if area else {}),
        **fields,
    )
    return complaint


@door
def set_priority(
    complaint: Complaint,
    *,
    criticality: str,
    horizon: str,
    reason: str,
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> Complaint:
    """How bad and how long: two fields, both kept with the reason."""
    permit(complaint, "edit_priority", actor, version)
    if criticality not in Criticality.values or horizon not in Horizon.values:
        raise missing("criticality")
    text = words(reason, "reason", least=3) if actor.kind != SYSTEM else reason
    event = change(
        complaint,
        "priority_set",
        actor=actor,
        at=at,
        data={
            "from": [complaint.criticality, complaint.horizon],
            "to": [criticality, horizon],
        },
        criticality=criticality,
        horizon=horizon,
    )
    say(event, Message.Kind.NOTE, text, actor=actor, public=False)
    return complaint


def _worse(current: str, given: str, actor: Actor) -> str:
    """Routing never calms down an emergency that a word in the text raised."""
    if actor.kind == SYSTEM and current == Criticality.EMERGENCY:
        return current
    return given


def _where(
    complaint: Complaint,
    office: Area | None,
    department: Department | None,
    owner: Officer | None,
) -> dict[str, int | None]:
    return {
        "office": office.pk if office else None,
        "department": department.pk if department else None,
        "officer": owner.pk if owner else None,
    }


def _outside(complaint: Complaint) -> bool:
    """Another house altogether: a holding and its discoms are one."""
    return root_of(complaint.received_by_id) != root_of(complaint.organisation_id)


def _another_office(
    complaint: Complaint,
    organisation: Organisation,
    office: Area | None,
    department: Department | None,
) -> None:
    _area_of(office, organisation)
    same = (complaint.organisation_id, complaint.office_id, complaint.department_id)
    target = (organisation.pk, office and office.pk, department and department.pk)
    if same == target:
        raise Invalid(
            _("It is with this office already. Choose another."), field="office"
        )


def _area_of(office: Area | None, organisation: Organisation) -> None:
    if office and office.organisation_id not in organisation_path(organisation.pk):
        raise Invalid(
            _("This office does not belong to that organisation."), field="office"
        )


def _belongs(
    owner: Officer | None, organisation: Organisation, office: Area, at: datetime
) -> None:
    """An owner must hold a posting that covers the office on that day."""
    _area_of(office, organisation)
    if owner is None:
        return
    day = at.astimezone(ZoneInfo(organisation.timezone)).date()
    posted = Posting.objects.on(day).filter(
        officer=owner, organisation_id__in=organisation_path(organisation.pk)
    )
    areas = set(area_path(office.pk))
    if not any(p.area_id is None or p.area_id in areas for p in posted):
        raise Invalid(_("This officer has no posting at that office."), field="owner")
