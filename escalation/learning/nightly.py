"""Learns anew at night, where the extra is installed and people corrected enough."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from escalation.learning import extra, store
from escalation.learning.examples import enough_for
from escalation.learning.job import roots
from escalation.models import Correction
from officers.models import Organisation
from officers.trees import organisation_subtree
from operations.hourly import hourly
from operations.jobs import enqueue
from operations.models import Job

JOB = "learn_routing"
# On the clock of the organisation; a worker that was down at two still has its turn.
NIGHT = range(2, 5)
# Below this a new model would hardly differ from the one that is there.
FEWEST_NEW = 20
# Where a night's job came to nothing, the next night is soon enough.
APART = timedelta(hours=20)


@hourly("learn-routing")
def tick(at: datetime) -> int:
    """Asks for a job for each organisation at the top that has something to learn."""
    if not extra.is_installed():
        return 0
    due = [root for root in roots() if _is_due(root, at)]
    for root in due:
        args = {"root": root.code, "nightly": 1}
        enqueue(JOB, args=args, requested_by=None, at=at)
    return len(due)


def _is_due(root: Organisation, at: datetime) -> bool:
    return (
        at.astimezone(ZoneInfo(root.timezone)).hour in NIGHT
        and not _asked(root, at)
        and _corrected_anew(root)
        and enough_for(root.pk)
    )


def _asked(root: Organisation, at: datetime) -> bool:
    asked = Job.objects.filter(kind=JOB, created_at__gt=at - APART)
    codes = (args.get("root") for args in asked.values_list("args", flat=True))
    return root.code in codes


def _corrected_anew(root: Organisation) -> bool:
    kinds = Correction.objects.filter(
        event__kind="category_set",
        to_organisation_id__in=organisation_subtree(root.pk),
    )
    newest = store.newest(root.code)
    if newest is not None:
        kinds = kinds.filter(at__gt=store.moment_of(newest.name))
    new = kinds.order_by("-at", "pk").values_list("pk")[:FEWEST_NEW]
    return len(new) == FEWEST_NEW
