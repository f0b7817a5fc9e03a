"""Reference data (categories, areas, rules, templates) kept in each process.

    areas = ReferenceCache("areas", build=_read_areas)
    areas.get()                  # no query, or one small query a second
    bump("areas")                # by whoever writes areas, in the same transaction

The other processes see a change within a second of its commit. A value built inside
a transaction that is rolled back lives a second too: reference data bears that.
"""

import secrets
from collections.abc import Callable
from threading import Lock
from time import monotonic
from typing import Any, Generic, TypeVar
from weakref import WeakSet

from django.db import connection

from operations.models import Generation

T = TypeVar("T")

# How long the numbers that were read hold good. Tests that count queries set it to
# math.inf, so that a slow machine does not add one.
CHECK_EVERY_SECONDS = 1.0

_BUMP = """
INSERT INTO operations_generation (name, number) VALUES (%s, %s)
ON CONFLICT (name) DO UPDATE SET number = excluded.number
"""


def bump(name: str) -> None:
    """Say that the data changed; call it in the writer's transaction."""
    # A stamp, not a count: a count taken back by a rollback comes round again, and a
    # process that saw it the first time would keep what it built then.
    stamp = secrets.randbits(62)
    with connection.cursor() as cursor:
        cursor.execute(_BUMP, [name, stamp])
    _numbers.forget()


def forget_all() -> None:
    """Drop everything kept in this process (tests: their data is rolled back)."""
    _numbers.forget()
    for cache in list(_caches):
        cache.forget()


class _Numbers:
    """The numbers of all names, read by one query at most once a second."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._read_at: float | None = None
        self._numbers: dict[str, int] = {}

    def of(self, name: str, at_monotonic: float) -> int:
        with self._lock:
            if self._read_at is None or (
                at_monotonic - self._read_at >= CHECK_EVERY_SECONDS
            ):
                rows = Generation.objects.values_list("name", "number")
                self._numbers = dict(rows)
                self._read_at = at_monotonic
            return self._numbers.get(name, 0)

    def forget(self) -> None:
        with self._lock:
            self._read_at = None


_numbers = _Numbers()


class ReferenceCache(Generic[T]):
    def __init__(self, name: str, build: Callable[[], T]) -> None:
        self._name = name
        self._build = build
        self._lock = Lock()
        self._kept: tuple[int, T] | None = None
        _caches.add(self)

    def get(self, at_monotonic: float | None = None) -> T:
        at = monotonic() if at_monotonic is None else at_monotonic
        # Read before building: a write in between shows as a new number next time.
        number = _numbers.of(self._name, at)
        kept = self._kept
        if kept is not None and kept[0] == number:
            return kept[1]
        with self._lock:
            if self._kept is None or self._kept[0] != number:
                self._kept = (number, self._build())
            return self._kept[1]

    def forget(self) -> None:
        with self._lock:
            self._kept = None


_caches: WeakSet[ReferenceCache[Any]] = WeakSet()
