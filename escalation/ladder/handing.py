"""Nothing waits for somebody who is not there: a present colleague gets it.

What an office got while nobody was there has no owner; the first who comes gets it.

Work that nobody has begun goes on as soon as its officer is on leave or away; what was
begun too, where the officer has left or is posted elsewhere now. Once for each cause:
whom a person gives it to after that, that one keeps it.
"""

import logging
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.actors import SYSTEM_ACTOR
from complaints.aside import Aside
from complaints.models import Complaint
from complaints.models.category import Horizon
from complaints.services import reassign
from complaints.services.false_closing import false_closers
from complaints.status import Status
from complaints.times import local
from escalation import reference
from escalation.decisions import duty
from escalation.decisions.offices import ROLES
from escalation.models import Step
from officers.models import Leave, Officer, Posting
from officers.trees import (
    area_path,
    area_subtree,
    organisation_path,
    organisation_subtree,
)

LEAVE, AWAY, LEFT, MOVED = "leave", "away", "left", "moved"
NOBODY = "nobody"
WHY: dict[str, str | Promise] = {
    LEAVE: _("the officer before is on leave"),
    AWAY: _("the officer before is away"),
    LEFT: _("the officer before has left"),
    MOVED: _("the officer before works elsewhere now"),
    NOBODY: _("nobody was there when it came"),
}
NOT_BEGUN = (Status.ASSIGNED,)
# A question that was asked runs on by itself and comes back as work in progress.
BEGUN = (Status.ASSIGNED, Status.IN_PROGRESS, Status.ON_HOLD)
BATCH = 50
EVERY = timedelta(minutes=1)
# Where nobody is there at all, others behind it must not wait.
SET_ASIDE = timedelta(minutes=10)
DAY = timedelta(days=1)
READ = ("owner", "organisation", "office", "citizen")
UNREAD = ("search_text", "office__boundary")

log = logging.getLogger(__name__)
_aside = Aside("handing on", SET_ASIDE, log)
_looked: dict[str, datetime] = {}


def tick(at: datetime) -> int:
    """Looks once a minute, and at once again while there is more than a batch."""
    last = _looked.get("at")
    if last is not None and timedelta(0) <= at - last < EVERY:
        return 0
    found = _waiting(at)
    if len(found) < BATCH:
        _looked["at"] = at
    return sum(_safely(pk, at) for pk in found)


def forget() -> None:
    """As a process that has just started (tests)."""
    _aside.clear()
    _looked.clear()


# Whose work, and which ----------------------------------------------------------------


def _waiting(at: datetime) -> list[int]:
    """What is with nobody or with somebody who is not there, the oldest first: three
    statements."""
    _aside.take_back(at)
    unowned = Complaint.objects.filter(
        status=Status.ASSIGNED, owner=None, office__isnull=False
    )
    found = _aside.oldest(unowned, "registered_at", "pk", key="pk", most=BATCH)
    suspects = _suspects(at)
    if not suspects:
        return found
    where = Q(pk__in=[])
    for officer in suspects:
        where |= _work_of(officer, at)
    # Open and of these owners: what complaint_open_by_owner holds, on both engines.
    rows = Complaint.objects.open().filter(owner__in=suspects, office__isnull=False)
    rows = rows.filter(where)
    return found + _aside.oldest(rows, "registered_at", "pk", key="pk", most=BATCH)


def _suspects(at: datetime) -> list[Officer]:
    """With open work, and perhaps not there; the day is that of the earliest zone."""
    day = at.date()
    on_leave = Leave.objects.filter(
        officer=OuterRef("pk"), from_date__lte=day + DAY, to_date__gte=day - DAY
    )
    ended = Posting.objects.filter(officer=OuterRef("pk"), valid_to__lte=day)
    working = Complaint.objects.open().filter(owner=OuterRef("pk"))
    gone = Q(is_active=False) | Q(away=True) | Exists(on_leave) | Exists(ended)
    return list(Officer.objects.filter(gone, Exists(working)).order_by("pk"))


def _work_of(officer: Officer, at: datetime) -> Q:
    mine = Q(owner_id=officer.pk)
    if not officer.is_active:
        return mine & Q(status__in=BEGUN)
    held = _postings(officer, at)
    where = mine & Q(status__in=BEGUN) & ~_reach(held)
    days = {reference.local_day(row.organisation_id, at) for row in held}
    if officer.away or any(duty.on_leave(officer, day) for day in days):
        where |= mine & Q(status__in=NOT_BEGUN)
    return where


