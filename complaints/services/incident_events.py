"""Doors of the one fault behind many complaints: its members' side of it.

The incident itself and who belongs to it are in the app incidents, a floor above, which
calls these in the transaction of its own rows.
"""

from dataclasses import asdict, dataclass
from datetime import datetime

from complaints.actors import Actor
from complaints.models import Complaint
from complaints.services.guards import permit
from complaints.unit import change, door


@dataclass(frozen=True)
class Repair:
    """What proves a resolution that was shown once for many: keys of the incident and
    of the news with which it was called restored."""

    incident: int
    update: int

    @staticmethod
    def named(repair: "Repair | None") -> dict[str, int]:
        return asdict(repair) if repair else {}


@door
def joined(
    complaint: Complaint,
    *,
    incident_id: int,
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> Complaint:
    """It keeps its number, its stage and its clock."""
    permit(complaint, "join_incident", actor, version)
    change(
        complaint,
        "joined_incident",
        actor=actor,
        at=at,
        data={"incident": incident_id, "by": actor.by},
    )
    return complaint


@door
def left(
    complaint: Complaint,
    *,
    incident_id: int,
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> Complaint:
    """Joined by mistake, or not solved with the others: a fault of its own."""
    permit(complaint, "leave_incident", actor, version)
    change(
        complaint,
        "left_incident",
        actor=actor,
        at=at,
        data={"incident": incident_id},
    )
    return complaint
