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
    mine = _any(_leg_of(posting) for posting in actor.postings)
    ends = legs.filter(mine).values_list("to_at", flat=True)
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


# One branch of SQL for postings that differ in the department alone: an officer of
# nine departments would make the planner weigh nine times as many ways.
def _held(postings: Iterable[Posting]) -> Q:
    departments: dict[tuple[int, int | None], tuple[Posting, set[int]]] = {}
    branches: list[Q] = []
    for posting in postings:
        if posting.role in NO_COMPLAINTS:
            continue
        if posting.role in OWN_JOBS:
            branches.append(Q(owner_id=posting.officer_id))
        elif posting.role in APPEALS:
            branches.append(_inside(posting) & Q(Exists(_appeals())))
        elif posting.department_id:
            place = (posting.organisation_id, posting.area_id)
            departments.setdefault(place, (posting, set()))[1].add(
                posting.department_id
            )
        else:
            branches.append(_inside(posting) & _shown_to(posting))
    branches += [
        _inside(posting) & Q(department_id__in=sorted(found))
        for posting, found in departments.values()
    ]
    return _any(branches)


def _inside(posting: Posting) -> Q:
    """The organisation's subtree and the area's, where the posting names one."""
    where = Q(organisation_id__in=organisation_subtree(posting.organisation_id))
    if posting.area_id and posting.role not in APPEALS:
        where &= Q(office_id__in=area_subtree(posting.area_id))
    return where


def _hides(posting: Posting) -> bool:
    """Theft and conduct of staff: for their own department and a trusted few."""
    return (
        posting.role not in TRUSTED | OWN_JOBS
        and posting.department_id is None
        and bool(_confidential())
    )


def _shown_to(posting: Posting) -> Q:
    if not _hides(posting):
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
        _shown_to(some[0])
        & Q(
            Exists(
                _custody().filter(
                    _any(_leg_of(posting) for posting in some),
                    complaint=OuterRef("pk"),
                )
            )
        )
        for some in legs.values()
    )


def _leg_of(posting: Posting) -> Q:
    """The legs of the ledger that lie in a posting's reach."""
    if posting.role in NO_COMPLAINTS | APPEALS:
        return NOBODY
    if posting.role in OWN_JOBS:
        return Q(officer_id=posting.officer_id)
    leg = _inside(posting)
    if posting.department_id:
        leg &= Q(department_id=posting.department_id)
    return leg


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
