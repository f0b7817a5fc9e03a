"""JOIN [number]: my complaint is the fault that you know of already."""

from django.utils.translation import gettext as _
from django.utils.translation import override

from channels_in.commands import status
from channels_in.turn import Turn
from complaints.models import Complaint
from complaints.refusals import Refused
from complaints.status import OPEN_STATUSES
from incidents.models import Incident, Membership
from incidents.nearby import open_incidents
from incidents.services import join


def run(turn: Turn) -> None:
    said = turn.said
    asked = said.number or said.wrong_number
    complaint = turn.own(said.number) if asked else turn.newest(*OPEN_STATUSES)
    if complaint is None:
        turn.not_found()
        return
    incident = fitting(complaint, turn)
    if incident is None:
        status.tell(turn, complaint)
        return
    try:
        join(
            complaint,
            incident,
            actor=turn.actor(complaint),
            at=turn.at,
            by=Membership.How.WORD,
        )
    except Refused:
        status.tell(turn, complaint)
    else:
        turn.reply("joined_reply", complaint, **told(incident, turn.language))


def fitting(complaint: Complaint, turn: Turn) -> Incident | None:
    """The open incident that this may be part of, the likeliest."""
    point = None
    if complaint.latitude is not None and complaint.longitude is not None:
        point = (complaint.latitude, complaint.longitude)
    found = open_incidents(
        complaint.organisation, complaint.category, complaint.area, point, turn.at
    )
    return found[0] if found else None


def told(incident: Incident, language: str) -> dict[str, object]:
    """What an answer says of it."""
    with override(language):
        later = _("a date we will tell you")
    return {"area": incident.area, "eta": incident.expected_at or later}
