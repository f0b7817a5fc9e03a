"""Keeps one django-q2 cluster running under the worker, and stops it for certain.

What stock `qcluster` does instead: it stops inside the signal handler and hangs for
ever when the whole process group is told to stop; and a process killed while it holds
one of the queue's locks leaves a cluster that stands still.
"""

import gc
import logging
from collections.abc import Callable
from datetime import datetime
from threading import Thread
from time import monotonic
from typing import Any

from django.db import DatabaseError
from django_q.cluster import Cluster
from django_q.conf import Conf

from operations import jobs
from operations.broker import pulse
from operations.database import first_line, let_go_of_connections
from operations.processes import kill_tree, tied_children
from operations.running import work_for

logger = logging.getLogger(__name__)

STALE_SECONDS = 15.0
RESTART_SECONDS = 2.0
MAX_RESTART_SECONDS = 30.0


class SafeCluster(Cluster):  # type: ignore[misc]  # django-q2 carries no types
    def __init__(self, on_signal: Callable[[int], None]) -> None:
        self._on_signal = on_signal
        super().__init__()

    def sig_handler(self, signum: int, frame: Any) -> None:
        self._on_signal(signum)


class Supervisor:
    def __init__(
        self,
        runner: str,
        on_signal: Callable[[int], None],
        *,
        stale_seconds: float = STALE_SECONDS,
    ) -> None:
        # One run of one worker: what it may release is its own.
        self._runner = runner
        self._on_signal = on_signal
        self._stale_seconds = stale_seconds
        self._cluster: SafeCluster | None = None
        self._next_start = 0.0
        self._restarts = 0

    def start(self) -> None:
        work_for(self._runner)
        let_go_of_connections()
        # What is loaded by now is shared with the children, not copied to each.
        gc.collect()
        gc.freeze()
        pulse.open(every=self._stale_seconds / 3)
        cluster = SafeCluster(self._on_signal)
        try:
            with tied_children():
                cluster.start()
        except RuntimeError:
            # Its guard ended on the way up, perhaps told to stop as we were.
            logger.warning("The cluster of %s did not start", self._runner)
        self._cluster = cluster
        pulse.beat()
        self._next_start = monotonic() + self._pause()

    def check(self, at: datetime) -> None:
        """Restart the cluster when it is gone or no longer gets anything done."""
        reason = self._fault(at)
        if not reason:
            if monotonic() > self._next_start + MAX_RESTART_SECONDS:
                self._restarts = 0
            return
        if monotonic() < self._next_start:
            return
        logger.error("%s restarts its cluster: %s", self._runner, reason)
        self._restarts += 1
        self._kill()
        self._release(at, stopped_in_order=False)
        self.start()

    def stop(self, at: datetime, *, grace_seconds: float) -> None:
        """Let running jobs end for a moment, then end them; they are run again."""
        cluster = self._cluster
        if cluster is None:
            return
        if cluster.sentinel.is_alive():
            # In a thread: `set` waits for ever for a guard killed while it listens.
            Thread(target=cluster.stop_event.set, daemon=True).start()
            cluster.sentinel.join(grace_seconds)
        self._kill()
        self._release(at, stopped_in_order=True)

    def _pause(self) -> float:
        """The first restart comes at once, one after another ever more slowly."""
        if not self._restarts:
            return 0.0
        pause = RESTART_SECONDS * 2.0 ** min(self._restarts - 1, 10)
        return min(pause, MAX_RESTART_SECONDS)

    def _fault(self, at: datetime) -> str:
        if self._cluster is None or not self._cluster.sentinel.is_alive():
            return "its guard is gone"
        if pulse.age() <= self._stale_seconds:
            return ""
        try:
            busy = jobs.busy(self._runner, at=at)
        except DatabaseError:
            return ""  # nothing moves without the database; look again later
        # All at work: the canary waits in the queue, as it should.
        return "" if busy >= Conf.WORKERS else "no canary came back"

    def _kill(self) -> None:
        if self._cluster is not None and self._cluster.sentinel is not None:
            kill_tree(self._cluster.sentinel)
            self._cluster.sentinel.join(5)

    def _release(self, at: datetime, *, stopped_in_order: bool) -> None:
        try:
            jobs.release(self._runner, at=at, stopped_in_order=stopped_in_order)
        except DatabaseError as error:
            logger.warning(
                "Jobs wait for their leases to run out: %s", first_line(error)
            )
