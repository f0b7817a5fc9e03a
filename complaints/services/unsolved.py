"""Doors of "not solved": opened again twice, then the appeal by itself."""

from datetime import datetime

from complaints.actors import Actor
from complaints.models import Attachment, Complaint, Custody, Message
from complaints.services.appeals import appeal_unsolved
from complaints.services.false_closing import (
    TOP_LEVEL,
    level_above,
    opened_again,
)
from complaints.services.guards import (
    not_final,
    permit,
    reopens_left,
    reopens_used,
    within_window,
)
from complaints.services.ledger import attach, hand_over, say
from complaints.status import Status
from complaints.unit import change, door
from complaints.wording import words


@door
def not_solved(
    complaint: Complaint,
    *,
    text: str,
    actor: Actor,
    at: datetime,
    files: tuple[Attachment, ...] = (),
    version: int | None = None,
) -> Complaint:
    """What a citizen's "not solved" is at this stage; the words may be empty.

    Called solved: opened again, twice; the third time it is the appeal by itself, and
    after an allowed appeal it goes to the top without limit. Closed: opened again
    while that is left, else refused, for an appeal against a closing is asked for.
    """
    door_of = dispute
    if complaint.status == Status.CLOSED:
        door_of = reopen
    elif becomes_appeal(complaint):
        door_of = appeal_unsolved
    return door_of(
        complaint, text=text, actor=actor, at=at, files=files, version=version
    )


def becomes_appeal(complaint: Complaint) -> bool:
    """Is the next "not solved" an appeal? Also for the page that says what comes."""
    return complaint.status == Status.RESOLVED and not reopens_left(complaint)


@door
def dispute(
    complaint: Complaint,
    *,
    text: str,
    actor: Actor,
    at: datetime,
    files: tuple[Attachment, ...] = (),
    version: int | None = None,
) -> Complaint:
    """ "Not solved": opened again, to the level above, with priority."""
    permit(complaint, "dispute", actor, version)
    if not reopens_left(complaint):
        raise reopens_used()
    return _open_again(complaint, "disputed", text, files, actor, at)


@door
def reopen(
    complaint: Complaint,
    *,
    text: str,
    actor: Actor,
    at: datetime,
    files: tuple[Attachment, ...] = (),
    version: int | None = None,
) -> Complaint:
    """Opened after it was closed: within the window, twice at most, then appeal."""
    permit(complaint, "reopen", actor, version)
    not_final(complaint)
    within_window(complaint, at)
    if not reopens_left(complaint):
        raise reopens_used()
    return _open_again(complaint, "reopened", text, files, actor, at)


def _open_again(
    complaint: Complaint,
    kind: str,
    text: str,
    files: tuple[Attachment, ...],
    actor: Actor,
    at: datetime,
) -> Complaint:
    """The promise stays as it was, and missed if it was; escalation sets the limit."""
    said = words(text, "text") if text.strip() else ""
    level = TOP_LEVEL if complaint.appealed_at else level_above(complaint)
    event = change(
        complaint,
        kind,
        actor=actor,
        at=at,
        data={"resolved_by": complaint.resolved_by_id, "by": actor.by, "level": level},
        **opened_again(complaint),
        citizen_wrote=bool(said),
    )
    say(event, Message.Kind.DISPUTE, said, actor=actor, public=True)
    attach(event, files)
    hand_over(complaint, Custody.Holder.OFFICE, kind, at)
    return complaint
