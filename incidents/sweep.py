"""A day after the repair an incident is over; who still waits goes on alone."""

from datetime import datetime, timedelta

from complaints.actors import SYSTEM_ACTOR
from complaints.refusals import Refused
from incidents.models import Incident
from incidents.services import close

ASKED_FOR = timedelta(hours=24)
BATCH = 20


def tick(at: datetime) -> int:
    due = Incident.objects.filter(
        state=Incident.State.RESTORED, restored_at__lte=at - ASKED_FOR
    ).select_related("organisation", "area", "category", "cause")
    return sum(_end(incident, at) for incident in due.order_by("restored_at")[:BATCH])


def _end(incident: Incident, at: datetime) -> bool:
    try:
        close(incident, actor=SYSTEM_ACTOR, at=at)
    except Refused:
        return False  # somebody was first
    return True
