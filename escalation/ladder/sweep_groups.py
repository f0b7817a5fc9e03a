"""What the sweep reads for many complaints at once, and does in one transaction.

One by one a step costs twenty statements, most of them the same question about another
complaint: its citizen, who is joined to it, what was claimed before.
"""

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime

from django.db import connection, transaction

from complaints.models import Citizen, Complaint, ContactPoint
from complaints.models.citizen import surest_first
from complaints.scope import ComplaintQuerySet
from complaints.unit import together
from escalation.decisions import duty
from escalation.models import Claim, Step

# Their rows are locked for as long as the group takes: a fifth of a second at most.
GROUP = 100

Take = Callable[[Complaint, datetime], bool]


def take_all(complaint_ids: list[int], take: Take, at: datetime) -> dict[int, bool]:
    """Which of them were acted on, of those that nobody else has in hand.

    Raises what any of them raises, and then none of them was acted on.
    """
    done = {}
    with transaction.atomic():
        rows = {row.pk: row for row in _rows(complaint_ids)}
        _give_ways([row.citizen for row in rows.values() if row.citizen])
        mine = [pk for pk in complaint_ids if pk in rows]
        # After the lock: what was claimed before it is seen, and nothing comes after.
        parents = _parents(mine)
        claimed = _claimed(mine, parents)
        group = together(mine, steps=_steps(mine), parents=parents, claimed=claimed)
        with duty.one_moment(), group as unit:
            for pk in mine:
                with unit():
                    done[pk] = take(rows[pk], at)
    return done


def _rows(complaint_ids: list[int]) -> ComplaintQuerySet:
    rows = Complaint.objects.filter(pk__in=complaint_ids)
    rows = rows.select_related("citizen", "owner", "responsible")
    if connection.features.has_select_for_update_skip_locked:
        return rows.select_for_update(skip_locked=True, of=("self",), no_key=True)
    return rows


def _give_ways(citizens: list[Citizen]) -> None:
    """A prefetch would make a query set for each of them, to find its own in it."""
    ways: dict[int, list[ContactPoint]] = defaultdict(list)
    for way in ContactPoint.objects.filter(citizen__in={one.pk for one in citizens}):
        ways[way.citizen_id].append(way)
    for citizen in citizens:
        citizen.ways = surest_first(ways[citizen.pk])


def _steps(complaint_ids: list[int]) -> set[tuple[int, str, datetime]]:
    rows = Step.objects.filter(complaint_id__in=complaint_ids)
    return set(rows.values_list("complaint_id", "name", "for_at"))


def _parents(complaint_ids: list[int]) -> set[int | None]:
    joined = Complaint.objects.filter(parent_id__in=complaint_ids)
    return set(joined.values_list("parent_id", flat=True).distinct())


def _claimed(complaint_ids: list[int], parents: set[int | None]) -> set[int | None]:
    """Those with a claim of their own, or of a complaint joined to them."""
    found: set[int | None] = set()
    own = Claim.objects.filter(complaint_id__in=complaint_ids)
    found.update(own.values_list("complaint_id", flat=True))
    if parents:  # by the way of the few that have any: an OR reads both tables
        theirs = Claim.objects.filter(complaint__parent_id__in=parents)
        found.update(theirs.values_list("complaint__parent_id", flat=True))
    return found
