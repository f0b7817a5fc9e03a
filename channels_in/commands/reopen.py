"""REOPEN [number] words: "not solved", whatever that leads to at this stage."""

from channels_in.commands import status
from channels_in.turn import Turn
from complaints.models import Complaint
from complaints.refusals import Refused
from complaints.services import not_solved
from complaints.status import SOLVED_STATUSES


def run(turn: Turn) -> None:
    said = turn.said
    asked = said.number or said.wrong_number
    complaint = turn.own(said.number) if asked else candidate(turn)
    if complaint is None and said.weak and not asked:
        turn.reply("help_reply")  # "no", and nothing that it could be the answer to
    elif complaint is None:
        turn.not_found()
    elif complaint.is_open:
        status.tell(turn, complaint)
    else:
        _open_again(turn, complaint)


def candidate(turn: Turn) -> Complaint | None:
    """What "not solved" can mean without a number: the last that was called solved."""
    return turn.newest(*SOLVED_STATUSES)


def _open_again(turn: Turn, complaint: Complaint) -> None:
    try:
        not_solved(
            complaint,
            text=turn.said.rest,
            actor=turn.actor(complaint),
            at=turn.at,
        )
    except Refused:
        turn.reply("too_late_reply", complaint)
    else:
        turn.about = complaint  # told what it led to by the change itself
