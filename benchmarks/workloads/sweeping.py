"""W7: the sweep looks for what is due: 500 among all clocks that run."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db.models import QuerySet

from benchmarks.measure import Timing, timed
from complaints.models import Complaint
from escalation import sweep
from escalation.models import Step

DUE = 500


@contextmanager
def batch_of(count: int) -> Iterator[None]:
    before, sweep.BATCH = sweep.BATCH, count
    try:
        yield
    finally:
        sweep.BATCH = before


def measured(at: datetime, times: int) -> Iterator[tuple[str, int, Timing]]:
    """Each of its questions, at the moment when just so many are due."""
    clocks = Complaint.objects.filter(step_due_at__gt=at)
    promises = Complaint.objects.filter(
        due_at__gt=at, status__in=sweep.RUNNING, level=1
    )
    warnings = Step.objects.filter(at=None)
    for label, rows, name, pick in (
        ("limits of a stage", clocks, "step_due_at", sweep._steps),
        ("missed promises", promises, "due_at", sweep._overdue),
        ("warnings", warnings, "for_at", sweep._warnings),
    ):
        yield label, *_picked(pick, _when(rows, name, at), times)


def _picked(
    pick: Callable[[datetime], list[int]], at: datetime, times: int
) -> tuple[int, Timing]:
    with batch_of(DUE):
        return len(pick(at)), timed(lambda: pick(at), times)


def _when(
    rows: "QuerySet[Complaint] | QuerySet[Step]", name: str, at: datetime
) -> datetime:
    found = list(rows.order_by(name).values_list(name, flat=True)[:DUE])
    return found[-1] if found else at
