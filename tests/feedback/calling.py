"""Solved complaints whose citizens are called, for the tests of calls."""

from datetime import datetime, timedelta
from typing import Any

from complaints.models import Complaint, Event
from feedback.models import CallBack, SampleDraw
from feedback.sample import draw
from officers.models import Officer
from tests.base import NOW, World
from tests.complaints.stage import assigned, solved

DAY = timedelta(days=1)


def solved_now(w: World, at: datetime = NOW, **over: Any) -> Complaint:
    """A pothole in Kothrud that Omkar calls filled; `over` changes the complaint."""
    given: dict[str, Any] = {"category": w.pothole, "area": w.kothrud, "at": at} | over
    complaint = assigned(w, w.file(**given))
    solved(w, complaint, at)
    complaint.refresh_from_db()
    return complaint


def solved_again(w: World, complaint: Complaint, at: datetime) -> None:
    """By Hema, for who called it solved when it was not may not have it again."""
    Complaint.objects.filter(pk=complaint.pk).update(
        status="assigned", office=w.kothrud, department=w.roads, owner=w.hema
    )
    complaint.refresh_from_db()
    solved(w, complaint, at)


def urgent(w: World, at: datetime = NOW, **over: Any) -> Complaint:
    """One that is always called."""
    return solved_now(w, at, **({"category": w.open_manhole} | over))


def last_resolved(complaint: Complaint) -> Event:
    return Event.objects.filter(complaint=complaint, kind="resolved").latest("seq")


def call_of(complaint: Complaint, side: str = "desk") -> CallBack:
    return CallBack.objects.filter(complaint=complaint, side=side).latest("pk")


def agent(w: World, officer: Officer | None = None, at: datetime = NOW) -> Any:
    return w.actor(officer or w.asha, at)


def drawn(w: World, at: datetime, seed: str = "seed") -> SampleDraw:
    """The lot over the day before `at`."""
    row = draw(w.pune, (at - DAY).date(), at, seed)
    assert row is not None
    return row
