"""What a change sets off here: every resolution is asked about."""

from complaints.models import Complaint, Event
from complaints.unit import Reaction, latest
from feedback.services import ask
from notices.answers import tell_about
from notices.links import rating_url
from notices.outbox import tell_citizen, tell_officer
from officers.duty import head_of


def ask_for_rating(event: Event) -> None:
    """Solved with an incident, the question is the incident's: one for each phone."""
    url = rating_url(ask(event).token)
    news = event.data.get("update")
    if news is None:
        tell_citizen(event, "resolved_feedback", url=url)
        return
    cause = f"incident:{news}"
    tell_about(latest(event), "incident_restored", cause=cause, at=event.at, url=url)


def tell_of_low_rating(event: Event) -> None:
    complaint = Complaint.objects.select_related("department").get(
        pk=event.complaint_id
    )
    officer = head_of(
        2,
        organisation_id=complaint.organisation_id,
        office_id=complaint.office_id,
        department=complaint.department,
        at=event.at,
    )
    if officer is not None:
        tell_officer(event, officer, "staff_low_rating", rating=event.data["rating"])


REACTIONS: dict[str, tuple[Reaction, ...]] = {
    "resolved": (ask_for_rating,),
    "low_rated": (tell_of_low_rating,),
}
