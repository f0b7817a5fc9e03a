"""The sweep: every limit that has passed is acted on, once for ever, oldest first.

Two workers may sweep at once, and a worker may have been off for hours: each step is
claimed by its own row in the transaction of the change it makes.
"""

import logging
from datetime import datetime, timedelta

from complaints.aside import Aside
from complaints.models import Complaint
from complaints.status import OPEN_STATUSES, Status
from escalation.ladder import steps
from escalation.ladder.sweep_groups import GROUP, Take, take_all
from escalation.models import Step
from operations.ticks import TickTooLongError

BATCH = 100
SET_ASIDE = timedelta(minutes=1)
RUNNING = tuple(status for status in OPEN_STATUSES if status != Status.NEED_INFO)

log = logging.getLogger(__name__)
_aside = Aside("sweep", SET_ASIDE, log)


def tick(at: datetime) -> int:
    _aside.take_back(at)
    return (
        _each(_steps(at), steps.take_step, at)
        + _each(_overdue(at), steps.take_missed, at)
        + _each(_warnings(at), steps.take_warning, at)
    )


def _steps(at: datetime) -> list[int]:
    """Limits of whoever has it now."""
    due = Complaint.objects.filter(step_due_at__lte=at)
    return _aside.oldest(due, "step_due_at", key="pk", most=BATCH)


def _overdue(at: datetime) -> list[int]:
    """The promise was missed."""
    due = Complaint.objects.filter(due_at__lte=at, status__in=RUNNING, level=1)
    return _aside.oldest(due, "due_at", key="pk", most=BATCH)


def _warnings(at: datetime) -> list[int]:
    due = Step.objects.filter(at__isnull=True, for_at__lte=at)
    return _aside.oldest(due, "for_at", key="complaint_id", most=BATCH)


def _each(complaint_ids: list[int], take: Take, at: datetime) -> int:
    starts = range(0, len(complaint_ids), GROUP)
    groups = (complaint_ids[start : start + GROUP] for start in starts)
    return sum(_together(take, group, at) for group in groups)


def _together(take: Take, complaint_ids: list[int], at: datetime) -> int:
    """Many in one transaction; if one of them cannot be done, each in its own."""
    try:
        done = take_all(complaint_ids, take, at)
    except TickTooLongError:
        raise
    except Exception as error:  # noqa: BLE001 (told by the one whose fault it is)
        log.info("sweep goes one by one: %s", type(error).__name__)
        return sum(_safely(take, pk, at) for pk in complaint_ids)
    for pk, acted in done.items():
        if not acted:
            _aside.add(pk, at)
    return sum(done.values())


def _safely(take: Take, complaint_id: int, at: datetime) -> bool:
    def act() -> bool:
        return take(Complaint.objects.get(pk=complaint_id), at)

    return _aside.safely(complaint_id, at, act)
