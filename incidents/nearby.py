"""Is it known already? An open incident there, and open complaints near by.

What a citizen may see of complaints is their kind, area, stage and date: no number, no
words.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from math import cos, hypot, radians

from django.db.models import Q, QuerySet
from rapidfuzz.fuzz import token_set_ratio

from complaints.models import Category, Complaint
from complaints.text import fold
from incidents import current
from incidents.models import Incident
from officers.models import Area, Organisation
from officers.trees import area_path, area_subtree, organisation_subtree, root_of

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
    first. `point` is (latitude, longitude). Confidential kinds are never shown, and the
    members of an open incident are not: it stands for them."""
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
    members = current.incidents_of(list(found.values()))
    alone = (row for row in found.values() if row.pk not in members)
    return _ranked(alone, category, text)[:limit]


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


# One fault behind many ------------------------------------------------------------

Point = tuple[float, float]


def open_incidents(
    organisation: Organisation,
    category: Category | None,
    area: Area | None,
    point: Point | None,
    at: datetime,
) -> list[Incident]:
    """Open ones that may be the very fault, the likeliest first.

    Of the same kind or its group; while no kind is known, of any. Those that cover the
    area come before those somewhere in it. `point` counts where no area is known.
    """
    if category is not None and category.confidential:
        return []
    alike = [
        (kind, each)
        for each in current.open_at(organisation.pk)
        if (kind := _kind_rank(each, category)) is not None and each.declared_at <= at
    ]
    if not alike:
        return []
    if area is None:
        held = _holding([each.area_id for _kind, each in alike], point)
        alike = [pair for pair in alike if pair[1].area_id in held]
        return [each for _kind, each in sorted(alike, key=lambda pair: pair[0])]
    places = _place_ranks(area, whole=category is not None)
    ranked = [
        (places[each.area_id], kind, -each.pk, each)
        for kind, each in alike
        if each.area_id in places
    ]
    return [row[-1] for row in sorted(ranked, key=lambda row: row[:3])]


def _kind_rank(incident: Incident, category: Category | None) -> int | None:
    known = incident.category
    if category is None or known.pk == category.pk:
        return 0
    same = (known.organisation_id, known.group_code) == (
        category.organisation_id,
        category.group_code,
    )
    return 1 if same else None


def _place_ranks(area: Area, *, whole: bool) -> dict[int, int]:
    """The area, what it lies in, and what lies in it; of a whole city only itself."""
    path = area_path(area.pk)
    ranks = {pk: rank for rank, pk in enumerate(path)}
    if whole and area.parent_id is not None:
        ranks |= {pk: len(path) for pk in area_subtree(area.pk) - ranks.keys()}
    return ranks


def _holding(area_ids: list[int], point: Point | None) -> set[int]:
    """Which of these areas hold the point: one query, and only where some are open."""
    if point is None:
        return set()
    from shapely import Point as Spot  # half a second that most processes never need
    from shapely.geometry import shape

    spot = Spot(point[1], point[0])
    rows = Area.objects.filter(pk__in=area_ids, boundary__isnull=False)
    found = rows.values_list("pk", "boundary")
    return {pk for pk, outline in found if outline and shape(outline).covers(spot)}
