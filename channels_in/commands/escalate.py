"""ESCALATE [number] [words]: after the promise one level up, before it a reminder.

Either once in 24 hours for each complaint.
"""

from datetime import datetime, timedelta

from channels_in.commands import status
from channels_in.turn import Turn
from complaints.models import Complaint, Event
from complaints.refusals import Refused
from complaints.services import add
from complaints.status import OPEN_STATUSES
from escalation.ladder import limits
from escalation.ladder.levels import LAST_LEVEL

ONCE_IN = timedelta(hours=24)
MOST_REMEMBERED = 10
REMINDED = "reminded"


def run(turn: Turn) -> None:
    said = turn.said
    asked = said.number or said.wrong_number
    complaint = turn.own(said.number) if asked else turn.newest(*OPEN_STATUSES)
    if complaint is None:
        turn.not_found()
    elif not complaint.is_open:
        status.tell(turn, complaint)
    elif _lately(turn, complaint):
        turn.reply("escalate_wait_reply", complaint)
    else:
        _act(turn, complaint)


def _act(turn: Turn, complaint: Complaint) -> None:
    late = complaint.due_at is not None and complaint.due_at <= turn.at
    try:
        # The words reach the officer, and stand in the complaint's story.
        add(complaint, text=turn.text, actor=turn.actor(complaint), at=turn.at)
        if late and complaint.level < LAST_LEVEL:
            complaint.refresh_from_db(fields=["version", "level", "status"])
            _raise(turn, complaint)
    except Refused:
        status.tell(turn, complaint)
        return
    _remember(turn, complaint)
    if late and complaint.level < LAST_LEVEL:
        turn.about = complaint  # told "escalated" by the change itself
    else:
        turn.reply("escalate_reminder_reply", complaint)


def _raise(turn: Turn, complaint: Complaint) -> None:
    actor = turn.actor(complaint)
    limits.raise_to(complaint, complaint.level + 1, "citizen", actor, turn.at)


def _lately(turn: Turn, complaint: Complaint) -> bool:
    """By this person, or by anybody who speaks for the same citizen."""
    since = turn.at - ONCE_IN
    reminded = turn.conversation.state.get(REMINDED, {}).get(str(complaint.pk))
    if reminded and datetime.fromisoformat(reminded) > since:
        return True
    return Event.objects.filter(
        complaint=complaint, kind="escalated", actor_kind="citizen", at__gt=since
    ).exists()


def _remember(turn: Turn, complaint: Complaint) -> None:
    kept = turn.conversation.state.get(REMINDED, {})
    kept |= {str(complaint.pk): turn.at.isoformat()}
    newest = sorted(kept.items(), key=lambda item: str(item[1]))[-MOST_REMEMBERED:]
    turn.conversation.state[REMINDED] = dict(newest)
