"""Doors of the office that does the work."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from complaints.actors import Actor
from complaints.attachments import fingerprint
from complaints.models import (
    Attachment,
    Cause,
    ClosingCode,
    Complaint,
    Custody,
    Message,
)
from complaints.refusals import Invalid
from complaints.services.closing_code import use
from complaints.services.false_closing import hand_may_work
from complaints.services.guards import cause_given, permit
from complaints.services.incident_events import Repair
from complaints.services.ledger import attach, hand_over, say
from complaints.services.proof import demanded
from complaints.status import Status
from complaints.unit import change, door
from complaints.wording import words
from complaints.workflow import SYSTEM


@door
def start(
    complaint: Complaint,
    *,
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> Complaint:
    permit(complaint, "start", actor, version)
    hand_may_work(complaint, actor)
    change(
        complaint,
        "started",
        actor=actor,
        at=at,
        status=Status.IN_PROGRESS,
        started_at=complaint.started_at or at,
    )
    hand_over(complaint, Custody.Holder.FIELD, "started", at)
    return complaint


@door
def ask_citizen(
    complaint: Complaint,
    *,
    question: str,
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> Complaint:
    """Ask the citizen; the promise pauses, once per complaint, at most seven days."""
    permit(complaint, "ask_citizen", actor, version)
    if complaint.pause_used:
        raise Invalid(
            _("A question was asked already. Write a reply, or phone the citizen."),
            code="pause_used",
            field="question",
        )
    text = words(question, "question", least=5, limit=500)
    event = change(
        complaint,
        "asked",
        actor=actor,
        at=at,
        status=Status.NEED_INFO,
        paused_at=at,
        pause_used=True,
    )
    say(event, Message.Kind.QUESTION, text, actor=actor, public=True)
    hand_over(complaint, Custody.Holder.CITIZEN, "asked", at)
    return complaint


@door
def citizen_replied(
    complaint: Complaint,
    *,
    text: str,
    actor: Actor,
    at: datetime,
    files: tuple[Attachment, ...] = (),
    version: int | None = None,
) -> Complaint:
    """The answer came, or (from the system, with no text) seven days are over.

    Without an answer the officer decides on the known facts; it is never closed so.
    """
    permit(complaint, "citizen_replied", actor, version)
    said = "" if actor.kind == SYSTEM else words(text, "text")
    event = change(
        complaint,
        "answered" if said else "answer_overdue",
        actor=actor,
        at=at,
        data={
            "paused_from": complaint.paused_at.isoformat()
            if complaint.paused_at
            else "",
            "by": actor.by,
        },
        status=Status.IN_PROGRESS,
        paused_at=None,
        citizen_wrote=bool(said),
    )
    say(event, Message.Kind.ANSWER, said, actor=actor, public=True)
    attach(event, files)
    hand_over(complaint, Custody.Holder.OFFICE, event.kind, at)
    return complaint


def resolve(
    complaint: Complaint,
    *,
    action_taken: str,
    cause: Cause | None,
    actor: Actor,
    at: datetime,
    files: tuple[Attachment, ...] = (),
    reading: str = "",
    code: str | ClosingCode = "",
    unreachable: str = "",
    version: int | None = None,
    repair: Repair | None = None,
) -> Complaint:
    """The officer's word that it is done: what was done, why it broke, and the proof
    that its category demands (services/proof.py).

    Only the citizen (or a recorded call, or a recorded silence) closes it. `repair`:
    solved with the others of an incident, proven once for all. `code`: as typed, or
    the row that closing_code.tried gave. What is typed is counted before the unit of
    work, which a refusal takes back."""
    permit(complaint, "restore" if repair else "resolve", actor, version)
    text = words(action_taken, "action_taken", least=10)
    found = cause_given(complaint, cause)
    proof = None
    if repair is None:
        hand_may_work(complaint, actor)
        proof = demanded(
            complaint, files=files, reading=reading, code=code,
            unreachable=unreachable, at=at,
        )  # fmt: skip
        fingerprint(files)
    kept = Repair.named(repair) if proof is None else proof.told()
    data = {"cause": found.pk, "photos": len(files)} | kept
    spent = proof.code if proof else None
    return _resolved(complaint, text, found, data, files, spent, actor, at)


@door
def _resolved(
    complaint: Complaint,
    text: str,
    cause: Cause,
    data: dict[str, Any],
    files: tuple[Attachment, ...],
    spent: ClosingCode | None,
    actor: Actor,
    at: datetime,
) -> Complaint:
    if spent is not None:
        use(spent, at)
    event = change(
        complaint,
        "resolved",
        actor=actor,
        at=at,
        data=data,
        status=Status.RESOLVED,
        started_at=complaint.started_at or at,
        resolved_at=at,
        first_resolved_at=complaint.first_resolved_at or at,
        resolved_by=actor.officer,
        hold_asked=None,
        cause=cause,
        step_due_at=None,
        step_reason="",
        citizen_wrote=False,
    )
    say(event, Message.Kind.ACTION_TAKEN, text, actor=actor, public=True)
    attach(event, files)
    hand_over(complaint, Custody.Holder.CITIZEN, "resolved", at)
    return complaint
