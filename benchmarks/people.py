"""Who looks at the lists: one posting of each kind, the busiest there is."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from complaints.actors import Actor
from complaints.models import Complaint
from officers.models import Officer, Organisation, Posting, Role
from officers.trees import area_subtree, organisation_subtree

WHOLE = (Role.AGENT, Role.MONITORING_TEAM)
PLACED = (Role.OFFICER, Role.DEPT_HEAD, Role.ZONE_HEAD)


@dataclass(frozen=True)
class Reader:
    label: str  # "PMC agent"
    officer: Officer
    actor: Actor


def readers(at: datetime) -> list[Reader]:
    found = []
    for root in Organisation.objects.filter(parent=None).order_by("pk"):
        for role in (*WHOLE, *PLACED):
            officer = _busiest(root, role)
            if officer is not None:
                label = f"{root.code} {role.value}"
                found.append(Reader(label, officer, Actor.of(officer, at)))
    return found


def _busiest(root: Organisation, role: Role) -> Officer | None:
    postings = Posting.objects.filter(
        role=role, organisation__in=organisation_subtree(root.pk)
    ).select_related("officer")
    if role in WHOLE:
        first = postings.filter(area=None).order_by("pk").first()
        return first.officer if first else None
    return _with_most_open(list(postings.exclude(area=None).order_by("pk")))


def _with_most_open(postings: list[Posting]) -> Officer | None:
    counted = (
        Complaint.objects.open()
        .order_by()
        .values_list("office_id", "department_id")
        .annotate(count=Count("pk"))
    )
    loads = {(office, dept): count for office, dept, count in counted}

    def load(posting: Posting) -> int:
        below = area_subtree(posting.area_id or 0)
        return sum(
            count
            for (office, department), count in loads.items()
            if office in below and posting.department_id in {None, department}
        )

    return max(postings, key=load).officer if postings else None