def _postings(officer: Officer, at: datetime) -> list[Posting]:
    return [
        row
        for rows in reference.postings.get().values()
        for row in rows
        if row.officer_id == officer.pk and _in_force(row, at)
    ]


def _reach(held: list[Posting]) -> Q:
    """The offices that these postings cover."""
    whole = [row.organisation_id for row in held if row.area_id is None]
    placed = [row.area_id for row in held if row.area_id is not None]
    organisations = {below for pk in whole for below in organisation_subtree(pk)}
    areas = {below for pk in placed for below in area_subtree(pk)}
    return Q(organisation_id__in=organisations) | Q(office_id__in=areas)


def _in_force(row: Posting, at: datetime) -> bool:
    day = reference.local_day(row.organisation_id, at)
    return reference.in_force(row.valid_to, day, row.valid_from)


# One complaint ------------------------------------------------------------------------


def _safely(complaint_id: int, at: datetime) -> bool:
    def act() -> bool:
        rows = Complaint.objects.select_related(*READ).defer(*UNREAD)
        return hand_on(rows.get(pk=complaint_id), at)

    return _aside.safely(complaint_id, at, act)


def hand_on(complaint: Complaint, at: datetime) -> bool:
    """Whether it went to somebody else, for a cause that it had not gone for yet."""
    if complaint.owner is None:
        return _first_owner(complaint, at)
    cause = cause_of(complaint, at)
    owner = complaint.owner
    if cause is None:
        return False
    code, since = cause
    colleague = _colleague(complaint, at)
    if colleague is None or colleague.pk == owner.pk:
        return False
    _step, first = Step.objects.get_or_create(
        complaint=complaint,
        name=f"{code}:{owner.pk}",
        for_at=since,
        defaults={"at": at},
    )
    if not first:
        return False
    reassign(complaint, owner=colleague, actor=SYSTEM_ACTOR, at=at, why=code)
    return True


def _first_owner(complaint: Complaint, at: datetime) -> bool:
    if complaint.status != Status.ASSIGNED:
        return False
    colleague = _colleague(complaint, at)
    if colleague is None:
        return False
    reassign(complaint, owner=colleague, actor=SYSTEM_ACTOR, at=at, why=NOBODY)
    return True


def cause_of(complaint: Complaint, at: datetime) -> tuple[str, datetime] | None:
    """Why its officer does not come to it, and the moment that this counts from."""
    owner = complaint.owner
    if owner is None or complaint.status not in BEGUN:
        return None
    today = local(at, reference.organisation(complaint.organisation_id))
    midnight = today.replace(hour=0, minute=0, second=0, microsecond=0)
    if not owner.is_active:
        return (LEFT, midnight)
    if not _posted(owner, complaint, at):
        return (MOVED, midnight)
    if complaint.status not in NOT_BEGUN:
        return None
    leave = duty.on_leave(owner, midnight.date())
    if leave is not None:
        first = leave.from_date
        return (LEAVE, midnight.replace(first.year, first.month, first.day))
    return (AWAY, midnight) if owner.away else None


def _posted(owner: Officer, complaint: Complaint, at: datetime) -> bool:
    by_place = reference.postings_at.get()
    areas = (*area_path(complaint.office_id), None)
    return any(
        row.officer_id == owner.pk and _in_force(row, at)
        for pk in organisation_path(complaint.organisation_id)
        for area in areas
        for row in by_place.get((pk, area), ())
    )


def _colleague(complaint: Complaint, at: datetime) -> Officer | None:
    """Who would get it if it came in now; what was disputed stays with the heads."""
    office = reference.area(complaint.office_id)
    if office is None:
        return None
    organisation = reference.organisation(complaint.organisation_id)
    department = reference.department(complaint.department_id)
    found = duty.posts(organisation, office, ROLES, at)
    if complaint.reopened:
        barred = false_closers(complaint)
        others = [post for post in found if post.officer.pk not in barred]
        level = max(2, complaint.level)
        return duty.head_in(others, level, department, present_only=True)
    return duty.pick(
        found,
        department,
        urgent=complaint.horizon == Horizon.IMMEDIATE,
        category=reference.category(complaint.category_id),
    )
