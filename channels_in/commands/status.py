"""STATUS [number]: where it stands; without a number the newest."""

from django.utils.translation import override

from channels_in.turn import Turn
from complaints.labels import stage_label
from complaints.models import Complaint


def run(turn: Turn) -> None:
    said = turn.said
    asked = said.number or said.wrong_number
    complaint = turn.own(said.number) if asked else turn.newest()
    if complaint is None:
        turn.not_found()
    else:
        tell(turn, complaint)


def tell(turn: Turn, complaint: Complaint) -> None:
    with override(turn.language):
        stage = str(stage_label(complaint.status))
    turn.reply("status_reply", complaint, stage=stage)
