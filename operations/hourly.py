"""Ticks that are due once an hour, by one worker of several."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps

from operations import counters

HOUR = timedelta(hours=1)
Tick = Callable[[datetime], int]

_last: dict[str, int] = {}


def hourly(name: str) -> Callable[[Tick], Tick]:
    """Decorator: of all calls within an hour of the clock, the first does the work."""

    def mark(tick: Tick) -> Tick:
        @wraps(tick)
        def once(at: datetime) -> int:
            hour = int(at.timestamp()) // 3600
            if hour == _last.get(name):
                return 0
            _last[name] = hour
            # Of several workers, the one that counts first does it.
            if not counters.allowed(name, limit=1, window=HOUR, at=at):
                return 0
            return tick(at)

        return once

    return mark


def forget() -> None:
    """As a process that has just started (tests)."""
    _last.clear()
