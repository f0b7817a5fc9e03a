"""Who answers at an office now: shifts, leave, open work, and the heads above.

Reads only. The day and the hour are those of the organisation's own time zone.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from django.db.models import Case, IntegerField, Sum, Value, When

from complaints.models import Complaint
from complaints.models.category import Criticality
from escalation import reference
from officers.calendar import BadHours, WorkingTime, is_open, parse_hours
from officers.models import (
    Area,
    Department,
    Officer,
    Organisation,
    Posting,
    Role,
)
from officers.trees import area_path, organisation_path

ALWAYS = "always"
ANSWERING = (Role.OFFICER, Role.PARTNER)
WORKING = (*ANSWERING, Role.FIELD_STAFF, Role.DEPT_HEAD)
HEAD_OF_LEVEL = {2: Role.DEPT_HEAD, 3: Role.ZONE_HEAD, 4: Role.COMMISSIONER}
SORTING = (Role.DISPATCHER, Role.SUPERVISOR)
# One emergency weighs as much as three ordinary complaints when work is shared out.
WEIGHTS = {Criticality.EMERGENCY: 3, Criticality.HIGH: 2}


@dataclass(frozen=True)
class Candidate:
    officer: Officer
    on_duty: bool
    open_work: int


@dataclass(frozen=True)
class Post:
    """A posting with what matters of its holder now; ring 0 is the office itself."""

    officer: Officer
    role: str
    area_id: int | None
    department_id: int | None
    ring: int
    on_duty: bool
    present: bool  # not on leave and not away

    def serves(self, department: Department | None) -> bool:
        return (
            department is None
            or self.department_id is None
            or self.department_id == department.pk
        )


def posts(
    organisation: Organisation,
    office: Area | None,
    roles: Collection[str],
    at: datetime,
) -> list[Post]:
    """The postings that cover an office, the nearest first.

    Without an office: the postings to the whole organisation.
    """
    rings = area_path(office.pk) if office else _whole(organisation)
    day = reference.local_day(organisation.pk, at)
    by_place = reference.postings_at.get()
    found = [
        _post(row, ring, organisation, at, day)
        for pk in organisation_path(organisation.pk)
        for ring, area in enumerate((*rings, None))
        for row in by_place.get((pk, area), ())
        if row.role in roles and reference.in_force(row.valid_to, day, row.valid_from)
    ]
    return sorted(found, key=lambda post: (post.ring, post.officer.pk))


def _whole(organisation: Organisation) -> list[int]:
    return [area.pk for area in reference.whole_areas(organisation.pk)]


def _post(
    row: Posting, ring: int, organisation: Organisation, at: datetime, day: date
) -> Post:
    officer = row.officer
    present = not (officer.away or _on_leave(officer, day))
    return Post(
        officer=officer,
        role=row.role,
        area_id=row.area_id,
        department_id=row.department_id,
        ring=ring,
        on_duty=present and is_open(at, _hours(officer, organisation)),
        present=present,
    )


def _on_leave(officer: Officer, day: date) -> bool:
    leaves = reference.leaves.get().get(officer.pk, ())
    return any(leave.from_date <= day <= leave.to_date for leave in leaves)


def _hours(officer: Officer, organisation: Organisation) -> WorkingTime:
    shift = getattr(officer, "shift", None)
    hours = shift.hours.strip().lower() if shift else ""
    zone = organisation.timezone
    if hours == ALWAYS:
        return reference.round_the_clock(zone)
    week = _week(hours, zone) if hours else None
    if week is not None:
        return week
    # Without a shift (or with one that cannot be read): there in office hours.
    return reference.working_time(reference.office_hours_of(organisation.pk), zone)


@lru_cache(maxsize=4096)
def _week(hours: str, zone: str) -> WorkingTime | None:
    try:
        week = parse_hours(hours)
    except BadHours:
        return None
    if not week:
        return None
    return WorkingTime(zone=zone, always=False, week=week, holidays=frozenset())


def choose(
    organisation: Organisation,
    office: Area,
    department: Department | None,
    at: datetime,
    *,
    urgent: bool = True,
) -> Officer | None:
    """The officer on duty with the least open work.

    Nobody on duty: the least loaded of those posted there and not on leave; nobody:
    the head; nobody: none. What is urgent goes to whoever is on duty, be it at the
    zone's night desk; what is not waits for the office's own people.
    """
    roles = (*ANSWERING, *HEAD_OF_LEVEL.values())
    return pick(posts(organisation, office, roles, at), department, urgent=urgent)


def pick(
    found: list[Post], department: Department | None, *, urgent: bool = True
) -> Officer | None:
    """`choose` from postings that were read already."""
    there = [p for p in found if p.role in ANSWERING and p.serves(department)]
    present = [post for post in there if post.present]
    on_duty = [post for post in present if post.on_duty]
    if urgent and on_duty:
        return least_loaded(_nearest(on_duty))
    if present:
        ring = _nearest(present)
        return least_loaded([post for post in ring if post.on_duty] or ring)
    return head_in(found, 2, department, present_only=True)


def _nearest(found: list[Post]) -> list[Post]:
    return [post for post in found if post.ring == found[0].ring]


def least_loaded(found: list[Post]) -> Officer:
    officers = {post.officer.pk: post.officer for post in found}
    if len(officers) == 1:
        return found[0].officer
    load = open_work(officers)
    return officers[min(officers, key=lambda pk: (load.get(pk, 0), pk))]


def open_work(officer_ids: Iterable[int]) -> dict[int, int]:
    """Open complaints of each, by weight; officers without any are left out."""
    whens = [
        When(criticality=criticality, then=Value(weight))
        for criticality, weight in WEIGHTS.items()
    ]
    weight = Case(*whens, default=Value(1), output_field=IntegerField())
    rows = (
        Complaint.objects.open()
        .filter(owner__in=list(officer_ids))
        .values("owner_id")
        .annotate(load=Sum(weight))
        .values_list("owner_id", "load")
    )
    return dict(rows)


def candidates(
    organisation: Organisation,
    office: Area,
    department: Department | None,
    at: datetime,
) -> list[Candidate]:
    """Who could take it, for the list of a person who hands it over: best first."""
    best: dict[int, Post] = {}
    for post in posts(organisation, office, WORKING, at):
        if post.present and post.serves(department):
            best.setdefault(post.officer.pk, post)
    load = open_work(best) if best else {}
    found = [
        (post.role == Role.DEPT_HEAD, not post.on_duty, post.ring, load.get(pk, 0), pk)
        for pk, post in best.items()
    ]
    return [
        Candidate(best[pk].officer, best[pk].on_duty, work)
        for _head, _off, _ring, work, pk in sorted(found)
    ]


def head(
    complaint: Complaint, level: int, at: datetime, *, but: int | None = None
) -> Officer | None:
    """Level 2 the office's head, 3 the zone's, 4 the top; else the next one up.

    `but` is an officer who must not be it: who called it solved hears no dispute of it.
    """
    office = reference.area(complaint.office_id)
    organisation = reference.organisation(complaint.organisation_id)
    roles = set(HEAD_OF_LEVEL.values())
    if office is None:
        # Work that no office holds is the desk's: its second level is the supervisor.
        roles = roles - {Role.DEPT_HEAD} | {Role.SUPERVISOR}
    found = posts(organisation, office, roles, at)
    others = [post for post in found if post.officer.pk != but]
    return head_in(others, level, reference.department(complaint.department_id))


def head_in(
    found: list[Post],
    level: int,
    department: Department | None,
    *,
    present_only: bool = False,
) -> Officer | None:
    """Who is present at this level or above, else who holds the post though absent."""
    ladder = [role for step, role in HEAD_OF_LEVEL.items() if step >= level]
    if level == 2:
        ladder.insert(1, Role.SUPERVISOR)
    serving = [post for post in found if post.serves(department)]
    for present in (True,) if present_only else (True, False):
        for role in ladder:
            at_level = [
                post
                for post in serving
                if post.role == role and post.present in (True, present)
            ]
            if at_level:
                return min(at_level, key=_closeness).officer
    return None


def _closeness(post: Post) -> tuple[int, bool, int]:
    return (post.ring, post.department_id is None, post.officer.pk)


def desk(organisation: Organisation, at: datetime) -> list[Post]:
    """Dispatchers and supervisors who sort what no rule could: on duty, else all."""
    found = [post for post in posts(organisation, None, SORTING, at) if post.present]
    return [post for post in found if post.on_duty] or found
