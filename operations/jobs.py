"""Jobs: work with progress that a page asks for and the worker does.

To add a kind:
1. write `def my_kind(job: RunningJob) -> None` in the app that owns the work,
2. name it in config/wiring.py, JOBS,
3. call `enqueue("my_kind", args={...}, ...)` in the transaction that asks for it,
4. send the browser to the progress of `job.token` (operations/views.py).

The function may be run again from its beginning, when its worker was killed or the
database went away: it must bear that.
"""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils.module_loading import import_string
from django_q.models import OrmQ
from django_q.tasks import async_task

from operations.broker import JobBroker
from operations.models import Job
from operations.running import (
    LEASE,
    MAX_ATTEMPTS,
    RENEW_SECONDS,
    JobFailedError,
    RunningJob,
)

__all__ = [
    "JobFailedError",
    "RunningJob",
    "UnknownKindError",
    "cancel",
    "enqueue",
    "fetched_if",
    "may_fetch",
    "tick",
]

# A job that waits longer is looked for in the queue, and put there again.
LOST_AFTER = timedelta(seconds=60)
BATCH = 100
# A lease renewed within this long has a live process behind it.
FRESH = timedelta(seconds=2 * RENEW_SECONDS + 2)
Work = Callable[[RunningJob], None]
Check = Callable[[Job, datetime], bool]
_CODE = re.compile(r"[\w.:/-][\w.:/+-]{0,79}|", re.ASCII)


class UnknownKindError(Exception):
    """No such line in config/wiring.py, JOBS."""


def enqueue(
    kind: str, *, args: dict[str, Any], requested_by: int | None, at: datetime
) -> Job:
    """Ask for a job; it starts when the caller's transaction is committed."""
    if kind not in settings.SUNWAI_JOBS:
        raise UnknownKindError(kind)
    _refuse_words(args)
    with transaction.atomic():
        job = Job.objects.create(
            kind=kind,
            args=args,
            requested_by=requested_by,
            created_at=at,
            handed_at=at,
        )
        job.queue_row = _hand_over(job.pk)
        job.save(update_fields=["queue_row"])
    return job


def fetched_if(check: Check) -> Callable[[Work], Work]:
    """Decorates a kind's function: its result is given out only while `check` says so.

    Its requester's rights may have ended since it was made.
    """

    def mark(work: Work) -> Work:
        work.fetched_if = check  # type: ignore[attr-defined]  # read by may_fetch
        return work

    return mark


def may_fetch(job: Job, *, at: datetime) -> bool:
    path = settings.SUNWAI_JOBS.get(job.kind)
    if path is None:
        return False  # nobody is left to ask
    check: Check | None = getattr(import_string(path), "fetched_if", None)
    return check is None or check(job, at)


def cancel(job: Job, *, at: datetime) -> bool:
    """Stop a waiting job at once, a running one at its next step."""
    waiting = Job.objects.filter(pk=job.pk, state=Job.State.QUEUED)
    if waiting.update(state=Job.State.CANCELLED, finished_at=at):
        return True
    running = Job.objects.filter(pk=job.pk, state=Job.State.RUNNING)
    return bool(running.update(cancel_requested=True))


def tick(at: datetime) -> int:
    """Bring back jobs whose worker died and jobs that the queue has lost."""
    lost = Job.objects.filter(
        Q(state=Job.State.RUNNING, lease_until__lt=at)
        | Q(state=Job.State.QUEUED, handed_at__lt=at - LOST_AFTER)
    )
    return sum(_bring_back(job, at) for job in lost.order_by("pk")[:BATCH])


def release(runner: str, *, at: datetime, stopped_in_order: bool = False) -> int:
    """Free what a worker held; only when its processes are known to be gone."""
    held = Job.objects.filter(state=Job.State.RUNNING, runner=runner)
    over = at - timedelta(seconds=1)
    if stopped_in_order:
        # A stop that we asked for is not the job's fault: that try does not count.
        alive = held.filter(lease_until__gt=at + LEASE - FRESH)
        alive.update(attempts=F("attempts") - 1)
    return held.update(lease_until=over)


def busy(runner: str, *, at: datetime) -> int:
    """How many jobs this worker runs that have a live process behind them."""
    return Job.objects.filter(
        state=Job.State.RUNNING, runner=runner, lease_until__gt=at + LEASE - FRESH
    ).count()


def _bring_back(job: Job, at: datetime) -> int:
    with transaction.atomic():
        # Compare-and-set: several workers call this tick.
        seen = Job.objects.filter(
            pk=job.pk,
            state=job.state,
            attempts=job.attempts,
            lease_until=job.lease_until,
            handed_at=job.handed_at,
        )
        if job.state == Job.State.QUEUED:
            if not seen.update(handed_at=at):
                return 0
            if not _wake(job, at):
                Job.objects.filter(pk=job.pk).update(queue_row=_hand_over(job.pk))
            return 1
        if job.cancel_requested:
            return seen.update(state=Job.State.CANCELLED, finished_at=at)
        if job.attempts >= MAX_ATTEMPTS:
            return seen.update(state=Job.State.FAILED, error="gave_up", finished_at=at)
        if seen.update(state=Job.State.QUEUED, handed_at=at):
            Job.objects.filter(pk=job.pk).update(queue_row=_hand_over(job.pk))
            return 1
    return 0


def _wake(job: Job, at: datetime) -> bool:
    """Free the queue's row, if there is one, from a cluster that took it and died.

    A second copy in a cluster that is alive but busy does no harm: only one can claim
    the job. A new row each minute would pile up.
    """
    row = OrmQ.objects.filter(pk=job.queue_row)
    return bool(row.update(lock=at - timedelta(seconds=1)))


def _hand_over(job_id: int) -> int | None:
    # The queue gets the key alone: its rows are pickles signed with SECRET_KEY.
    broker = JobBroker()
    async_task(
        "operations.running.run_from_queue",
        job_id,
        broker=broker,
        task_name=f"job {job_id}",
    )
    return broker.row


def _refuse_words(value: Any) -> None:
    """Jobs carry ids and codes: what people said and who they are stays in its row."""
    if isinstance(value, dict):
        for key, inner in value.items():
            _refuse_words(key)
            _refuse_words(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            _refuse_words(inner)
    elif isinstance(value, str):
        if not _CODE.fullmatch(value):
            raise ValueError("a job carries ids and codes, not words")
    elif not isinstance(value, int | float | None):
        raise TypeError(f"a job cannot carry a {type(value).__name__}")
