"""Reference rows that routing and the clock read, kept in each process."""

import logging
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from complaints.models import Category
from complaints.reference import sources
from escalation.models import ServiceLevel
from officers.calendar import BadHours, Week, WorkingTime, parse_hours
from officers.hours import round_the_clock
from officers.models import (
    Area,
    Calendar,
    Department,
    Leave,
    Officer,
    Organisation,
    Posting,
)
from officers.reference import areas as areas
from officers.reference import departments as departments
from officers.reference import organisations as organisations
from officers.trees import (
    REFERENCE,
    area_subtree,
    organisation_path,
    organisation_subtree,
)
from operations.generation import ReferenceCache

CATEGORIES = "complaints"
LEVELS = "escalation"
log = logging.getLogger(__name__)


def _categories() -> dict[int, Category]:
    return Category.objects.select_related("department").in_bulk()


def _levels() -> dict[tuple[int, str], list[ServiceLevel]]:
    found = defaultdict(list)
    for level in ServiceLevel.objects.order_by("-valid_from"):
        found[level.category_id, level.area_kind].append(level)
    return dict(found)


def _calendars() -> dict[int, Calendar]:
    rows = Calendar.objects.prefetch_related("holidays", "changes")
    rows = rows.select_related("organisation")
    return {row.pk: row for row in rows}


def _postings() -> dict[int, list[Posting]]:
    """By organisation, with holder and shift; who left stays out of it."""
    found = defaultdict(list)
    rows = Posting.objects.filter(officer__is_active=True)
    for row in rows.select_related("officer__shift").order_by("pk"):
        found[row.organisation_id].append(row)
    return dict(found)


def _holders() -> dict[int, Officer]:
    rows = (row for found in postings.get().values() for row in found)
    return {row.officer_id: row.officer for row in rows}


def _postings_at() -> dict[tuple[int, int | None], list[Posting]]:
    """By organisation and area: an office's own are few, a city's hundreds."""
    found = defaultdict(list)
    for organisation_id, rows in postings.get().items():
        for row in rows:
            found[organisation_id, row.area_id].append(row)
    return dict(found)


def _leaves() -> dict[int, list[Leave]]:
    found = defaultdict(list)
    for row in Leave.objects.all():
        found[row.officer_id].append(row)
    return dict(found)


categories = ReferenceCache(CATEGORIES, _categories)
levels = ReferenceCache(LEVELS, _levels)
calendars = ReferenceCache(REFERENCE, _calendars)
postings = ReferenceCache(REFERENCE, _postings)
postings_at = ReferenceCache(REFERENCE, _postings_at)
holders = ReferenceCache(REFERENCE, _holders)
leaves = ReferenceCache(REFERENCE, _leaves)


def area(pk: int | None) -> Area | None:
    return areas.get().get(pk) if pk else None


def category(pk: int | None) -> Category | None:
    return categories.get().get(pk) if pk else None


def source_code(pk: int) -> str:
    found = sources.get().get(pk)
    return found.code if found else ""


def department(pk: int | None) -> Department | None:
    return departments.get().get(pk) if pk else None


def department_code(pk: int) -> str:
    found = departments.get().get(pk)
    return found.code if found else ""


def organisation(pk: int) -> Organisation:
    return organisations.get()[pk]


def categories_of(organisation_id: int, day: date) -> list[Category]:
    """What one may complain about there: its own categories and those above it."""
    path = organisation_path(organisation_id)
    return [
        each
        for each in categories.get().values()
        if each.organisation_id in path and in_force(each.valid_to, day)
    ]


def categories_below(organisation_id: int, day: date) -> list[Category]:
    """What only its parts answer for."""
    below = organisation_subtree(organisation_id) - {organisation_id}
    return [
        each
        for each in (categories.get().values() if below else ())
        if each.organisation_id in below and in_force(each.valid_to, day)
    ]


def _is_top(each: Area) -> bool:
    above = area(each.parent_id)
    return above is None or above.organisation_id != each.organisation_id


def is_whole(pk: int) -> bool:
    """The whole of an organisation, with other areas in it: a city, a discom."""
    found = area(pk)
    return found is not None and _is_top(found) and len(area_subtree(pk)) > 1


def whole_areas(organisation_id: int) -> list[Area]:
    """The tops of the organisation's areas, then of those above it."""
    path = organisation_path(organisation_id)
    tops = [
        each
        for each in areas.get().values()
        if each.organisation_id in path and each.valid_to is None and _is_top(each)
    ]
    return sorted(tops, key=lambda each: (path.index(each.organisation_id), each.code))


def in_force(valid_to: date | None, day: date, valid_from: date | None = None) -> bool:
    return (valid_to is None or day <= valid_to) and (
        valid_from is None or valid_from <= day
    )


def local_day(organisation_id: int, at: datetime) -> date:
    return at.astimezone(ZoneInfo(organisation(organisation_id).timezone)).date()


def calendar_of(organisation_id: int) -> Calendar | None:
    """The calendar of the organisation, else of the nearest one above it."""
    for pk in organisation_path(organisation_id):
        chosen = organisation(pk).calendar_id
        if chosen is not None:
            return calendars.get().get(chosen)
    return None


def office_hours_of(organisation_id: int) -> Calendar | None:
    """The first calendar with office hours: when people without a shift are there."""
    for pk in organisation_path(organisation_id):
        found = [
            row
            for row in calendars.get().values()
            if row.organisation_id == pk and row.kind == Calendar.Kind.OFFICE
        ]
        if found:
            return min(found, key=lambda row: row.code)
    return calendar_of(organisation_id)


def working_time(calendar: Calendar | None, zone: str) -> WorkingTime:
    """A calendar that cannot be read counts every hour: a promise is never lost."""
    if calendar is None or calendar.kind == Calendar.Kind.ALWAYS:
        return round_the_clock(zone)
    try:
        week = parse_hours(calendar.hours)
        changes = hours_changed(hours_since(calendar))
    except BadHours:
        log.exception("calendar %s cannot be read", calendar.code)
        return round_the_clock(zone)
    if not week and not changes:
        return round_the_clock(zone)
    return WorkingTime(
        zone=calendar.organisation.timezone,
        always=False,
        week=week,
        holidays=_days_off(calendar),
        changes=changes,
    )


def hours_since(calendar: Calendar) -> list[tuple[date, str]]:
    """Other hours from a day on, in the order of the days."""
    return sorted((row.valid_from, row.hours) for row in calendar.changes.all())


def hours_changed(since: Iterable[tuple[date, str]]) -> tuple[tuple[date, Week], ...]:
    return tuple((day, parse_hours(hours)) for day, hours in since)


def _days_off(calendar: Calendar) -> frozenset[date]:
    return frozenset(
        holiday.date for holiday in calendar.holidays.all() if not holiday.working
    )


def holiday_names(calendar_id: int, days: Iterable[date]) -> dict[date, str]:
    calendar = calendars.get().get(calendar_id)
    wanted = set(days)
    rows = calendar.holidays.all() if calendar else []
    return {row.date: row.name for row in rows if row.date in wanted}
