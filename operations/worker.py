"""The worker: our loop of ticks, and beside it a cluster that runs the jobs."""

import logging
import os
import signal
import socket
from time import monotonic, sleep
from types import FrameType

from django.db import DatabaseError
from django.utils import timezone

from operations import heartbeat
from operations.database import first_line, mend_connections
from operations.heartbeat import BEAT_SECONDS, Hold, NameLostError
from operations.supervisor import STALE_SECONDS, Supervisor
from operations.ticks import TickLoop, shorten_limit

logger = logging.getLogger(__name__)

ROUND_SECONDS = 0.5
# After a round that found work: at once again, but let others have the processor.
BREATH_SECONDS = 0.02
MEND_SECONDS = 60.0
MAX_WAIT_SECONDS = 30.0


class Worker:
    def __init__(
        self,
        name: str,
        *,
        grace_seconds: float = 10.0,
        stale_seconds: float = STALE_SECONDS,
    ) -> None:
        self._name = name
        self._grace_seconds = grace_seconds
        self._supervisor = Supervisor(
            f"{name} {os.getpid()} {socket.gethostname()}"[:80],
            self._on_signal,
            stale_seconds=stale_seconds,
        )
        self._loop = TickLoop()
        self._hold: Hold | None = None
        self._stopping = False
        self._next_beat = 0.0
        self._next_mend = monotonic() + MEND_SECONDS
        self._progress_at = timezone.now()

    def run(self) -> None:
        """Work until told to stop. Raises NameTakenError, NameLostError."""
        signal.signal(signal.SIGTERM, self._handle)
        signal.signal(signal.SIGINT, self._handle)
        self._take_name()
        if self._hold is None:
            return
        try:
            self._supervisor.start()
            logger.info("Worker %s runs", self._name)
            while not self._stopping:
                self._round()
        finally:
            self._leave(self._hold)

    def _round(self) -> None:
        started = monotonic()
        done = self._loop.round(self._go_on)
        if not self._stopping:
            self._progress_at = timezone.now()
            self._supervisor.check(self._progress_at)
            self._go_on()
            self._rest(done, started)

    def _go_on(self) -> bool:
        """Between two ticks: show that we live. False when told to stop."""
        if monotonic() >= self._next_beat and self._hold is not None:
            self._next_beat = monotonic() + BEAT_SECONDS
            try:
                heartbeat.beat(
                    self._hold, at=timezone.now(), progress_at=self._progress_at
                )
            except DatabaseError as error:
                logger.error("No heartbeat: %s", first_line(error))
                mend_connections()
        return not self._stopping

    def _rest(self, done: int, started: float) -> None:
        if monotonic() >= self._next_mend:
            self._next_mend = monotonic() + MEND_SECONDS
            mend_connections()
        left = ROUND_SECONDS - (monotonic() - started)
        sleep(BREATH_SECONDS if done else max(left, BREATH_SECONDS))

    def _take_name(self) -> None:
        pause = 1.0
        while not self._stopping:
            try:
                self._hold = heartbeat.take(self._name, at=timezone.now())
                return
            except DatabaseError as error:
                logger.error("The database does not answer yet: %s", first_line(error))
                mend_connections()
            self._wait(pause)
            pause = min(pause * 2, MAX_WAIT_SECONDS)

    def _wait(self, seconds: float) -> None:
        until = monotonic() + seconds
        while monotonic() < until and not self._stopping:
            sleep(0.2)

    def _leave(self, hold: Hold) -> None:
        self._supervisor.stop(timezone.now(), grace_seconds=self._grace_seconds)
        try:
            heartbeat.leave(hold)
        except DatabaseError as error:
            logger.warning("The heartbeat row stays behind: %s", error)
        logger.info("Worker %s has stopped", self._name)

    def _handle(self, signum: int, frame: FrameType | None) -> None:
        self._on_signal(signum)

    def _on_signal(self, signum: int) -> None:
        # Nothing but this in a signal handler: it may interrupt any line of ours.
        self._stopping = True
        shorten_limit(self._grace_seconds)


__all__ = ["NameLostError", "Worker"]
