"""Time that passes for one complaint: the sweep's steps, each at its own moment."""

from datetime import datetime, timedelta

from complaints.models import Complaint
from complaints.status import Status
from complaints.unit import unit_of_work
from escalation.ladder import steps, sweep
from escalation.ladder.sweep_groups import Take
from escalation.models import Step
from presets.history.unanswered import closes_at, take_unanswered

_A_MOMENT = timedelta(seconds=1)
_MOST = 40  # limits in one stretch; more would be a circle


def pass_time(complaint: Complaint, *, since: datetime, until: datetime) -> Complaint:
    """What the worker would have done between the two moments, and when."""
    passed: set[tuple[Take, datetime]] = set()
    for _limit in range(_MOST):
        coming = [
            (max(at, since), take, at)
            for at, take in _limits(complaint, until)
            if at <= until and (take, at) not in passed
        ]
        if not coming:
            break
        at, take, limit = min(coming, key=lambda one: one[0])
        passed.add((take, limit))
        with unit_of_work():
            take(complaint, min(at + _A_MOMENT, until))
        complaint = Complaint.objects.get(pk=complaint.pk)
    return complaint


def _limits(complaint: Complaint, until: datetime) -> list[tuple[datetime, Take]]:
    """Every limit that the sweep would find, with what it does then."""
    found: list[tuple[datetime, Take]] = []
    if complaint.step_due_at is not None:
        found.append((complaint.step_due_at, steps.take_step))
    unanswered = closes_at(complaint)
    if complaint.status == Status.RESOLVED and unanswered is not None:
        found.append((unanswered, take_unanswered))
    if complaint.status not in sweep.RUNNING:
        return found
    if complaint.due_at and complaint.level == 1:
        found.append((complaint.due_at, steps.take_missed))
    waiting = Step.objects.filter(
        complaint=complaint, at__isnull=True, for_at__lte=until
    )
    for_at = waiting.order_by("for_at").values_list("for_at", flat=True).first()
    if for_at is not None:
        found.append((for_at, steps.take_warning))
    return found
