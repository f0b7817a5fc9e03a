"""Open incidents at the program's door: shown with each answer, joined by their key."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from complaints.models import Complaint
from complaints.refusals import Invalid
from incidents.current import find_open
from incidents.models import Incident
from incidents.nearby import open_incidents
from officers.models import Organisation
from portal.api import showing


def asked_for(organisation: Organisation, key: int | None) -> Incident | None:
    """Raises Invalid where it is over, or somebody else's."""
    if key is None:
        return None
    found = find_open(organisation, key)
    if found is None:
        raise Invalid(
            _("This incident is over or not known. Send the complaint without it."),
            code="incident_over",
            field="incident",
        )
    return found


def fitting(complaint: Complaint, at: datetime) -> list[dict[str, Any]]:
    """What may be the very fault. While nothing is open, no query."""
    point = None
    if complaint.latitude is not None and complaint.longitude is not None:
        point = (complaint.latitude, complaint.longitude)
    found = open_incidents(
        complaint.organisation, complaint.category, complaint.area, point, at
    )
    return [_told(each) for each in found]


def _told(incident: Incident) -> dict[str, Any]:
    expected = incident.expected_at
    return {
        "id": incident.pk,
        "category": showing.named(incident.category),
        "area": showing.named(incident.area),
        "expected_at": expected.isoformat() if expected else None,
    }
