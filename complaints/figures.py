"""For the monitor: what comes in, and what failed on the way."""

from datetime import datetime, timedelta

from django.db.models import Count

from complaints.models import Complaint, FailedReaction
from officers.models import Organisation
from operations.figures import Figures, labelled

HOUR = timedelta(hours=1)


def figures(at: datetime) -> Figures:
    undone = FailedReaction.objects.filter(done_at__isnull=True)
    return _received(at) | {
        "failed_reactions_waiting": float(undone.filter(next_at__isnull=False).count()),
        "failed_reactions_given_up": float(undone.filter(next_at__isnull=True).count()),
    }


def _received(at: datetime) -> Figures:
    """Of the last hour, by organisation: the end of each one's part of an index."""
    codes = dict(Organisation.objects.values_list("pk", "code"))
    rows = (
        Complaint.objects.filter(organisation_id__in=codes, registered_at__gt=at - HOUR)
        .values_list("organisation_id")
        .annotate(Count("pk"))
    )
    counted = dict(rows.order_by("organisation_id"))
    return {
        labelled("complaints_received_hour", organisation=code): float(
            counted.get(pk, 0)
        )
        for pk, code in codes.items()
    }
