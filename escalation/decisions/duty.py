"""Who answers at an office now: shifts, leave, skills, open work, and the heads above.

Reads only. The day and the hour are those of the organisation's own time zone.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from django.conf import settings
from django.db.models import Case, Count, IntegerField, Sum, Value, When

from complaints.models import Category, Complaint
from complaints.models.category import Criticality
from escalation import reference
from escalation.models import Skill
from officers.calendar import WorkingTime, is_open
from officers.duty import HEAD_OF_LEVEL
from officers.hours import of_shift
from officers.models import (
    Area,
    Department,
    Leave,
    Officer,
    Organisation,
    Posting,
    Role,
)
from officers.trees import REFERENCE, area_path, organisation_path
from operations.generation import ReferenceCache

ANSWERING = (Role.OFFICER, Role.PARTNER)
WORKING = (*ANSWERING, Role.FIELD_STAFF, Role.DEPT_HEAD)
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


_Moment = dict[tuple[int, int | None, frozenset[str], datetime], list[Post]]
_moment: ContextVar[_Moment | None] = ContextVar("moment", default=None)


@contextmanager
def one_moment() -> Iterator[None]:
    """Within it the same posts are read once: for many complaints, seen alike."""
    token = _moment.set({})
    try:
        yield
    finally:
        _moment.reset(token)


def posts(
    organisation: Organisation,
    office: Area | None,
    roles: Collection[str],
    at: datetime,
) -> list[Post]:
    """The postings that cover an office, the nearest first.

    Without an office: the postings to the whole organisation.
    """
    known = _moment.get()
    if known is None:
        return _posts(organisation, office, roles, at)
    key = (organisation.pk, office.pk if office else None, frozenset(roles), at)
    if key not in known:
        known[key] = _posts(organisation, office, roles, at)
    return list(known[key])


def officer(pk: int | None) -> Officer | None:
    """From the postings that are kept; asked for only where none is held any more."""
    kept = reference.holders.get().get(pk) if pk else None
    return kept or Officer.objects.filter(pk=pk or 0).first()


def _posts(
    organisation: Organisation,
    office: Area | None,
    roles: Collection[str],
    at: datetime,
) -> list[Post]:
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
    present = not (officer.away or on_leave(officer, day))
    return Post(
        officer=officer,
        role=row.role,
        area_id=row.area_id,
        department_id=row.department_id,
        ring=ring,
        on_duty=present and is_open(at, _hours(officer, organisation)),
        present=present,
    )


def on_leave(officer: Officer, day: date, *, around: int = 0) -> Leave | None:
    """The leave that holds this day, or one so many days before or after it."""
    near = timedelta(days=around)
    leaves = reference.leaves.get().get(officer.pk, ())
    return next(
        (one for one in leaves if one.from_date - near <= day <= one.to_date + near),
        None,
    )


def _hours(officer: Officer, organisation: Organisation) -> WorkingTime:
    shift, zone = getattr(officer, "shift", None), organisation.timezone
    own = of_shift(shift.hours, zone) if shift else None
    if own is not None:
        return own
    # Without a shift (or with one that cannot be read): there in office hours.
    return reference.working_time(reference.office_hours_of(organisation.pk), zone)


# Skills ---------------------------------------------------------------------------


def _learned() -> dict[int, frozenset[int]]:
    """Who has learned each kind of work."""
    found: dict[int, set[int]] = defaultdict(set)
    rows = Skill.objects.filter(active=True)
    for category_id, officer_id in rows.values_list("category", "officer"):
        found[category_id].add(officer_id)
    return {pk: frozenset(officers) for pk, officers in found.items()}


_skills = ReferenceCache(REFERENCE, _learned)


def skilled(category: Category | None) -> frozenset[int]:
    if category is None:
        return frozenset()
    return _skills.get().get(category.pk, frozenset())


# Choosing -------------------------------------------------------------------------


def choose(
    organisation: Organisation,
    office: Area,
    department: Department | None,
    at: datetime,
    *,
    urgent: bool = True,
    category: Category | None = None,
    pool: Collection[int] = (),
    but: Collection[int] = (),
) -> Officer | None:
    """The officer on duty who knows the work and has the least of it open.

    Nobody on duty: those posted there and not on leave, in the same order; nobody:
    the head; nobody: none. What is urgent goes to whoever is on duty, be it at the
    zone's night desk; what is not waits for the office's own people. `but`: officers
    who must not be it (complaints/services/false_closing.py).
    """
    roles = (*ANSWERING, *HEAD_OF_LEVEL.values())
    found = [
        post
        for post in posts(organisation, office, roles, at)
        if post.officer.pk not in but
    ]
    return pick(found, department, urgent=urgent, category=category, pool=pool)


def pick(
    found: list[Post],
    department: Department | None,
    *,
    urgent: bool = True,
    category: Category | None = None,
    pool: Collection[int] = (),
) -> Officer | None:
    """`choose` from postings that were read already. `pool`: officers whom a rule of
    the desk names; they come first if any of them is there."""
    there = [p for p in found if p.role in ANSWERING and p.serves(department)]
    present = [post for post in there if post.present]
    on_duty = [post for post in present if post.on_duty]
    chosen = on_duty if urgent and on_duty else present
    if not chosen:
        return head_in(found, 2, department, present_only=True)
    learned = skilled(category)

    def turn(post: Post) -> tuple[bool, int, bool, bool]:
        pk = post.officer.pk
        return (pk not in pool, post.ring, not post.on_duty, pk not in learned)

    return _fairest([list(row) for _, row in groupby(sorted(chosen, key=turn), turn)])


def _fairest(turns: list[list[Post]]) -> Officer:
    """Of the first who have room the one with the least work; if all have too much,
    of the very first."""
    if len({post.officer.pk for row in turns for post in row}) == 1:
        return turns[0][0].officer
    first: Officer | None = None
    for row in turns:
        officers = {post.officer.pk: post.officer for post in row}
        work = _open_work(officers)
        free = [pk for pk in officers if not _too_much(work.get(pk, _NONE).count)]
        least = min(free or officers, key=lambda pk: (work.get(pk, _NONE).weight, pk))
        if free:
            return officers[least]
        first = first or officers[least]
    return first or turns[0][0].officer


# Open work ------------------------------------------------------------------------


@dataclass(frozen=True)
class Work:
    weight: int
    count: int


_NONE = Work(0, 0)


def _too_much(count: int) -> bool:
    most: int = settings.MOST_OPEN_PER_OFFICER
    return 0 < most <= count


def open_work(officer_ids: Iterable[int]) -> dict[int, int]:
    """Open complaints of each, by weight; officers without any are left out."""
    return {pk: work.weight for pk, work in _open_work(officer_ids).items()}


def _open_work(officer_ids: Iterable[int]) -> dict[int, Work]:
    whens = [
        When(criticality=criticality, then=Value(weight))
        for criticality, weight in WEIGHTS.items()
    ]
    weight = Case(*whens, default=Value(1), output_field=IntegerField())
    rows = (
        Complaint.objects.open()
        .filter(owner__in=list(officer_ids))
        .values("owner_id")
        .annotate(load=Sum(weight), n=Count("pk"))
        .values_list("owner_id", "load", "n")
    )
    return {pk: Work(load, n) for pk, load, n in rows}


def candidates(
    organisation: Organisation,
    office: Area,
    department: Department | None,
    at: datetime,
    *,
    category: Category | None = None,
    but: Collection[int] = (),
) -> list[Candidate]:
    """Who could take it, for the list of a person who hands it over: best first."""
    learned = skilled(category)
    best: dict[int, Post] = {}
    for post in posts(organisation, office, WORKING, at):
        if post.present and post.serves(department) and post.officer.pk not in but:
            best.setdefault(post.officer.pk, post)
    load = open_work(best) if best else {}
    found = [
        (
            post.role == Role.DEPT_HEAD, not post.on_duty, post.ring,
            pk not in learned, load.get(pk, 0), pk,
        )
        for pk, post in best.items()
    ]  # fmt: skip
    return [
        Candidate(best[pk].officer, best[pk].on_duty, work)
        for _head, _off, _ring, _unlearned, work, pk in sorted(found)
    ]


def head(
    complaint: Complaint, level: int, at: datetime, *, but: Collection[int] = ()
) -> Officer | None:
    """Level 2 the office's head, 3 the zone's, 4 the top; else the next one up.

    `but`: officers who must not be it: who called it solved hears no dispute of it.
    """
    office = reference.area(complaint.office_id)
    organisation = reference.organisation(complaint.organisation_id)
    roles = set(HEAD_OF_LEVEL.values())
    if office is None:
        # Work that no office holds is the desk's: its second level is the supervisor.
        roles = roles - {Role.DEPT_HEAD} | {Role.SUPERVISOR}
    found = posts(organisation, office, roles, at)
    others = [post for post in found if post.officer.pk not in but]
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
