"""Doors of the one fault behind many complaints: its members' side of it.

The incident itself and who belongs to it are in the app incidents, a floor above, which
calls these in the transaction of its own rows.
"""

from dataclasses import asdict, dataclass
from datetime import datetime

from complaints.actors import Actor
from complaints.models import Complaint, Custody
from complaints.services.guards import permit
from complaints.services.ledger import hand_over, held_by_stage
from complaints.status import Status
from complaints.unit import change, door

_FINISHED = (Status.CLOSED, Status.REJECTED, Status.MERGED, Status.CANCELLED)


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
    if complaint.status != Status.NEED_INFO:  # the citizen still owes an answer
        hand_over(complaint, Custody.Holder.INCIDENT, "joined_incident", at)
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
    if complaint.status not in (Status.NEED_INFO, *_FINISHED):
        hand_over(complaint, held_by_stage(complaint), "left_incident", at)
    return complaint
