"""Who holds which role where, on a given day."""

from collections.abc import Collection
from datetime import datetime

from officers.models import Department, Officer, Posting, Role
from officers.trees import area_path, organisation_path

HEAD_OF_LEVEL = {2: Role.DEPT_HEAD, 3: Role.ZONE_HEAD, 4: Role.COMMISSIONER}


def posted(
    roles: Collection[str],
    *,
    organisation_id: int,
    office_id: int | None,
    department: Department | None,
    at: datetime,
) -> list[Posting]:
    """Postings with one of the roles that cover the office, the nearest first.

    A posting without area covers its whole organisation, one without department every
    department. Nearest: the smallest area, then the smallest organisation.
    """
    organisations = organisation_path(organisation_id)
    areas = area_path(office_id)
    rows = (
        Posting.objects.on(at.date())
        .filter(role__in=roles, organisation_id__in=organisations)
        .select_related("officer")
        .order_by("pk")
    )
    fitting = [
        row
        for row in rows
        if (row.area_id is None or row.area_id in areas)
        and (row.department_id is None or row.department_id == _id(department))
    ]
    return sorted(
        fitting,
        key=lambda row: (
            areas.index(row.area_id) if row.area_id else len(areas),
            organisations.index(row.organisation_id),
            row.department_id is None,
            row.pk,
        ),
    )


def head_of(
    level: int,
    *,
    organisation_id: int,
    office_id: int | None,
    department: Department | None,
    at: datetime,
) -> Officer | None:
    """The head at a level of the ladder (2 office, 3 zone, 4 top), else the next up."""
    for step in range(level, 5):
        found = posted(
            (HEAD_OF_LEVEL[step],),
            organisation_id=organisation_id,
            office_id=office_id,
            department=department,
            at=at,
        )
        if found:
            return found[0].officer
    return None


def _id(department: Department | None) -> int | None:
    return department.pk if department else None
