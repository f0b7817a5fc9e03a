"""RATE n [number] [words]: the rating that we asked for.

Among the words may be how long it took, "RATE 4 2 hours"; who leaves it out is not
asked for it by SMS, for the link in the first message asks it all.
"""

from channels_in.commands import status
from channels_in.turn import Turn
from complaints.models import Complaint
from complaints.refusals import Refused
from complaints.status import SOLVED_STATUSES
from feedback.models import RatingRequest
from feedback.services import latest_request, rate
from feedback.took import read_took

# By a digit alone nobody says whether it is solved. Who was content confirms it; 1 or
# 2 is opened again, sooner than called confirmed.
LEAST_SOLVED = 3


def run(turn: Turn) -> None:
    said = turn.said
    if said.number or said.wrong_number:
        _named(turn)
        return
    asked = open_requests(turn)
    last = None if asked else turn.newest()
    if last is not None and last.is_open:
        status.tell(turn, last)  # opened again, perhaps: nothing to rate yet
    elif last is not None:
        turn.reply("too_late_reply", last)
    elif not asked:
        turn.not_found()
    elif len(asked) > 1 or said.score is None:
        turn.reply("rate_how_reply", asked[0].complaint)
    else:
        _rate(turn, asked[0], said.score)


def _named(turn: Turn) -> None:
    complaint = turn.own(turn.said.number)
    if complaint is None:
        turn.not_found()
        return
    asked = latest_request(complaint)
    if asked is None:
        turn.reply("too_late_reply", complaint)
    elif turn.said.score is None:
        turn.reply("rate_how_reply", complaint)
    else:
        _rate(turn, asked, turn.said.score)


def _rate(turn: Turn, asked: RatingRequest, score: int) -> None:
    complaint = Complaint.objects.get(pk=asked.complaint_id)
    try:
        rate(
            asked,
            score=score,
            solved=score >= LEAST_SOLVED,
            comment=turn.said.rest,
            took_minutes=read_took(turn.said.rest),
            channel=turn.source,
            actor=turn.actor(complaint),
            at=turn.at,
        )
    except Refused:
        turn.reply("too_late_reply", complaint)
    else:
        turn.reply("rated_reply", complaint, rating=score)


def open_requests(turn: Turn) -> list[RatingRequest]:
    """What this person may rate now, one for each complaint, the last asked first."""
    if turn.citizen is None:
        return []
    rows = (
        RatingRequest.objects.filter(
            complaint__citizen=turn.citizen,
            complaint__status__in=SOLVED_STATUSES,
            used_at=None,
            expires_at__gte=turn.at,
        )
        .select_related("complaint")
        .order_by("-asked_at", "-pk")[:20]
    )
    newest: dict[int, RatingRequest] = {}
    for row in rows:
        newest.setdefault(row.complaint_id, row)
    return list(newest.values())
