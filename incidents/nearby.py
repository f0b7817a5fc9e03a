"""Is it known already? Open complaints about the same thing near by.

What a citizen may see of them is their kind, area, stage and date: no number, no words.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from math import cos, hypot, radians

from django.db.models import Q, QuerySet
from rapidfuzz.fuzz import token_set_ratio

from complaints.models import Category, Complaint
from complaints.text import fold
from officers.models import Area, Organisation
from officers.trees import organisation_subtree, root_of

NEAR_METRES = 300.0
METRES_PER_DEGREE = 111_320.0
LOOK_BACK = timedelta(days=30)
# Enough to find the likeliest; a city has thousands open.
MOST_COMPARED = 200
SAME_KIND_BONUS = 20.0
# Of another kind only what is said alike: a broken footpath is no pothole.
LEAST_LIKENESS = 60.0


def look_before(
    *,
    organisation: Organisation,
    category: Category | None,
    area: Area | None,
    point: tuple[float, float] | None,
    text: str,
    at: datetime,
    limit: int = 5,
) -> list[Complaint]:
    """Of the same kind or its group, in the same area or within 300 m, the most alike
    first. `point` is (latitude, longitude). Confidential kinds are never shown."""
    if area is None and point is None:
        return []
    rows = _open(organisation, category, at)
    found: dict[int, Complaint] = {}
    if area is not None:
        found |= {row.pk: row for row in _newest(rows.filter(area=area))}
    if point is not None:
        found |= {
            row.pk: row
            for row in _newest(rows.filter(_box(*point)))
            if _metres(row, *point) <= NEAR_METRES
        }
    return _ranked(found.values(), category, text)[:limit]


def _open(
    organisation: Organisation, category: Category | None, at: datetime
) -> QuerySet[Complaint]:
    rows = Complaint.objects.open().filter(
        organisation__in=organisation_subtree(root_of(organisation.pk)),
        registered_at__gte=at - LOOK_BACK,
    )
    if category is None:
        return rows.filter(Q(category=None) | Q(category__confidential=False))
    return rows.filter(
        category__organisation_id=category.organisation_id,
        category__group_code=category.group_code,
        category__confidential=False,
    )


def _newest(rows: QuerySet[Complaint]) -> list[Complaint]:
    chosen = rows.select_related("category", "area", "organisation")
    return list(chosen.order_by("-registered_at")[:MOST_COMPARED])


def _box(latitude: float, longitude: float) -> Q:
    high = NEAR_METRES / METRES_PER_DEGREE
    wide = high / max(cos(radians(latitude)), 0.01)
    return Q(
        latitude__range=(latitude - high, latitude + high),
        longitude__range=(longitude - wide, longitude + wide),
    )


def _metres(row: Complaint, latitude: float, longitude: float) -> float:
    """On a flat map: good to a metre at this distance."""
    if row.latitude is None or row.longitude is None:
        return float("inf")
    north = (row.latitude - latitude) * METRES_PER_DEGREE
    east = (row.longitude - longitude) * METRES_PER_DEGREE * cos(radians(latitude))
    return hypot(north, east)


def _ranked(
    found: Iterable[Complaint], category: Category | None, text: str
) -> list[Complaint]:
    said = fold(text)

    def likeness(row: Complaint) -> float:
        score = token_set_ratio(said, fold(row.text)) if said else 0.0
        if category is not None and row.category_id == category.pk:
            return LEAST_LIKENESS + SAME_KIND_BONUS + score
        return score

    newest = sorted(found, key=lambda row: row.registered_at, reverse=True)
    ranked = sorted(newest, key=likeness, reverse=True)
    return [row for row in ranked if likeness(row) >= LEAST_LIKENESS]
