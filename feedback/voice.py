"""The rating call: what the citizen pressed, and that we tried to reach them.

A call that rang is a try, whether it was answered, busy or not taken up; one that the
network refused is none (complaints/services/tries.py).
"""

import logging
from datetime import datetime

from complaints.actors import Actor
from complaints.models import Complaint
from complaints.refusals import Refused
from complaints.services import not_solved
from feedback.asked import NOT_TAKEN_UP
from feedback.models import ContactTry, RatingRequest
from feedback.services import rate
from notices.models import Notice

CHANNEL = "voice"
Outcome = ContactTry.Outcome
log = logging.getLogger(__name__)


def answered(
    notice: Notice, *, score: int | None, solved: bool, by: str, at: datetime
) -> bool:
    """By the keys; `score` None is "not solved" and nothing more. Once, however often
    the call is told of: False where it changed nothing."""
    request = _request_of(notice)
    if request is None:
        return False
    actor = Actor(
        kind="citizen",
        citizen_id=notice.citizen_id,
        complaint_id=request.complaint_id,
        by=by,
    )
    outcome = Outcome.SOLVED if solved else Outcome.NOT_SOLVED
    try:
        _act(request, score, solved, actor, at)
    except Refused as refused:
        log.info("keys of call %s: %s", notice.pk, refused.code)
        # It changed nothing, so nobody may rest on it; the person was reached.
        _write(notice, request, Outcome.ARRIVED, at)
        return False
    ContactTry.objects.update_or_create(
        notice=notice, defaults=_fields(request, outcome, at)
    )
    return True


def _act(
    request: RatingRequest, score: int | None, solved: bool, actor: Actor, at: datetime
) -> None:
    if score is not None:
        rate(
            request,
            score=score,
            solved=solved,
            comment="",
            channel=CHANNEL,
            actor=actor,
            at=at,
        )
        return
    complaint = Complaint.objects.get(pk=request.complaint_id)
    not_solved(complaint, text="", actor=actor, at=at)


def rang(notice: Notice, at: datetime) -> None:
    """By what the provider said became of the call."""
    request = _request_of(notice)
    if request is None:
        return
    if notice.state == Notice.State.DELIVERED:
        _write(notice, request, Outcome.ARRIVED, notice.delivered_at or at)
    elif notice.state == Notice.State.FAILED and notice.error in NOT_TAKEN_UP:
        _write(notice, request, NOT_TAKEN_UP[notice.error], notice.claimed_at or at)


def _request_of(notice: Notice) -> RatingRequest | None:
    """The question that the call put: of the last resolution before it, and only as
    long as that is the last one."""
    rows = RatingRequest.objects.filter(complaint=notice.complaint_id, second=False)
    last = rows.select_related("event").order_by("-asked_at").first()
    return last if last is not None and last.asked_at <= notice.created_at else None


def _write(notice: Notice, request: RatingRequest, outcome: str, at: datetime) -> None:
    """What was said with the keys stays, in whatever order we are told."""
    ContactTry.objects.get_or_create(
        notice=notice, defaults=_fields(request, outcome, at)
    )


def _fields(request: RatingRequest, outcome: str, at: datetime) -> dict[str, object]:
    return {
        "complaint_id": request.complaint_id,
        "event_id": request.event_id,
        "way": ContactTry.Way.VOICE,
        "outcome": outcome,
        "at": at,
    }
