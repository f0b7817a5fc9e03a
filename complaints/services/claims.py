"""Doors of a claim to compensation: the complaint's side of it.

The claim itself is in the app escalation, a floor above, which calls these in the
transaction of its own row.
"""

from datetime import datetime

from complaints.actors import Actor
from complaints.models import Complaint
from complaints.services.guards import permit
from complaints.unit import change, door


@door
def offer_claim(
    complaint: Complaint, *, claim: str, minutes: int, actor: Actor, at: datetime
) -> Complaint:
    """The promise was missed and its kind carries compensation."""
    permit(complaint, "offer_claim", actor)
    data = {"claim": claim, "minutes": minutes}
    change(complaint, "claim_offered", actor=actor, at=at, data=data)
    return complaint


@door
def make_claim(
    complaint: Complaint, *, claim: str, minutes: int, actor: Actor, at: datetime
) -> Complaint:
    """The citizen asks for it, by own hand or on the phone to the desk."""
    permit(complaint, "claim", actor)
    data = {"claim": claim, "minutes": minutes, "by": actor.by}
    change(complaint, "claimed", actor=actor, at=at, data=data)
    return complaint


@door
def decide_claim(
    complaint: Complaint,
    *,
    claim: str,
    granted: bool,
    minutes: int,
    actor: Actor,
    at: datetime,
) -> Complaint:
    """What the head or supervisor decided; the sum and the reason stay with the
    claim."""
    permit(complaint, "decide_claim", actor)
    kind = "claim_granted" if granted else "claim_refused"
    data = {"claim": claim, "minutes": minutes}
    change(complaint, kind, actor=actor, at=at, data=data)
    return complaint
