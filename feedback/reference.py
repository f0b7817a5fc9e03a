"""The mean that a rating is compared with.

Rolling 90 days of the category at the office, shrunk toward the category in the whole
organisation: (sum + m * parent) / (n + m), m = 20. With few ratings the office's own
mean says little: an average office is flagged by luck in 25 % of cells of ten.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Avg, Count, Q, QuerySet

from feedback.models import Rating

PERIOD = timedelta(days=90)
WEIGHT = 20
# Before anybody has rated anything: the middle of the scale.
NOTHING_KNOWN = 3.0


@dataclass(frozen=True)
class Reference:
    mean: float
    n: int  # ratings of this very category and office


def reference_for(
    *, root_id: int, category_id: int | None, office_id: int | None, at: datetime
) -> Reference:
    """The reference before the rating that is judged is stored.

    A second rating is given after somebody cared: it would flatter the office.
    """
    recent = Rating.objects.filter(second=False, at__gt=at - PERIOD, at__lte=at)
    city = recent.filter(root_id=root_id)
    alike = Q(category=category_id) if category_id else Q(category=None)
    parent, parent_n = _mean(city.filter(alike))
    if not parent_n:
        parent, parent_n = _mean(city)
    here = Q(office=office_id) if office_id else Q(office=None)
    if not parent_n:
        parent = NOTHING_KNOWN
    own, n = _mean(city.filter(alike, here))
    return Reference(mean=shrunk(own * n, n, parent), n=n)


def shrunk(own_sum: float, n: int, parent_mean: float, weight: int = WEIGHT) -> float:
    """The mean of few, drawn toward the mean of many as if `weight` more had given it.

    With n = 0 it is the parent's; with n far above the weight it is one's own.
    """
    return (own_sum + weight * parent_mean) / (n + weight)


def _mean(rows: QuerySet[Rating]) -> tuple[float, int]:
    found = rows.aggregate(mean=Avg("score"), n=Count("pk"))
    return float(found["mean"] or 0), int(found["n"])
