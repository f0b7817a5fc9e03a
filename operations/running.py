"""The worker's side of a job: claim it, keep its lease, run it, write the end."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Event, Thread
from time import monotonic
from typing import Any

from django.conf import settings
from django.db import (
    DatabaseError,
    InterfaceError,
    OperationalError,
    connection,
)
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.text import get_valid_filename
from django_q.exceptions import TimeoutException
from django_q.models import OrmQ

from operations import job_files
from operations.database import first_line, mend_connections
from operations.models import Job

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
RENEW_SECONDS = 5.0
MAX_ATTEMPTS = 3
PROGRESS_SECONDS = 0.5
# After a database error, before the job is tried again.
PAUSE = timedelta(seconds=5)

Clock = Callable[[], datetime]


class JobFailedError(Exception):
    """The job cannot be done; the code tells its requester why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class JobLostError(Exception):
    """Another worker has this job now: leave without a trace."""


class RunningJob:
    """What a job's function is given."""

    def __init__(self, job: Job, *, clock: Clock = timezone.now) -> None:
        self._job = job
        self._clock = clock
        self._written_at = monotonic()
        self._cancel_seen = False
        self.done, self.total = 0, job.total

    @property
    def args(self) -> dict[str, Any]:
        return dict(self._job.args)

    @property
    def token(self) -> str:
        return self._job.token

    @property
    def requested_by(self) -> int | None:
        return self._job.requested_by

    def now(self) -> datetime:
        """The clock: pass it down as `at`."""
        return self._clock()

    def step(self, done: int, total: int | None = None) -> None:
        """Say how far it is, as often as you like: written twice a second.

        Call it between transactions: inside one nobody sees it before the commit.
        """
        self.done = done
        if total is not None:
            self.total = total
        if monotonic() - self._written_at >= PROGRESS_SECONDS:
            self._write()

    def note(self, code: str) -> None:
        """Name the part that it is at, as a code: "reading", "writing"."""
        self._write(note=code)

    def cancelled(self) -> bool:
        """Whether to stop; a function that returns then leaves a cancelled job."""
        if monotonic() - self._written_at >= PROGRESS_SECONDS:
            self._write()
        return self._cancel_seen

    def save_result(self, name: str, write: job_files.Write) -> None:
        """Keep a file for the requester to fetch; `write` gets an open binary file."""
        stored = f"{self._job.token}.{self._job.attempts}"
        path = job_files.store(stored, write)
        self._write(result_file=path, result_name=get_valid_filename(name)[-100:])

    def finish(self, state: Job.State, error: str = "") -> None:
        self._write(state=state, error=error[:100], finished_at=self._clock())

    def pause(self) -> None:
        """Give the try up; the re-queue tick decides about another one."""
        self._mine().update(lease_until=self._clock() + PAUSE)

    def _write(self, **fields: Any) -> None:
        self._written_at = monotonic()
        lease = self._clock() + LEASE
        if not self._mine().update(
            progress=self.done, total=self.total, lease_until=lease, **fields
        ):
            raise JobLostError(self._job.pk)
        asked = Job.objects.filter(pk=self._job.pk, cancel_requested=True)
        self._cancel_seen = asked.exists()

    def _mine(self) -> Any:
        return Job.objects.filter(
            pk=self._job.pk, state=Job.State.RUNNING, attempts=self._job.attempts
        )

    def end_state(self) -> Job.State:
        return Job.State.CANCELLED if self._cancel_seen else Job.State.DONE


def claim(job_id: int, *, runner: str, at: datetime) -> Job | None:
    """Take the job, counting the try; None when it is taken, done or given up."""
    free = Q(state=Job.State.QUEUED) | Q(state=Job.State.RUNNING, lease_until__lt=at)
    won = Job.objects.filter(free, pk=job_id, attempts__lt=MAX_ATTEMPTS).update(
        state=Job.State.RUNNING,
        attempts=F("attempts") + 1,
        lease_until=at + LEASE,
        started_at=Coalesce(F("started_at"), Value(at)),
        runner=runner,
    )
    if not won:
        return None
    job = Job.objects.get(pk=job_id)
    # From here on the lease brings it back. A row left in the queue, because a killed
    # cluster could not acknowledge it, would call for a job that is over.
    OrmQ.objects.filter(pk=job.queue_row).delete()
    return job


def run(job: Job, *, clock: Clock = timezone.now) -> None:
    running = RunningJob(job, clock=clock)
    try:
        import_string(settings.SUNWAI_JOBS[job.kind])(running)
        running.finish(running.end_state())
    except JobLostError:
        logger.warning("Job %s went on elsewhere", job.pk)
    except JobFailedError as failure:
        running.finish(Job.State.FAILED, failure.code)
    except (OperationalError, InterfaceError):
        logger.exception("Job %s lost the database", job.pk)
        _pause(running)
    except TimeoutException:
        # Raised anywhere, in a database call too: that connection is not usable.
        connection.close()
        running.finish(Job.State.FAILED, "took_too_long")
        raise
    except Exception as error:
        logger.exception("Job %s (%s) failed", job.pk, job.kind)
        running.finish(Job.State.FAILED, type(error).__name__)


def run_waiting(*, clock: Clock = timezone.now) -> int:
    """Run all waiting jobs here and now (`worker --once`, tests)."""
    waiting = Job.objects.filter(state=Job.State.QUEUED)
    count = 0
    for job_id in waiting.order_by("pk").values_list("pk", flat=True):
        job = claim(job_id, runner="once", at=clock())
        if job is not None:
            run(job, clock=clock)
            count += 1
    return count


# The worker that this process belongs to.
_runner = ""


def work_for(runner: str) -> None:
    """Called before the cluster is forked: its processes inherit this."""
    global _runner
    _runner = runner


def run_from_queue(job_id: int) -> None:
    """What the queue calls. Never raises for a fault of the job: the row tells."""
    job = claim(job_id, runner=_runner, at=timezone.now())
    if job is not None:
        with _lease_kept(job):
            run(job)


@contextmanager
def _lease_kept(job: Job) -> Iterator[None]:
    over = Event()
    Thread(target=_keep_lease, args=(job.pk, job.attempts, over), daemon=True).start()
    try:
        yield
    finally:
        over.set()


def _keep_lease(job_id: int, attempt: int, over: Event) -> None:
    """A thread beside the job: a long query must not look like a dead worker."""
    mine = Job.objects.filter(pk=job_id, state=Job.State.RUNNING, attempts=attempt)
    while not over.wait(RENEW_SECONDS):
        try:
            mine.update(lease_until=timezone.now() + LEASE)
        except DatabaseError as error:
            logger.warning(
                "Cannot renew the lease of job %s: %s", job_id, first_line(error)
            )
            connection.close()
    connection.close()


def _pause(running: RunningJob) -> None:
    mend_connections()
    try:
        running.pause()
    except DatabaseError:
        logger.warning("The database is still away; the lease will run out")
