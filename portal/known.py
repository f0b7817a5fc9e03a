"""What others told us of already, for the page before sending."""

from complaints.models import Complaint
from complaints.services import Intake
from escalation.decisions.routing import Preview
from incidents.models import Incident
from incidents.nearby import look_before, open_incidents
from portal.draft import Draft

# What is asked first; more would be read by nobody.
MOST_INCIDENTS = 3


def incidents(draft: Draft, intake: Intake, seen: Preview) -> list[Incident]:
    found = open_incidents(
        draft.organisation, seen.category, seen.area, _spot(intake), draft.at
    )
    return found[:MOST_INCIDENTS]


def similar(draft: Draft, intake: Intake, seen: Preview) -> list[Complaint]:
    return look_before(
        organisation=draft.organisation,
        category=seen.category,
        area=seen.area,
        point=_spot(intake),
        text=intake.text,
        at=draft.at,
    )


def _spot(intake: Intake) -> tuple[float, float] | None:
    if intake.latitude is None or intake.longitude is None:
        return None
    return (intake.latitude, intake.longitude)
