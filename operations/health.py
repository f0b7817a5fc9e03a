"""Whether this installation does its work: for monitoring, not for a load balancer.

A load balancer asks /healthz. /readyz also fails while the worker is silent, and
intake must go on then: what arrives is stored and waits.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic

from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Min

from operations.figures import kept, oldest
from operations.heartbeat import worker_silent
from operations.models import Job
from operations.switches import MESSAGES, frozen

JOBS_MAY_WAIT = timedelta(minutes=15)
# What is due and not taken up for so long: nobody works, or a provider is away.
STUCK_SECONDS = 300.0
LOOK_AGAIN_SECONDS = 5.0


@dataclass
class Readiness:
    reasons: list[str] = field(default_factory=list)
    oldest_job_seconds: int | None = None

    @property
    def ready(self) -> bool:
        return not self.reasons


def readiness(at: datetime) -> Readiness:
    try:
        return _readiness(at)
    except Error:
        # Says no more: the error's text names hosts and users.
        return Readiness(["database"])


def _readiness(at: datetime) -> Readiness:
    found = Readiness()
    if not _migrations.applied():
        # The tables below may not exist yet.
        found.reasons.append("migrations")
        return found
    if worker_silent(at):
        found.reasons.append("worker_silent")
    oldest = oldest_waiting_job(at)
    if oldest is not None:
        found.oldest_job_seconds = int(oldest.total_seconds())
        if oldest > JOBS_MAY_WAIT:
            found.reasons.append("jobs_wait")
    found.reasons += _stuck(at)
    return found


def _stuck(at: datetime) -> list[str]:
    figures = kept.at(at)
    stuck = []
    if oldest(figures, "inbox_oldest") > STUCK_SECONDS:
        stuck.append("inbox_stuck")
    if frozen(MESSAGES):
        # Said here, so that nobody forgets to let them go after a restore.
        stuck.append("messages_frozen")
    elif oldest(figures, "outbox_oldest") > STUCK_SECONDS:
        stuck.append("outbox_stuck")
    return stuck


def oldest_waiting_job(at: datetime) -> timedelta | None:
    waiting = Job.objects.filter(state=Job.State.QUEUED)
    created = waiting.aggregate(oldest=Min("created_at"))["oldest"]
    return at - created if created else None


class _Migrations:
    """Reading all migrations takes a tenth of a second: once they fit, they fit."""

    def __init__(self) -> None:
        self._applied = False
        self._looked_at = float("-inf")

    def applied(self) -> bool:
        if self._applied:
            return True
        if monotonic() - self._looked_at >= LOOK_AGAIN_SECONDS:
            self._looked_at = monotonic()
            executor = MigrationExecutor(connection)
            plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
            self._applied = not plan
        return self._applied


_migrations = _Migrations()
