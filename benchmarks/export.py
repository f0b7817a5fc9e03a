"""W4: the month in a process of its own, so that its memory is its own.

`python -m benchmarks.export csv` prints rows, seconds and megabytes.
"""

import json
import sys
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any


def month(kind: str, at: datetime) -> dict[str, Any]:
    """The last full month of the city, as its monitors ask for it."""
    from benchmarks.measure import Stopwatch, work_alone
    from benchmarks.people import readers
    from reports.periods import named
    from reports.scope import reporting

    reader = next(r for r in readers(at) if r.label == "PMC monitoring_team")
    actor = reporting(reader.actor)
    period = named("last-month", at, "Asia/Kolkata")
    make = _csv if kind == "csv" else _xlsx
    _warm(kind)
    work_alone()
    before, watch = _memory_mb(), Stopwatch()
    rows = make(actor, period, at)
    return {
        "rows": rows, "seconds": watch.cpu(), "clock": watch.clock(),
        "mb": _memory_mb() - before,
    }  # fmt: skip


def _csv(actor: Any, period: Any, at: datetime) -> int:
    from reports.month_csv import lines

    return sum(1 for _line in lines(actor, period, at)) - 1


def _xlsx(actor: Any, period: Any, at: datetime) -> int:
    from reports import month_xlsx

    counted = 0

    def rows() -> Any:
        nonlocal counted
        for page in month_xlsx.pages(actor, period):
            counted += len(page)
            yield from page

    month_xlsx.write(BytesIO(), rows(), period, at)
    return counted


def _warm(kind: str) -> None:
    """Libraries are there once, whatever the month."""
    if kind == "xlsx":
        import xlsxwriter  # noqa: F401  is it there?


def _memory_mb() -> float:
    """The most that this process ever had."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0.0


if __name__ == "__main__":
    import django

    django.setup()
    from django.utils import timezone

    sys.stdout.write(json.dumps(month(sys.argv[1], timezone.now())))
