"""What something costs that is done in this process, and how much SQL it takes.

Judged is the time on the processor, ours and our database connection's: a machine that
others use as well adds waiting to the clock, and nothing to the work. With one query
in one process and all data in memory, an idle machine's clock shows the same.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

from django.db import connection

TIMES = 7


@dataclass(frozen=True)
class Timing:
    ms: float  # on the processor, the middle of all
    clock_ms: float
    sql: int


class Stopwatch:
    """Seconds since it was made: by the clock, and on the processor."""

    def __init__(self) -> None:
        self._backend = backend()
        self._clock, self._cpu = perf_counter(), self._spent()

    def clock(self) -> float:
        return perf_counter() - self._clock

    def cpu(self) -> float:
        return self._spent() - self._cpu

    def _spent(self) -> float:
        if self._backend is None:
            return process_time()
        fields = self._backend.read_text().split()
        return process_time() + int(fields[0]) / 1e9


def backend() -> Path | None:
    """Where the kernel counts for our connection's server process, if it is here."""
    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        path = Path(f"/proc/{cursor.fetchone()[0]}/schedstat")
    return path if path.exists() else None


def work_alone() -> None:
    """No helpers for a query: on two cores that are busy there are none to be had,
    and what they do would be counted nowhere."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET max_parallel_workers_per_gather = 0")


def timed(call: Callable[[], object], times: int = TIMES) -> Timing:
    """Once to warm and to count its SQL, then `times` times."""
    sql = statements(call)
    clock, cpu = [], []
    for _ in range(times):
        watch = Stopwatch()
        call()
        cpu.append(watch.cpu() * 1000)
        clock.append(watch.clock() * 1000)
    return Timing(median(cpu), median(clock), sql)


def statements(call: Callable[[], object]) -> int:
    counted = 0

    def count(execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        nonlocal counted
        counted += 1
        return execute(sql, params, many, context)

    with connection.execute_wrapper(count):
        call()
    return counted
