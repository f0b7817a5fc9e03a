"""The door by which a doubtful proof is judged; who doubts is feedback/doubts.py."""

from datetime import datetime

from complaints.actors import Actor
from complaints.models import Complaint, Custody, Message
from complaints.models.complaint import ClosedHow
from complaints.services.false_closing import level_above, opened_again
from complaints.services.guards import BY_PROOF, permit
from complaints.services.ledger import hand_over, say
from complaints.status import Status
from complaints.unit import change, door
from complaints.wording import words


@door
def judge_proof(
    complaint: Complaint,
    *,
    doubt_id: int,
    done: bool,
    reason: str,
    reopen: bool,
    actor: Actor,
    at: datetime,
) -> Complaint:
    """The work was done; or it was not, and is opened again unless the citizen has
    said that it is solved. The reason is for staff only. `reopen`: it is the proof of
    the last resolution that was looked at."""
    permit(complaint, "judge_proof", actor)
    said = "" if done else words(reason, "reason", least=5, limit=500)
    verdict = {"doubt": doubt_id, "verdict": "fine" if done else "false"}
    event = change(complaint, "proof_judged", actor=actor, at=at, data=verdict)
    say(event, Message.Kind.NOTE, said, actor=actor, public=False)
    if not done and reopen and opens_again(complaint):
        _open_again(complaint, actor, at)
    return complaint


def opens_again(complaint: Complaint) -> bool:
    """Who has confirmed it may say otherwise; nobody says so for them."""
    if complaint.status == Status.CLOSED:
        return complaint.closed_how == ClosedHow.UNCONFIRMED
    return complaint.status == Status.RESOLVED


def _open_again(complaint: Complaint, actor: Actor, at: datetime) -> None:
    permit(complaint, "false_proof", actor)
    kind = "reopened" if complaint.status == Status.CLOSED else "disputed"
    change(
        complaint,
        kind,
        actor=actor,
        at=at,
        data={
            "resolved_by": complaint.resolved_by_id,
            "by": BY_PROOF,
            "level": level_above(complaint),
        },
        **opened_again(complaint),
        citizen_wrote=False,
    )
    hand_over(complaint, Custody.Holder.OFFICE, kind, at)
