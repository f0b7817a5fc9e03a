"""Doors for words and photos that leave the stage as it is."""

from datetime import datetime

from complaints.actors import Actor
from complaints.models import Attachment, Complaint, Message
from complaints.refusals import missing
from complaints.services.guards import is_outside, permit
from complaints.services.ledger import attach, say
from complaints.status import Status
from complaints.unit import change, door
from complaints.wording import words
from complaints.workflow import CITIZEN


@door
def note(
    complaint: Complaint,
    *,
    text: str,
    actor: Actor,
    at: datetime,
    files: tuple[Attachment, ...] = (),
) -> Complaint:
    """Private, staff to staff."""
    permit(complaint, "note", actor)
    said = words(text, "text")
    event = change(complaint, "noted", actor=actor, at=at)
    say(event, Message.Kind.NOTE, said, actor=actor, public=False)
    attach(event, files, public=False)
    return complaint


@door
def reply(
    complaint: Complaint,
    *,
    text: str,
    actor: Actor,
    at: datetime,
    files: tuple[Attachment, ...] = (),
    version: int | None = None,
) -> Complaint:
    """Words to the citizen, sent by the way they can be reached.

    Who wrote to us is not silent, and no reply of the office that calls it solved makes
    them so: feedback/silence.py would close it without their word.
    """
    permit(complaint, "reply", actor, version)
    said = words(text, "text", limit=1000)
    own = complaint.status == Status.RESOLVED and not is_outside(complaint, actor)
    wrote = complaint.citizen_wrote and own
    event = change(complaint, "replied", actor=actor, at=at, citizen_wrote=wrote)
    say(event, Message.Kind.REPLY, said, actor=actor, public=True)
    attach(event, files)
    return complaint


@door
def add(
    complaint: Complaint,
    *,
    text: str,
    actor: Actor,
    at: datetime,
    files: tuple[Attachment, ...] = (),
) -> Complaint:
    """A further word or photo from the citizen, or one that staff was given."""
    permit(complaint, "add", actor)
    if not text.strip() and not files:
        raise missing("text")
    said = words(text, "text") if text.strip() else ""
    by_citizen = actor.kind == CITIZEN
    event = change(
        complaint,
        "added",
        actor=actor,
        at=at,
        data={"photos": len(files), "by": actor.by},
        citizen_wrote=by_citizen or complaint.citizen_wrote,
    )
    say(event, Message.Kind.CITIZEN, said, actor=actor, public=True)
    attach(event, files)
    return complaint


@door
def phoned(
    complaint: Complaint, *, outcome: str, own_office: bool, actor: Actor, at: datetime
) -> Complaint:
    """The citizen was called, and how it went; `outcome` is a code of feedback's."""
    permit(complaint, "phone", actor)
    data = {"outcome": outcome, "own_office": own_office}
    change(complaint, "phoned", actor=actor, at=at, data=data)
    return complaint
