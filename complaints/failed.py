"""The worker's second try at reactions that failed."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.module_loading import import_string

from complaints.models import FailedReaction
from complaints.unit import describe, unit_of_work

MOST_TRIES = 8
BATCH = 20


def tick(at: datetime) -> int:
    due = FailedReaction.objects.filter(done_at__isnull=True, next_at__lte=at).order_by(
        "next_at"
    )[:BATCH]
    return sum(retry(failed, at) for failed in due)


def retry(failed: FailedReaction, at: datetime) -> bool:
    """Claim by compare-and-set, then run; after MOST_TRIES a person must look."""
    tries = failed.attempts + 1
    pause = timedelta(seconds=30 * 2**tries)
    claimed = FailedReaction.objects.filter(
        pk=failed.pk, attempts=failed.attempts, done_at__isnull=True
    ).update(attempts=tries, next_at=at + pause if tries < MOST_TRIES else None)
    if not claimed:
        return False
    reaction = import_string(failed.reaction)
    try:
        with unit_of_work(), transaction.atomic():
            reaction(failed.event)
            FailedReaction.objects.filter(pk=failed.pk).update(done_at=at)
    except Exception as error:  # noqa: BLE001 (kept on the row, shown to staff)
        FailedReaction.objects.filter(pk=failed.pk).update(error=describe(error))
        return False
    return True
