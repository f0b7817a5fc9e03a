"""What a change sets off here: every resolution is asked about."""

from complaints.models import Complaint, Event
from complaints.unit import Reaction, latest
from feedback import call_backs
from feedback.doubts import look_at_proof
from feedback.models import FollowUp
from feedback.services import ask
from notices.answers import tell_about
from notices.links import follow_ups_url, rating_url
from notices.outbox import tell_citizen, tell_officer
from officers.duty import head_of

# After these nobody waits for a call.
FINISHING = (
    "closed", "rejected", "merged", "cancelled", "appealed", "appeal_dismissed",
    "erased",
)  # fmt: skip


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
    """Who has the follow-up; where nobody has, the zone head, who can send somebody."""
    follow_up = (
        FollowUp.objects.filter(complaint=event.complaint_id, created_at=event.at)
        .select_related("owner")
        .order_by("-pk")
        .first()
    )
    officer = follow_up.owner if follow_up else None
    if officer is None:
        complaint = Complaint.objects.select_related("department").get(
            pk=event.complaint_id
        )
        officer = head_of(
            3,
            organisation_id=complaint.organisation_id,
            office_id=complaint.office_id,
            department=complaint.department,
            at=event.at,
        )
    if officer is not None:
        rating, url = event.data["rating"], follow_ups_url()
        tell_officer(event, officer, "staff_low_rating", rating=rating, url=url)


def ask_again(event: Event) -> None:
    """After a follow-up, by a link of its own."""
    if event.data["ask"]:
        url = rating_url(ask(event, second=True).token)
        tell_citizen(event, "second_survey", url=url)


REACTIONS: dict[str, tuple[Reaction, ...]] = {
    "resolved": (ask_for_rating, call_backs.after_resolved, look_at_proof),
    "low_rated": (tell_of_low_rating,),
    "followed_up": (ask_again,),
    "disputed": (call_backs.after_opened_again,),
    "reopened": (call_backs.after_opened_again,),
    "appeal_allowed": (call_backs.after_opened_again,),
    **dict.fromkeys(FINISHING, (call_backs.after_end,)),
}
