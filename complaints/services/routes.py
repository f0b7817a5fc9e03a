"""Doors that decide where a complaint goes."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from complaints.actors import Actor
from complaints.models import Category, Complaint, Custody, Message
from complaints.models.category import Criticality, Horizon
from complaints.refusals import Invalid, missing
from complaints.services.false_closing import owner_may_have
from complaints.services.found import NOTHING_FOUND, Found
from complaints.services.guards import permit
from complaints.services.ledger import hand_over, say
from complaints.services.named import belongs, has_room, where
from complaints.status import Status
from complaints.unit import change, door
from complaints.wording import words
from complaints.workflow import SYSTEM
from officers.models import Area, Department, Officer, Organisation
from officers.trees import organisation_path


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

    The first owner stays responsible. `rule`, `found`: what routing decided by.
    """
    routed = actor.kind == SYSTEM  # its owner was chosen from today's postings
    permit(complaint, "auto_assign" if routed else "assign", actor, version)
    belongs(None if routed else owner, organisation, office, at)
    owner_may_have(complaint, owner)
    has_room(owner, actor)
    change(
        complaint,
        "assigned",
        actor=actor,
        at=at,
        data=where(office, department, owner) | {"rule": rule} | found.data(),
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
    why: str = "",
    version: int | None = None,
) -> Complaint:
    """Give it to somebody else of the same office; the stage stays.

    `why`: the code of a cause that no person gave (escalation/ladder/handing.py).
    """
    permit(complaint, "reassign", actor, version)
    if complaint.office is None:
        raise Invalid(_("Send it to an office first."), field="office")
    belongs(owner, complaint.organisation, complaint.office, at)
    if owner.pk == complaint.owner_id:
        raise Invalid(_("It is with this officer already."), field="owner")
    owner_may_have(complaint, owner)
    has_room(owner, actor)
    moved: dict[str, Any] = {"from_officer": complaint.owner_id, "officer": owner.pk}
    change(
        complaint,
        "reassigned",
        actor=actor,
        at=at,
        data=moved | ({"why": why} if why else {}),
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

    What a word, a hashtag or a person raised above the old category stays raised.
    A person's choice is kept as a correction that routing can learn from.
    """
    permit(complaint, "set_category", actor, version)
    if category.organisation_id not in organisation_path(complaint.organisation_id):
        raise Invalid(
            _("This category belongs to another organisation."), field="category"
        )
    criticality = _criticality(complaint, category, actor)
    fields: dict[str, Any] = {
        "category": category,
        "criticality": criticality,
        "horizon": _horizon(complaint, category, criticality),
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


def _criticality(complaint: Complaint, category: Category, actor: Actor) -> str:
    """Routing never calms down an emergency, whoever called it one."""
    current, before = complaint.criticality, complaint.category
    if actor.kind == SYSTEM and current == Criticality.EMERGENCY:
        return current
    usual = before.criticality if before else Criticality.NORMAL
    return _raised(Criticality.values, current, usual, category.criticality)


def _horizon(complaint: Complaint, category: Category, criticality: str) -> str:
    before = complaint.category
    if criticality == Criticality.EMERGENCY != category.criticality:
        return Horizon.IMMEDIATE
    usual = before.horizon if before else Horizon.IMMEDIATE
    return _raised(Horizon.values, complaint.horizon, usual, category.horizon)


def _raised(order: list[str], current: str, usual: str, given: str) -> str:
    """`order`: the most urgent first."""
    if order.index(current) >= order.index(usual):
        return given
    return min(current, given, key=order.index)
