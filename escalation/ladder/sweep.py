"""The sweep: every limit that has passed is acted on, once for ever, oldest first.

Two workers may sweep at once, and a worker may have been off for hours: each step is
claimed by its own row in the transaction of the change it makes.
"""

import logging
from datetime import datetime, timedelta

from django.db import models

from complaints.models import Complaint
from complaints.models.category import Horizon
from complaints.refusals import Refused
from complaints.status import OPEN_STATUSES, Status
from complaints.unit import unit_of_work
from escalation.ladder import steps
from escalation.ladder.sweep_groups import GROUP, Take, take_all
from escalation.models import Step
from operations.ticks import TickTooLongError

BATCH = 100
SILENT_IMMEDIATE = timedelta(days=7)
SILENT_LONG = timedelta(days=15)
# A row that cannot be acted on must not stand in the way of those behind it.
SET_ASIDE = timedelta(minutes=1)
RUNNING = tuple(status for status in OPEN_STATUSES if status != Status.NEED_INFO)

log = logging.getLogger(__name__)
_aside: dict[int, datetime] = {}


def tick(at: datetime) -> int:
    for pk in [pk for pk, until in _aside.items() if until <= at]:
        del _aside[pk]
    return (
        _each(_steps(at), steps.take_step, at)
        + _each(_overdue(at), steps.take_missed, at)
        + _each(_silent(at, SILENT_IMMEDIATE, Horizon.IMMEDIATE), steps.take_silent, at)
        + _each(
            _silent(at, SILENT_LONG, Horizon.MID, Horizon.LONG), steps.take_silent, at
        )
        + _each(_warnings(at), steps.take_warning, at)
    )


def _steps(at: datetime) -> list[int]:
    """Limits of whoever has it now."""
    due = Complaint.objects.filter(step_due_at__lte=at)
    return _oldest(due, "step_due_at", "pk")


def _overdue(at: datetime) -> list[int]:
    """The promise was missed."""
    due = Complaint.objects.filter(due_at__lte=at, status__in=RUNNING, level=1)
    return _oldest(due, "due_at", "pk")


def _silent(at: datetime, wait: timedelta, *horizons: str) -> list[int]:
    """Called solved and no answer came; a citizen who wrote is no silent one."""
    due = Complaint.objects.filter(
        status=Status.RESOLVED,
        horizon__in=horizons,
        resolved_at__lte=at - wait,
        citizen_wrote=False,
    )
    return _oldest(due, "resolved_at", "pk")


def _warnings(at: datetime) -> list[int]:
    due = Step.objects.filter(at__isnull=True, for_at__lte=at)
    return _oldest(due, "for_at", "complaint_id")


def _oldest(due: "models.QuerySet[models.Model]", first: str, key: str) -> list[int]:
    rows = due.exclude(**{f"{key}__in": list(_aside)}) if _aside else due
    return list(rows.order_by(first).values_list(key, flat=True)[:BATCH])


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
            _aside[pk] = at + SET_ASIDE
    return sum(done.values())


def _safely(take: Take, complaint_id: int, at: datetime) -> bool:
    """Each in a transaction of its own: read again, claimed, done."""
    done = False
    try:
        with unit_of_work():
            complaint = Complaint.objects.get(pk=complaint_id)
            done = take(complaint, at)
    except Refused as refused:
        # Somebody acted in between; the next round sees what is left to do.
        log.info("sweep of complaint %s: %s", complaint_id, refused.code)
    except TickTooLongError:
        raise
    except Exception:
        log.exception("sweep of complaint %s failed", complaint_id)
    if not done:
        _aside[complaint_id] = at + SET_ASIDE
    return done
