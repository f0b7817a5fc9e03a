"""Bring a complaint to a stage through the doors, without routing's help."""

from collections.abc import Callable
from datetime import datetime, timedelta

from complaints.actors import SYSTEM_ACTOR
from complaints.attachments import store
from complaints.models import Complaint
from complaints.services import (
    appeal,
    ask_citizen,
    assign,
    cancel,
    confirm,
    dispute,
    forward,
    hold,
    merge,
    reject,
    resolve,
    send_to_triage,
    start,
)
from complaints.status import Status
from tests.base import NOW, World
from tests.builders import photo

S = Status


def assigned(w: World, complaint: Complaint) -> Complaint:
    complaint.refresh_from_db()
    if complaint.status in (S.REGISTERED, S.TRIAGE, S.REOPENED):
        assign(
            complaint,
            organisation=w.pune,
            office=w.kothrud,
            department=w.roads,
            owner=w.omkar,
            actor=SYSTEM_ACTOR,
            at=NOW,
        )
    complaint.refresh_from_db()
    return complaint


def sent_to_aundh(w: World) -> Complaint:
    """Nobody knew the place; the dispatcher did."""
    complaint = w.file("big pothole")
    assign(
        complaint, organisation=w.pune, office=w.aundh, department=w.roads,
        owner=None, actor=w.actor(w.devika), at=NOW,
    )  # fmt: skip
    return complaint


def to_stage(w: World, stage: str, at: datetime = NOW) -> Complaint:
    """A fresh complaint of Meera at this stage, in Kothrud with Omkar of Roads."""
    complaint = w.file(category=w.pothole, area=w.kothrud)
    if stage in (S.REGISTERED, S.TRIAGE):
        Complaint.objects.filter(pk=complaint.pk).update(
            status=S.REGISTERED, office=None, department=None, owner=None
        )
        complaint.refresh_from_db()
        if stage == S.TRIAGE:
            send_to_triage(complaint, actor=SYSTEM_ACTOR, at=at)
        return complaint
    assigned(w, complaint)
    step = _STEPS.get(S(stage))
    if step is not None:
        step(w, complaint, at)
    complaint.refresh_from_db()
    assert complaint.status == stage, complaint.status
    return complaint


def solved(w: World, complaint: Complaint, at: datetime = NOW) -> None:
    omkar = w.actor(complaint.owner or w.omkar)
    complaint.refresh_from_db()
    if complaint.status == S.ASSIGNED:
        start(complaint, actor=omkar, at=at)
    resolve(
        complaint,
        action_taken="Filled the hole with hot mix and rolled it",
        cause=w.wear,
        files=(store(photo(), at=at),),
        actor=omkar,
        at=at,
    )


def _in_progress(w: World, c: Complaint, at: datetime) -> None:
    start(c, actor=w.actor(w.omkar), at=at)


def _need_info(w: World, c: Complaint, at: datetime) -> None:
    ask_citizen(c, question="Which side?", actor=w.actor(w.omkar), at=at)


def _on_hold(w: World, c: Complaint, at: datetime) -> None:
    new_date = at + timedelta(hours=2)
    hold(c, reason="Hot mix", new_date=new_date, actor=w.actor(w.hema), at=at)


def _forwarded(w: World, c: Complaint, at: datetime) -> None:
    forward(
        c, organisation=w.pune, office=w.kothrud, department=w.water,
        reason="A pipe burst under it", actor=w.actor(w.hema), at=at,
    )  # fmt: skip


def _closed(w: World, c: Complaint, at: datetime) -> None:
    solved(w, c, at)
    confirm(c, actor=w.citizen(c), at=at)


def _reopened(w: World, c: Complaint, at: datetime) -> None:
    solved(w, c, at)
    dispute(c, text="Still there", actor=w.citizen(c), at=at)
    Complaint.objects.filter(pk=c.pk).update(status=S.REOPENED)


def _rejected(w: World, c: Complaint, at: datetime) -> None:
    reject(c, reason=w.abuse, text="", actor=w.actor(w.hema), at=at)


def _appealed(w: World, c: Complaint, at: datetime) -> None:
    _rejected(w, c, at)
    appeal(c, text="It is a real hole", actor=w.citizen(c), at=at)


def _merged(w: World, c: Complaint, at: datetime) -> None:
    other = assigned(w, w.file(category=w.pothole, area=w.kothrud))
    merge(c, parent=other, actor=w.actor(w.devika), at=at)


def _cancelled(w: World, c: Complaint, at: datetime) -> None:
    cancel(c, actor=w.actor(w.sunil), at=at)


_STEPS: dict[Status, Callable[[World, Complaint, datetime], None]] = {
    S.IN_PROGRESS: _in_progress,
    S.NEED_INFO: _need_info,
    S.ON_HOLD: _on_hold,
    S.FORWARDED: _forwarded,
    S.RESOLVED: solved,
    S.CLOSED: _closed,
    S.REOPENED: _reopened,
    S.REJECTED: _rejected,
    S.APPEALED: _appealed,
    S.MERGED: _merged,
    S.CANCELLED: _cancelled,
}
