"""Asking for a rating, taking it, and following up what is below the average."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from complaints.actors import SYSTEM_ACTOR, Actor
from complaints.models import Complaint, Event
from complaints.refusals import Conflict, Invalid, NotAllowed, WrongStage
from complaints.services import confirm, dispute, low_rating, set_rating
from complaints.services.guards import reopen_until
from complaints.status import Status
from complaints.unit import door
from complaints.wording import words
from feedback.models import FollowUp, Rating, RatingRequest
from feedback.reference import reference_for
from officers.models import Role
from officers.trees import root_of

PHONE_WITHIN = timedelta(days=2)
WRITE_WITHIN = timedelta(days=7)
FOLLOWERS = frozenset({Role.SUPERVISOR, Role.AGENT, Role.QA, Role.MONITORING_TEAM})


def ask(event: Event) -> RatingRequest:
    """The question that belongs to one "resolved" event; asked again, the same one."""
    complaint = Complaint.objects.select_related("organisation", "category").get(
        pk=event.complaint_id
    )
    request, _made = RatingRequest.objects.get_or_create(
        event=event,
        defaults={
            "complaint": complaint,
            "token": secrets.token_urlsafe(9),
            "asked_at": event.at,
            "expires_at": reopen_until(complaint) or event.at + timedelta(days=30),
        },
    )
    return request


def open_request(token: str) -> RatingRequest | None:
    """The request behind a link, used or not; None when there is no such link."""
    return (
        RatingRequest.objects.filter(token=token)
        .select_related(
            "complaint__organisation", "complaint__category", "complaint__office"
        )
        .first()
    )


def latest_request(complaint: Complaint) -> RatingRequest | None:
    """The question of the last resolution, for a rating by phone or status page."""
    return (
        RatingRequest.objects.filter(complaint=complaint, used_at=None)
        .order_by("-asked_at")
        .first()
    )


@door
def rate(
    request: RatingRequest,
    *,
    score: int,
    solved: bool,
    comment: str,
    channel: str,
    actor: Actor,
    at: datetime,
) -> Rating:
    """One answer per resolution. "Not solved" reopens, whatever the score.

    A score below the 90-day reference becomes a follow-up; the complaint closes on
    "solved" and is opened again on "not solved".
    """
    complaint = _still_asked(request, at)
    if score not in range(1, 6):
        raise Invalid(_("Choose a rating from 1 to 5."), field="score")
    said = words(comment, "comment", limit=2000) if comment.strip() else ""
    _use_once(request, at)
    rated = _rated(complaint)
    reference = reference_for(**rated, at=at)
    rating = Rating.objects.create(
        request=request,
        complaint=complaint,
        **rated,
        score=score,
        solved=solved,
        words=said,
        channel=channel,
        taken_by=actor.officer,
        at=at,
    )
    set_rating(complaint, rating=score, actor=actor, at=at)
    if score < reference.mean or not solved:
        _follow_up(rating, complaint, reference.mean, at)
    _act_on(complaint, solved, said, actor, at)
    return rating


def _rated(complaint: Complaint) -> dict[str, Any]:
    """Whose mean a rating counts in: where the complaint was when it was solved."""
    return {
        "category_id": complaint.category_id,
        "office_id": complaint.office_id,
        "root_id": root_of(complaint.received_by_id),
    }


def _still_asked(request: RatingRequest, at: datetime) -> Complaint:
    if request.used_at is not None:
        raise Conflict(_("Your rating was received already. Thank you."), code="used")
    if at > request.expires_at:
        raise WrongStage(_("The time for this rating is over."), code="window_over")
    complaint = Complaint.objects.select_related("organisation", "category").get(
        pk=request.complaint_id
    )
    latest = RatingRequest.objects.filter(complaint=complaint).order_by("-asked_at")[0]
    if latest.pk != request.pk:
        raise WrongStage(
            _("The complaint was opened again since. You will be asked anew."),
            code="superseded",
        )
    if complaint.status not in (Status.RESOLVED, Status.CLOSED):
        raise WrongStage(
            _("Work goes on, so there is nothing to rate yet."), code="superseded"
        )
    return complaint


def _use_once(request: RatingRequest, at: datetime) -> None:
    won = RatingRequest.objects.filter(pk=request.pk, used_at=None).update(used_at=at)
    if not won:
        raise Conflict(_("Your rating was received already. Thank you."), code="used")


def _follow_up(
    rating: Rating, complaint: Complaint, reference: float, at: datetime
) -> None:
    rank = (
        1 if rating.score <= 2 or not rating.solved else 2 if rating.score == 3 else 3
    )
    low_rating(
        complaint,
        rating=rating.score,
        reference=reference,
        actor=SYSTEM_ACTOR,
        at=at,
    )
    FollowUp.objects.create(
        rating=rating,
        complaint=complaint,
        reference=reference,
        rank=rank,
        created_at=at,
        due_at=at + (PHONE_WITHIN if rank == 1 else WRITE_WITHIN),
    )


def _act_on(
    complaint: Complaint, solved: bool, said: str, actor: Actor, at: datetime
) -> None:
    if complaint.status != Status.RESOLVED:
        return  # rated after closing: the figures learn from it, the stage stays
    if solved:
        confirm(complaint, actor=actor, at=at)
    else:
        dispute(complaint, text=said, actor=actor, at=at)


def may_follow_up(actor: Actor, follow_up: FollowUp) -> bool:
    """Somebody of the desk, outside the office that was rated."""
    return bool(actor.roles_on(follow_up.complaint) & FOLLOWERS)


def take_follow_up(follow_up: FollowUp, *, actor: Actor) -> None:
    """Put one's name on it; whoever was first keeps it."""
    _allowed(actor, follow_up)
    won = FollowUp.objects.filter(
        pk=follow_up.pk, owner=None, state=FollowUp.State.OPEN
    ).update(owner=actor.officer)
    if not won:
        raise Conflict(_("Somebody else took this follow-up."))


def close_follow_up(
    follow_up: FollowUp, *, reason: str, outcome: str, actor: Actor, at: datetime
) -> None:
    """What was behind the low rating, and what was done about it."""
    _allowed(actor, follow_up)
    if reason not in FollowUp.Reason.values:
        raise Invalid(_("Choose a reason."), field="reason")
    said = words(outcome, "outcome", least=5, limit=1000)
    won = FollowUp.objects.filter(pk=follow_up.pk, state=FollowUp.State.OPEN).update(
        state=FollowUp.State.DONE,
        reason=reason,
        outcome=said,
        done_at=at,
        owner=actor.officer,
    )
    if not won:
        raise Conflict(_("This follow-up was closed already."))


def _allowed(actor: Actor, follow_up: FollowUp) -> None:
    if not may_follow_up(actor, follow_up):
        raise NotAllowed(
            _("A follow-up is done by the call centre, never by the office rated.")
        )
