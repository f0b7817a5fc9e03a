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
        return self.filter(_any(_now(p) for p in actor.postings))

    def visible_to(self, actor: Actor) -> Self:
        """All the actor may read: what it holds, and what it held before."""
        if actor.kind == "system":
            return self.all()
        if actor.kind == "citizen":
            return self.filter(_of_citizen(actor))
        return self.filter(_any(_now(p) | _before(p) for p in actor.postings))

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


def _now(posting: Posting) -> Q:
    if posting.role in NO_COMPLAINTS:
        return NOBODY
    if posting.role in OWN_JOBS:
        return Q(owner_id=posting.officer_id)
    scope = Q(organisation_id__in=organisation_subtree(posting.organisation_id))
    if posting.role in APPEALS:
        return scope & Q(Exists(_appeals()))
    if posting.area_id:
        scope &= Q(office_id__in=area_subtree(posting.area_id))
    if posting.department_id:
        return scope & Q(department_id=posting.department_id)
    if posting.role not in TRUSTED:
        scope &= Q(category__isnull=True) | Q(category__confidential=False)
    return scope


def _before(posting: Posting) -> Q:
    """A former holder reads its own leg."""
    if posting.role in NO_COMPLAINTS | APPEALS:
        return NOBODY
    legs = _custody().filter(_leg_of(posting), complaint=OuterRef("pk"))
    shown = Q(Exists(legs))
    if posting.role in OWN_JOBS:
        return shown
    if posting.role not in TRUSTED and not posting.department_id:
        shown &= Q(category__isnull=True) | Q(category__confidential=False)
    return shown


def _leg_of(posting: Posting) -> Q:
    """The legs of the ledger that lie in a posting's reach."""
    if posting.role in NO_COMPLAINTS | APPEALS:
        return NOBODY
    if posting.role in OWN_JOBS:
        return Q(officer_id=posting.officer_id)
    leg = Q(organisation_id__in=organisation_subtree(posting.organisation_id))
    if posting.area_id:
        leg &= Q(office_id__in=area_subtree(posting.area_id))
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
