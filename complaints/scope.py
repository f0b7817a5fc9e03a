"""Who sees which complaint. There is no other road to one."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.module_loading import import_string

from complaints.actors import APPEALS, NO_COMPLAINTS, OWN_JOBS, TRUSTED, Actor
from complaints.status import OPEN_STATUSES
from officers.models import Posting
from officers.trees import area_subtree, organisation_subtree

if TYPE_CHECKING:
    from complaints.models import Complaint, Custody, Event

NOBODY = Q(pk__in=[])
# So many offices are most of an organisation. PostgreSQL takes the two for independent
# filters and collects the keys of all complaints of both, twice 180,000 for a page of
# fifty. "Those offices, or no criticality at all" are the same rows, which
# complaint_criticality_known sees to, but nothing that it reads an index for.
MANY_OFFICES = 8
_NEVER = Q(criticality="")


class ComplaintQuerySet(models.QuerySet["Complaint"]):
    def held_by(self, actor: Actor) -> Self:
        """What the actor's offices answer for now: every queue and count."""
        return self.filter(_held(actor.postings))

    def visible_to(self, actor: Actor) -> Self:
        """All the actor may read: what it holds, and what it held before."""
        if actor.kind == "system":
            return self.all()
        if actor.kind == "citizen":
            return self.filter(_of_citizen(actor))
        return self.filter(_held(actor.postings) | _was_held(actor.postings))

    def open(self) -> Self:
        return self.filter(status__in=OPEN_STATUSES)

    def late(self, at: datetime) -> Self:
        """Past the promise; while the citizen owes an answer the time stands still."""
        running = Q(paused_at__isnull=True) | Q(due_at__lt=F("paused_at"))
        return self.open().filter(running, due_at__lt=at)


def readable_until(actor: Actor, complaint: "Complaint") -> datetime | None:
    """A former holder reads its own leg: until when; None where all may be read."""
    if actor.kind == "system" or actor.roles_on(complaint):
        return None
    legs = _custody().filter(complaint=complaint)
    ends = legs.filter(_legs_of(actor.postings)).values_list("to_at", flat=True)
    return max((end for end in ends if end is not None), default=None)


def _any(parts: Iterable[Q]) -> Q:
    whole = NOBODY
    for part in parts:
        whole = part if whole is NOBODY else whole | part
    return whole


def _of_citizen(actor: Actor) -> Q:
    if actor.complaint_id is not None:
        return Q(pk=actor.complaint_id)
    if actor.citizen_id is not None:
        return Q(citizen_id=actor.citizen_id)
    return NOBODY


def _held(postings: Iterable[Posting]) -> Q:
    branches: list[Q] = []
    placed: list[Posting] = []
    for posting in postings:
        if posting.role in NO_COMPLAINTS:
            continue
        if posting.role in OWN_JOBS:
            branches.append(Q(owner_id=posting.officer_id))
        elif posting.role in APPEALS:
            branches.append(_below(posting.organisation_id) & Q(Exists(_appeals())))
        else:
            placed.append(posting)
    reaches = _reaches(placed, or_never=_NEVER)
    return _any([*branches, *(where & _shown(hides) for where, hides in reaches)])


# One branch of SQL for all the postings that differ in the place or the department
# alone: an officer of nine departments, or of nine wards, would make the planner
# weigh nine times as many ways, and try nine conditions on every row.
def _reaches(
    postings: Iterable[Posting], *, or_never: Q = NOBODY
) -> list[tuple[Q, bool]]:
    """What the postings reach, and whether it leaves out what is confidential."""
    departments: dict[tuple[int, int | None, bool, bool], set[int]] = {}
    for posting in postings:
        whole = posting.department_id is None
        place = (posting.organisation_id, posting.area_id, whole, _hides(posting))
        departments.setdefault(place, set()).add(posting.department_id or 0)
    areas: dict[tuple[int, bool, bool, bool, frozenset[int]], set[int]] = {}
    for (organisation, area, whole, hides), found in departments.items():
        reach = (organisation, area is None, whole, hides, frozenset(found))
        areas.setdefault(reach, set()).update(area_subtree(area) if area else ())
    reaches = []
    for (organisation, everywhere, whole, hides, named), offices in areas.items():
        where = _below(organisation)
        if not everywhere:
            # The organisation stays beside it: a holding's office serves several
            # companies, and an office may have moved to another since.
            there = Q(office_id__in=sorted(offices))
            where &= there | or_never if len(offices) > MANY_OFFICES else there
        if not whole:
            where &= Q(department_id__in=sorted(named))
        reaches.append((where, hides))
    return reaches


def _below(organisation: int) -> Q:
    return Q(organisation_id__in=organisation_subtree(organisation))


def _hides(posting: Posting) -> bool:
    """Theft and conduct of staff: for their own department and a trusted few."""
    return (
        posting.role not in TRUSTED | OWN_JOBS
        and posting.department_id is None
        and bool(_confidential())
    )


def _shown(hides: bool) -> Q:
    if not hides:
        return Q()
    return Q(category_id__isnull=True) | ~Q(category_id__in=_confidential())


def _was_held(postings: Iterable[Posting]) -> Q:
    """A former holder reads its own leg: one subquery, or two where some of the
    postings do not show what is confidential."""
    legs: dict[bool, list[Posting]] = {}
    for posting in postings:
        if posting.role not in NO_COMPLAINTS | APPEALS:
            legs.setdefault(_hides(posting), []).append(posting)
    return _any(
        _shown(hides)
        & Q(Exists(_custody().filter(_legs_of(some), complaint=OuterRef("pk"))))
        for hides, some in legs.items()
    )


def _legs_of(postings: Iterable[Posting]) -> Q:
    """The legs of the ledger that lie in the postings' reach."""
    legs: list[Q] = []
    placed: list[Posting] = []
    for posting in postings:
        if posting.role in OWN_JOBS:
            legs.append(Q(officer_id=posting.officer_id))
        elif posting.role not in NO_COMPLAINTS | APPEALS:
            placed.append(posting)
    return _any([*legs, *(where for where, _hides in _reaches(placed))])


def _custody() -> models.QuerySet["Custody"]:
    # Custody points at Complaint, whose manager this is.
    model: type[Custody] = import_string("complaints.models.Custody")
    return model._default_manager.all()


def _appeals() -> models.QuerySet["Event"]:
    model: type[Event] = import_string("complaints.models.Event")
    return model._default_manager.filter(complaint=OuterRef("pk"), kind="appealed")


def _confidential() -> list[int]:
    found: list[int] = import_string("complaints.reference.confidential")()
    return found
