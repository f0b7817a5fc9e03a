"""Asking for a rating and taking it."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from complaints.actors import Actor
from complaints.models import Complaint, Event
from complaints.refusals import Conflict, Invalid, Refused, WrongStage
from complaints.services import confirm, not_solved, set_rating
from complaints.services.closing import within_prescribed
from complaints.services.guards import reopen_until
from complaints.status import SOLVED_STATUSES, Status
from complaints.unit import door
from complaints.wording import words
from feedback import follow_ups
from feedback.models import Rating, RatingRequest
from feedback.reference import reference_for
from feedback.took import checked
from officers.trees import root_of

SCORES = range(1, 6)
# A follow-up may come after the time to open the complaint again.
SECOND_OPEN = timedelta(days=14)


def ask(event: Event, *, second: bool = False) -> RatingRequest:
    """The question that belongs to one "resolved" or "followed_up" event; asked again,
    the same one."""
    complaint = Complaint.objects.select_related("organisation", "category").get(
        pk=event.complaint_id
    )
    until = reopen_until(complaint) or event.at + timedelta(days=30)
    request, _made = RatingRequest.objects.get_or_create(
        event=event,
        defaults={
            "complaint": complaint,
            "token": secrets.token_urlsafe(9),
            "asked_at": event.at,
            "expires_at": max(until, event.at + SECOND_OPEN) if second else until,
            "second": second,
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
        .order_by("-asked_at", "-pk")
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
    took_minutes: int | None = None,
    trouble: bool | None = None,
) -> Rating:
    """One answer per question. "Not solved" reopens, whatever the score.

    A score below the 90-day reference becomes a follow-up; the complaint closes on
    "solved" and is opened again on "not solved". The answer to a second question is
    kept beside the first.
    """
    complaint = _still_asked(request, at)
    if score not in SCORES:
        raise Invalid(_("Choose a rating from 1 to 5."), field="score")
    rating = Rating(
        request=request,
        complaint=complaint,
        **_rated(complaint),
        score=score,
        solved=solved,
        took_minutes=None if took_minutes is None else checked(took_minutes),
        trouble=trouble,
        words=words(comment, "comment", limit=2000) if comment.strip() else "",
        second=request.second,
        channel=channel,
        taken_by=actor.officer,
        at=at,
    )
    _use_once(request, at)
    _take(rating, actor)
    _act_on(rating, actor)
    return rating


def _take(rating: Rating, actor: Actor) -> None:
    """Stored, told beside the complaint, and followed up where it is low."""
    complaint, at = rating.complaint, rating.at
    reference = reference_for(**_rated(complaint), at=at)
    rating.save(force_insert=True)
    set_rating(
        complaint,
        rating=rating.score,
        told_in_time=_told_in_time(complaint, rating),
        second=rating.second,
        actor=actor,
        at=at,
    )
    follow_ups.second_rated(rating)
    if not rating.second and follow_ups.is_low(rating, reference.mean, complaint):
        follow_ups.open_follow_up(rating, complaint, reference, at)


def _rated(complaint: Complaint) -> dict[str, Any]:
    """Whose mean a rating counts in: where the complaint was when it was solved."""
    return {
        "category_id": complaint.category_id,
        "office_id": complaint.office_id,
        "root_id": root_of(complaint.received_by_id),
    }


def _told_in_time(complaint: Complaint, rating: Rating) -> bool | None:
    """By the citizen's own word; None where it says nothing of the time."""
    if not rating.solved or rating.took_minutes is None:
        return None
    return within_prescribed(complaint, rating.took_minutes)


def _still_asked(request: RatingRequest, at: datetime) -> Complaint:
    if request.used_at is not None:
        raise Conflict(_("Your rating was received already. Thank you."), code="used")
    if at > request.expires_at:
        raise WrongStage(_("The time for this rating is over."), code="window_over")
    complaint = Complaint.objects.select_related("organisation", "category").get(
        pk=request.complaint_id
    )
    asked = RatingRequest.objects.filter(complaint=complaint)
    latest = asked.order_by("-asked_at", "-pk")[0]
    if latest.pk != request.pk:
        raise WrongStage(
            _("The complaint was opened again since. You will be asked anew."),
            code="superseded",
        )
    if complaint.status not in SOLVED_STATUSES:
        raise WrongStage(
            _("Work goes on, so there is nothing to rate yet."), code="superseded"
        )
    return complaint


def _use_once(request: RatingRequest, at: datetime) -> None:
    won = RatingRequest.objects.filter(pk=request.pk, used_at=None).update(used_at=at)
    if not won:
        raise Conflict(_("Your rating was received already. Thank you."), code="used")


def _act_on(rating: Rating, actor: Actor) -> None:
    """Closed already, "solved" changes nothing, and "not solved" opens it again only
    while that is left: the rating counts either way."""
    complaint, at = rating.complaint, rating.at
    waits = complaint.status == Status.RESOLVED
    if rating.solved:
        if waits:
            confirm(complaint, actor=actor, at=at)
        return
    try:
        not_solved(complaint, text=rating.words, actor=actor, at=at)
    except Refused:
        if waits:
            raise
