"""What people put right: each time they see it otherwise than routing did.

Kept for learning (escalation/learning) and for whoever writes rules: nothing follows
from it for the complaint itself.
"""

from dataclasses import dataclass
from typing import Any

from complaints.models import Event
from complaints.unit import latest
from escalation import reference
from escalation.models import Correction, RoutingDecision

PERSON = "officer"


@dataclass(frozen=True)
class _Seen:
    """What routing said of it last."""

    rule: str
    confidence: float
    category: int | None
    office: int | None
    organisation: int


def keep_category(event: Event) -> None:
    """The kind was changed, or named where routing knew none."""
    chosen = event.data.get("category")
    if event.actor_kind != PERSON or chosen == event.data.get("from_category"):
        return
    seen = _seen(event)
    if seen is not None and chosen != seen.category:
        _keep(event, seen, to_category_id=chosen)


def keep_office(event: Event) -> None:
    """It was sent elsewhere than routing said, or somewhere where it knew no office."""
    if event.actor_kind != PERSON:
        return
    seen = _seen(event)
    if seen is None:
        return
    complaint = latest(event)
    office = event.data.get("office")
    organisation = event.data.get("organisation") or complaint.organisation_id
    if (office, organisation) == (seen.office, seen.organisation):
        return
    if office is not None and office == seen.office:
        return
    _keep(event, seen, to_office_id=office, to_organisation_id=organisation)


def _seen(event: Event) -> _Seen | None:
    decision = (
        RoutingDecision.objects.filter(complaint_id=event.complaint_id)
        .order_by("-at", "-pk")
        .values_list("rule", "confidence", "category_id", "office_id")
        .first()
    )
    if decision is None:
        return None
    rule, confidence, category, office = decision
    area = reference.area(office)
    received_by = latest(event).received_by_id
    return _Seen(
        rule=rule,
        confidence=confidence,
        category=category,
        office=office,
        organisation=area.organisation_id if area else received_by,
    )


def _keep(event: Event, seen: _Seen, **found: Any) -> None:
    """One for each event, if the worker tries the reaction again as well."""
    complaint = latest(event)
    fields = {
        "complaint_id": event.complaint_id,
        "at": event.at,
        "officer_id": event.actor_id,
        "rule": seen.rule,
        "confidence": seen.confidence,
        "from_category_id": seen.category,
        "to_category_id": complaint.category_id,
        "from_office_id": seen.office,
        "to_office_id": complaint.office_id,
        "from_organisation_id": seen.organisation,
        "to_organisation_id": complaint.organisation_id,
    }
    Correction.objects.get_or_create(event=event, defaults=fields | found)
