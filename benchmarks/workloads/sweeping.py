"""W7: the sweep: what is due is found among all clocks that run, and acted on."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from benchmarks.measure import Stopwatch, Timing, statements, timed
from complaints.models import Complaint
from escalation.ladder import steps, sweep
from escalation.ladder.sweep_groups import Take
from escalation.models import Step
from notices.models import Notice

DUE = 500
HUNDRED = 100
WARM = 5  # caches


@contextmanager
def batch_of(count: int) -> Iterator[None]:
    before, sweep.BATCH = sweep.BATCH, count
    try:
        yield
    finally:
        sweep.BATCH = before


def measured(at: datetime, times: int) -> Iterator[tuple[str, int, Timing]]:
    """Each of its questions, at the moment when just so many are due."""
    for label, rows, name, pick in (
        ("limits of a stage", _limits(at), "step_due_at", sweep._steps),
        ("missed promises", _promises(at), "due_at", sweep._overdue),
        ("warnings", Step.objects.filter(at=None), "for_at", sweep._warnings),
    ):
        yield label, *_picked(pick, _when(rows, name, at), times)


def _limits(at: datetime) -> "QuerySet[Complaint]":
    return Complaint.objects.filter(step_due_at__gt=at)


def _promises(at: datetime) -> "QuerySet[Complaint]":
    return Complaint.objects.filter(due_at__gt=at, status__in=sweep.RUNNING, level=1)


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


@dataclass(frozen=True)
class Acted:
    """One batch that was acted on; `cpu_ms` and `sql` are for a hundred of it."""

    label: str
    done: int
    notices: int
    sql: float
    cpu_ms: float


def acted(at: datetime) -> Iterator[Acted]:
    """A whole batch: raised, the holders and the citizens told. It stays done."""
    for label, rows, name, pick, take in (
        ("missed promises", _promises(at), "due_at", sweep._overdue, steps.take_missed),
        ("limits", _limits(at), "step_due_at", sweep._steps, steps.take_step),
    ):
        when = _when(rows, name, at)
        with batch_of(DUE):
            due = pick(when)
        sweep._each(due[:WARM], take, when)
        rest = due[WARM:]
        few = min(HUNDRED, len(rest) // 3)
        yield _acted(label, take, rest[:few], rest[few:], when)


def _acted(
    label: str, take: Take, first: list[int], second: list[int], at: datetime
) -> Acted:
    """The first of them tell the statements, those after them the time."""
    sql = statements(lambda: sweep._each(first, take, at))
    before, watch = Notice.objects.count(), Stopwatch()
    done = sweep._each(second, take, at)
    spent = watch.cpu() * 1000
    return Acted(
        label, done, Notice.objects.count() - before,
        sql * HUNDRED / max(len(first), 1), spent * HUNDRED / max(done, 1),
    )  # fmt: skip
