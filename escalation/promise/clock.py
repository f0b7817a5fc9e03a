"""The promise to the citizen: prescribed time, calendar, pauses, and why that date.

`due_at` is counted from registration. Only a pause and a named re-computation (another
category or place) move it; opening again, forwarding and comments never do.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from complaints.actors import SYSTEM_ACTOR
from complaints.models import Category, Complaint
from complaints.models.category import Horizon
from complaints.services import set_deadline
from escalation import reference
from escalation.models import ServiceLevel, Step
from escalation.promise.explaining import MOST_DAYS_NAMED
from escalation.promise.explaining import (
    explain as explain,  # "why this date", with its sum
)
from officers.calendar import (
    OPEN,
    Pause,
    WorkingTime,
    add_working,
    format_hours,
    with_pauses,
)
from officers.calendar import explain as spans_of
from officers.models import Area, Calendar, Organisation

DEFAULT = "default_hours"
WARN = "warn"
# An owner hears before it is late: at half of a short time, at four fifths of a long.
WARN_AT = {Horizon.IMMEDIATE: 0.5}
WARN_LATE = 0.8


@dataclass(frozen=True)
class Promise:
    """`reason` holds codes and numbers; promise/explaining.py makes sentences."""

    due_at: datetime
    reason: dict[str, Any]
    warn_at: datetime


@dataclass(frozen=True)
class Terms:
    """The prescribed time and what it was taken from."""

    hours: int
    calendar: Calendar | None
    area_kind: str
    basis: str
    source: str = ""


def promise(
    organisation: Organisation,
    category: Category | None,
    area: Area | None,
    registered_at: datetime,
    pauses: Sequence[Pause] = (),
) -> Promise:
    terms = _terms(organisation, category, area, registered_at)
    time = reference.working_time(terms.calendar, organisation.timezone)
    amount = timedelta(hours=terms.hours)
    due_at = with_pauses(registered_at, amount, pauses, time)
    if due_at is None:  # a pause without an end; nobody asks then
        raise ValueError("a promise needs pauses that have ended")
    reason = {
        "hours": terms.hours,
        "calendar": terms.calendar.code if terms.calendar else "",
        "calendar_id": terms.calendar.pk if terms.calendar else None,
        "always": time.always,
        "area_kind": terms.area_kind,
        "basis": terms.basis,
        "source": terms.source,
        "pauses": [
            [begin.isoformat(), end.isoformat()] for begin, end in pauses if end
        ],
        **_weeks(time, due_at),
        **_days_off(registered_at, amount, time, pauses),
    }
    share = _warn_share(category)
    warn_at = with_pauses(registered_at, amount * share, pauses, time) or due_at
    return Promise(due_at, reason, warn_at)


def _warn_share(category: Category | None) -> float:
    horizon = category.horizon if category else Horizon.IMMEDIATE
    return WARN_AT.get(Horizon(horizon), WARN_LATE)


def _terms(
    organisation: Organisation,
    category: Category | None,
    area: Area | None,
    registered_at: datetime,
) -> Terms:
    kind = area_kind(area)
    level = _level(category, kind, reference.local_day(organisation.pk, registered_at))
    if level is None:
        hours, calendar = (
            organisation.default_hours,
            reference.calendar_of(organisation.pk),
        )
        return Terms(hours, calendar, kind, DEFAULT)
    calendar = reference.calendars.get().get(level.calendar_id)
    return Terms(level.hours, calendar, kind, level.basis, level.source)


def _level(category: Category | None, kind: str, day: date) -> ServiceLevel | None:
    """The prescribed time in force on the day of registration, the newest first."""
    if category is None:
        return None
    rows = reference.levels.get()
    for area_kind in dict.fromkeys((kind, Area.Kind.URBAN)):
        for row in rows.get((category.pk, area_kind), ()):
            if reference.in_force(row.valid_to, day, row.valid_from):
                return row
    return None


def area_kind(area: Area | None) -> str:
    """Mixed and unknown count as urban: the shorter promise."""
    if area is not None and area.kind == Area.Kind.RURAL:
        return str(Area.Kind.RURAL)
    return str(Area.Kind.URBAN)


def _weeks(time: WorkingTime, due_at: datetime) -> dict[str, Any]:
    """The hours that were counted with: the sum stays what it was, whatever the
    calendar says later."""
    if time.always:
        return {}
    last = due_at.astimezone(ZoneInfo(time.zone)).date()
    changes = [(day, week) for day, week in time.changes if day <= last]
    return {
        "zone": time.zone,
        "weeks": [
            ["", format_hours(time.week)],
            *([day.isoformat(), format_hours(week)] for day, week in changes),
        ],
    }


def _days_off(
    start: datetime, amount: timedelta, time: WorkingTime, pauses: Sequence[Pause]
) -> dict[str, Any]:
    """Whole days on the way that did not count, and how many of them are holidays."""
    if time.always:
        return {}
    zone = ZoneInfo(time.zone)
    spans = spans_of(start, amount, time, pauses)
    worked: set[date] = set()
    for span in spans:
        if span.why == OPEN:
            worked |= set(_dates(span.begin, span.end, zone))
    first = start.astimezone(zone).date()
    last = spans[-1].end.astimezone(zone).date() if spans else first
    off = [
        day
        for day in (first + timedelta(days=n) for n in range((last - first).days))
        if day not in worked
    ]
    holidays = {day for day in off if day in time.holidays and time.hours_on(day)}
    off = [day for day in off if day in holidays or not time.hours_on(day)]
    return {
        "days_off": [day.isoformat() for day in off[:MOST_DAYS_NAMED]],
        "days_off_count": len(off),
        "holidays": [day.isoformat() for day in off if day in holidays],
    }


def _dates(begin: datetime, end: datetime, zone: ZoneInfo) -> list[date]:
    """The local days that a span touches; one that ends at midnight not the next."""
    first = begin.astimezone(zone).date()
    last = (end - timedelta(microseconds=1)).astimezone(zone).date()
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


# The complaint's own clock ------------------------------------------------------


def promise_for(complaint: Complaint, pauses: Sequence[Pause] | None = None) -> Promise:
    return promise(
        reference.organisation(complaint.organisation_id),
        reference.category(complaint.category_id),
        reference.area(complaint.area_id),
        complaint.registered_at,
        pauses_of(complaint.due_reason) if pauses is None else pauses,
    )


def pauses_of(reason: Mapping[str, Any]) -> list[Pause]:
    return [
        (datetime.fromisoformat(begin), datetime.fromisoformat(end))
        for begin, end in reason.get("pauses", ())
    ]


def recompute(
    complaint: Complaint,
    why: str,
    at: datetime,
    *,
    pauses: Sequence[Pause] | None = None,
    **step: Any,
) -> None:
    """Count again from registration and say what called for it, by one event."""
    found = promise_for(complaint, pauses)
    set_deadline(
        complaint,
        actor=SYSTEM_ACTOR,
        at=at,
        why=why,
        due_at=found.due_at,
        due_reason=found.reason,
        **step,
    )
    plan_warning(complaint, found.warn_at)


def plan_warning(complaint: Complaint, warn_at: datetime) -> None:
    """One waiting step a complaint: the sweep takes it when its moment has come."""
    Step.objects.filter(complaint=complaint, name=WARN, at=None).delete()
    Step.objects.get_or_create(complaint=complaint, name=WARN, for_at=warn_at)


def hours_of(complaint: Complaint) -> float:
    """The prescribed hours in force, as the promise was counted."""
    hours = complaint.due_reason.get("hours")
    if isinstance(hours, int | float) and hours > 0:
        return float(hours)
    return float(reference.organisation(complaint.organisation_id).default_hours)


def working_time_of(complaint: Complaint) -> WorkingTime:
    """The calendar that the promise was counted with."""
    organisation = reference.organisation(complaint.organisation_id)
    calendar = reference.calendars.get().get(
        complaint.due_reason.get("calendar_id") or 0
    )
    return reference.working_time(calendar, organisation.timezone)


def after(complaint: Complaint, start: datetime, share: float) -> datetime:
    """A share of the prescribed time after a moment, by the complaint's calendar."""
    amount = timedelta(hours=hours_of(complaint) * share)
    return add_working(start, amount, working_time_of(complaint))


def office_hours_after(complaint: Complaint, start: datetime, hours: int) -> datetime:
    """Working hours of the organisation that holds it now."""
    organisation = reference.organisation(complaint.organisation_id)
    calendar = reference.office_hours_of(organisation.pk)
    time = reference.working_time(calendar, organisation.timezone)
    return add_working(start, timedelta(hours=hours), time)
