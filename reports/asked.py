"""A workbook that a reader asked for: what the job carries, and for whom.

The job's arguments hold the postings it was asked with. Whoever lost one of them since
gets neither the making nor the file.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from complaints.actors import Actor, mark_of
from complaints.refusals import NotAllowed
from officers.models import Officer
from operations import jobs
from operations.models import Job
from reports.month_rows import local
from reports.periods import Period
from reports.scope import reporting

KIND = "month_xlsx"
# At once, for one reader: a workbook keeps one of the worker's processes busy.
MOST_OPEN = 3


class TooMany(Exception):
    """This reader waits for enough files."""


def ask(actor: Actor, period: Period, *, language: str, at: datetime) -> Job:
    """A new job, or the one that makes this very file already."""
    assert actor.officer is not None  # noqa: S101  (only officers read reports)
    args = {
        "first": period.first.isoformat(),
        "last": period.last.isoformat(),
        "zone": period.zone,
        "language": language,
        "postings": actor.marks(),
    }
    waiting = _open_jobs(actor.officer.pk)
    for job in waiting:
        if job.args == args:
            return job
    if len(waiting) >= MOST_OPEN:
        raise TooMany
    return jobs.enqueue(KIND, args=args, requested_by=actor.officer.pk, at=at)


def _open_jobs(officer_id: int) -> list[Job]:
    newest = Job.objects.filter(requested_by=officer_id).order_by("-pk")[:50]
    states = (Job.State.QUEUED, Job.State.RUNNING)
    return [job for job in newest if job.kind == KIND and job.state in states]


def period_of(args: Mapping[str, Any]) -> Period:
    first, last = (date.fromisoformat(args[name]) for name in ("first", "last"))
    return Period(first, last, str(args["zone"]))


def reader_of(officer_id: int | None, args: Mapping[str, Any], at: datetime) -> Actor:
    """The reader with the postings it was asked with. Raises NotAllowed."""
    officer = Officer.objects.filter(pk=officer_id or 0, is_active=True).first()
    if officer is None:
        raise NotAllowed("no such reader")
    actor = reporting(Actor.of(officer, at))
    asked_with = set(args["postings"])
    if not asked_with <= set(actor.marks()):
        raise NotAllowed("the postings have changed")
    kept = tuple(p for p in actor.postings if mark_of(p) in asked_with)
    return Actor(kind="officer", officer=officer, postings=kept)


def still_may(job: Job, at: datetime) -> bool:
    """Whether the reader may have the file that was made for them."""
    try:
        reader_of(job.requested_by, job.args, at)
    except NotAllowed:
        return False
    return True


def moment(at: datetime, period: Period) -> datetime | None:
    return local(at, ZoneInfo(period.zone))
