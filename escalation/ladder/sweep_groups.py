"""What the sweep reads for many complaints at once, and does in one transaction.

One by one a step costs twenty statements, most of them the same question about another
complaint: its citizen, who is joined to it, what was claimed before.
"""

from collections.abc import Callable
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Q

from complaints.models import Complaint
from complaints.scope import ComplaintQuerySet
from complaints.unit import together
from escalation.decisions import duty
from escalation.models import Claim, Step

# Their rows are locked for as long as the group takes: a tenth of a second.
GROUP = 50

Take = Callable[[Complaint, datetime], bool]


def take_all(complaint_ids: list[int], take: Take, at: datetime) -> dict[int, bool]:
    """Which of them were acted on, of those that nobody else has in hand.

    Raises what any of them raises, and then none of them was acted on.
    """
    done = {}
    with transaction.atomic():
        rows = {row.pk: row for row in _rows(complaint_ids)}
        mine = [pk for pk in complaint_ids if pk in rows]
        # After the lock: what was claimed before it is seen, and nothing comes after.
        group = together(
            mine, steps=_steps(mine), parents=_parents(mine), claimed=_claimed(mine)
        )
        with duty.one_moment(), group as unit:
            for pk in mine:
                with unit():
                    done[pk] = take(rows[pk], at)
    return done


def _rows(complaint_ids: list[int]) -> ComplaintQuerySet:
    rows = (
        Complaint.objects.filter(pk__in=complaint_ids)
        .select_related("citizen", "owner", "responsible")
        .prefetch_related("citizen__contacts")
    )
    if connection.features.has_select_for_update_skip_locked:
        return rows.select_for_update(skip_locked=True, of=("self",), no_key=True)
    return rows


def _steps(complaint_ids: list[int]) -> set[tuple[int, str, datetime]]:
    rows = Step.objects.filter(complaint_id__in=complaint_ids)
    return set(rows.values_list("complaint_id", "name", "for_at"))


def _parents(complaint_ids: list[int]) -> set[int | None]:
    joined = Complaint.objects.filter(parent_id__in=complaint_ids)
    return set(joined.values_list("parent_id", flat=True).distinct())


def _claimed(complaint_ids: list[int]) -> set[int | None]:
    """Those with a claim of their own, or of a complaint joined to them."""
    mine = Q(complaint_id__in=complaint_ids) | Q(complaint__parent_id__in=complaint_ids)
    rows = Claim.objects.filter(mine)
    pairs = rows.values_list("complaint_id", "complaint__parent_id")
    return {pk for pair in pairs for pk in pair}
