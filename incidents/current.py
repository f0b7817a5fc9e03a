"""Incidents that are open now, kept in each process.

Every door asks before it takes a complaint in: while nothing is open this costs no
query, and when something is, only whoever looks at one complaint's membership reads.
"""

from collections.abc import Collection

from complaints.models import Complaint
from incidents.models import Incident, Membership
from incidents.scope import near
from officers.models import Organisation
from officers.trees import root_of
from operations.generation import ReferenceCache, bump

_REFERENCE = "incidents"
RELATED = ("organisation", "area", "category", "cause")
LARGE = ("area__boundary", "area__words", "category__words")


def _read() -> list[Incident]:
    rows = Incident.objects.open().select_related(*RELATED).defer(*LARGE)
    return list(rows.order_by("pk"))


_kept = ReferenceCache(_REFERENCE, _read)


def changed() -> None:
    """In the transaction of whoever opens, changes or ends one."""
    bump(_REFERENCE)


def open_at(organisation_id: int) -> list[Incident]:
    """Of the organisation, those below it and above it. Not to be written to."""
    kept = _kept.get()
    if not kept:
        return []
    ours = near(organisation_id)
    return [each for each in kept if each.organisation_id in ours]


def find_open(organisation: Organisation, pk: int) -> Incident | None:
    """An open one by its key, for a door that was given it: no query."""
    return next((each for each in open_at(organisation.pk) if each.pk == pk), None)


def incident_of(complaint: Complaint) -> Incident | None:
    """The open incident that this complaint is part of."""
    return incidents_of([complaint]).get(complaint.pk)


def incidents_of(complaints: Collection[Complaint]) -> dict[int, Incident]:
    """The open incident of each member among them: one query, or none."""
    kept = {each.pk: each for each in _kept.get()}
    if not kept or not complaints:
        return {}
    roots = {root_of(each.organisation_id) for each in kept.values()}
    asked = [each.pk for each in complaints if root_of(each.organisation_id) in roots]
    rows = Membership.objects.filter(complaint__in=asked, left_at=None)
    pairs = rows.values_list("complaint_id", "incident_id")
    return {member: kept[incident] for member, incident in pairs if incident in kept}
