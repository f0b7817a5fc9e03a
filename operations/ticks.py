"""The worker's loop: every tick in turn, about twice a second.

A tick is `def tick(at: datetime) -> int`: do what is due, a batch at a time, and say
how many things that were. It claims its rows, for several workers may call it at once.
"""

import logging
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from types import FrameType

from django.conf import settings
from django.db import InterfaceError, OperationalError, connections
from django.utils import timezone
from django.utils.module_loading import import_string

from operations.database import first_line, mend_connections
from operations.running import run_waiting

logger = logging.getLogger(__name__)

FIRST_PAUSE_SECONDS = 0.5
MAX_PAUSE_SECONDS = 30.0
# A tick works in batches; one that takes this long hangs in the network or a lock.
TICK_LIMIT_SECONDS = 60.0
# A drain that never comes to rest is a tick that reports work it does not do.
MAX_ROUNDS = 1000

Clock = Callable[[], datetime]


class TickTooLongError(Exception):
    pass


class TicksFailedError(Exception):
    pass


class NeverRestsError(Exception):
    pass


@dataclass
class Tick:
    name: str
    function: Callable[[datetime], int]
    failures: int = 0
    due_at: float = 0.0


class TickLoop:
    def __init__(
        self, paths: Iterable[str] | None = None, *, clock: Clock = timezone.now
    ) -> None:
        if paths is None:
            paths = settings.SUNWAI_TICKS
        self._clock = clock
        self.ticks = [Tick(path, import_string(path)) for path in paths]

    def round(self, go_on: Callable[[], bool] = lambda: True) -> int:
        """Call each tick that is due; returns how many things were done.

        `go_on` is asked before each: whether there is time for another.
        """
        done = 0
        for tick in self.ticks:
            if not go_on():
                break
            if monotonic() >= tick.due_at:
                done += self._call(tick)
        return done

    def failing(self) -> list[str]:
        return [tick.name for tick in self.ticks if tick.failures]

    def _call(self, tick: Tick) -> int:
        try:
            with time_limit(TICK_LIMIT_SECONDS):
                done = tick.function(self._clock())
        except Exception as error:  # noqa: BLE001  one tick must not stop the others
            self._postpone(tick, error)
            return 0
        tick.failures = 0
        return done

    def _postpone(self, tick: Tick, error: Exception) -> None:
        pause = min(FIRST_PAUSE_SECONDS * 2**tick.failures, MAX_PAUSE_SECONDS)
        tick.failures = min(tick.failures + 1, 10)
        tick.due_at = monotonic() + pause
        # The traceback of a lost connection tells nothing, every few seconds.
        known = isinstance(error, OperationalError | InterfaceError)
        logger.error(
            "Tick %s failed, next try in %.1f s: %s",
            tick.name,
            pause,
            first_line(error),
            exc_info=None if known else error,
        )
        if isinstance(error, TickTooLongError):
            connections.close_all()  # it may have been amid a database call
        else:
            mend_connections()


def drain(*, clock: Clock = timezone.now) -> int:
    """Call all ticks and run all jobs until nothing is left to do."""
    loop = TickLoop(clock=clock)
    total = 0
    for _round in range(MAX_ROUNDS):
        done = loop.round() + run_waiting(clock=clock)
        total += done
        if loop.failing():
            raise TicksFailedError(f"Ticks failed: {', '.join(loop.failing())}")
        if not done:
            return total
    raise NeverRestsError(f"Still at work after {MAX_ROUNDS} rounds")


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise TickTooLongError in the block; only the main thread can be interrupted."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def ring(signum: int, frame: FrameType | None) -> None:
        raise TickTooLongError(f"took longer than {seconds:.0f} s")

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def shorten_limit(seconds: float) -> None:
    """Leave the tick that runs now, if any, no more than this long."""
    left, _ = signal.getitimer(signal.ITIMER_REAL)
    if left > seconds:
        signal.setitimer(signal.ITIMER_REAL, seconds)
