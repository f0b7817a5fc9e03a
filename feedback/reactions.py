"""What a change sets off here: every resolution is asked about."""

from complaints.models import Complaint, Event
from complaints.unit import Reaction
from feedback.services import ask
from notices.links import rating_url
from notices.outbox import tell_citizen, tell_officer
from officers.duty import head_of


def ask_for_rating(event: Event) -> None:
    request = ask(event)
    tell_citizen(event, "resolved_feedback", url=rating_url(request.token))


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
