"""Holidays from a calendar that somebody publishes at an iCal address (RFC 5545).

Taken over: whole days, several days in a row, and those that come every year. Left out
and counted: hours of a day, other repetitions, days out of all proportion. A day that
people wrote, or a preset, is never touched; nor is its tick "work on this day".
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any
from urllib.parse import urljoin

from django.db import transaction
from django.db.models import Q

from officers.models import Calendar, Holiday
from officers.names import LANGUAGE_CODES
from officers.trees import REFERENCE
from operations.generation import bump
from operations.hourly import hourly
from operations.jobs import RunningJob, enqueue
from operations.outgoing import Answer, Client, OutgoingError

JOB = "fetch_holidays"
SOURCE = "ical"
EVERY = timedelta(hours=20)
AFTER_ERROR = timedelta(hours=1)
BEHIND, AHEAD = timedelta(days=366), timedelta(days=800)
LONGEST = 1_000_000
TIMEOUT = 20.0
MOST_HOPS = 3
MOST_EVENTS = 2000
MOST_DAYS_RUNNING = 31
# What a yearly repetition may say; anything else is left out rather than guessed.
_RULE_PARTS = frozenset(
    {"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYMONTH", "BYMONTHDAY", "BYDAY", "WKST"}
)
log = logging.getLogger(__name__)


class UnreadableError(Exception):
    """No calendar in what came; `code` is kept and shown."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass
class Found:
    days: dict[date, str] = field(default_factory=dict)
    left_out: int = 0


# What the file says ------------------------------------------------------------------


def read(body: bytes, today: date) -> Found:
    """The days off from a year ago to two years ahead."""
    import icalendar  # the worker's alone: a web process does without

    try:
        parsed = icalendar.Calendar.from_ical(body)
        events: list[Any] = list(parsed.walk("VEVENT"))
    except (ValueError, KeyError, IndexError, TypeError) as error:
        raise UnreadableError("no_calendar") from error
    if len(events) > MOST_EVENTS:
        raise UnreadableError("too_many")
    found, moved = Found(), _moved(events)
    for event in events:
        try:
            days = list(_days(event, moved, today))
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError):
            found.left_out += 1
            continue
        for day in days:
            found.days.setdefault(day, str(event.get("SUMMARY", "")).strip()[:200])
    return found


def _moved(events: list[Any]) -> set[tuple[str, date]]:
    """Days of a series that another entry speaks for: cancelled, or on another day."""
    return {
        (str(event.get("UID", "")), _day(event["RECURRENCE-ID"].dt))
        for event in events
        if "RECURRENCE-ID" in event
    }


def _day(value: date) -> date:
    return value.date() if isinstance(value, datetime) else value


def _days(event: Any, moved: set[tuple[str, date]], today: date) -> Iterator[date]:
    """Raises ValueError for what is left out."""
    if str(event.get("STATUS", "")).upper() == "CANCELLED":
        return
    first = event["DTSTART"].dt
    if isinstance(first, datetime) or "RDATE" in event:
        raise ValueError("no whole day")
    length = _length(event, first)
    earliest, latest = today - BEHIND, today + AHEAD
    not_these = _excepted(event)
    own = "RECURRENCE-ID" in event
    uid = str(event.get("UID", ""))
    for begin in _begins(event, first, earliest - length, latest):
        if begin in not_these or (not own and (uid, begin) in moved):
            continue
        for n in range(length.days):
            day = begin + timedelta(days=n)
            if earliest <= day <= latest:
                yield day


def _length(event: Any, first: date) -> timedelta:
    """DTEND is the day after the last; without one it is a single day."""
    if "DTEND" in event:
        end = event["DTEND"].dt
        length: timedelta = _day(end) - first
    else:
        length = event["DURATION"].dt if "DURATION" in event else timedelta(days=1)
    length = max(length, timedelta(days=1))
    if length.days > MOST_DAYS_RUNNING:
        raise ValueError("too long for a holiday")
    return length


def _excepted(event: Any) -> set[date]:
    given = event.get("EXDATE", [])
    lists = given if isinstance(given, list) else [given]
    return {_day(each.dt) for one in lists for each in one.dts}


def _begins(event: Any, first: date, earliest: date, latest: date) -> list[date]:
    if "RRULE" not in event:
        return [first]
    from dateutil.rrule import (  # type: ignore[import-untyped]  # has no stubs
        rrulestr,  # comes with icalendar
    )

    rule = event["RRULE"]
    if isinstance(rule, list) or not rule.keys() <= _RULE_PARTS:
        raise ValueError("a repetition that we do not know")
    if [str(each).upper() for each in rule["FREQ"]] != ["YEARLY"]:
        raise ValueError("not every year")
    if any(int(each) < 1 for each in rule.get("INTERVAL", [1])):
        raise ValueError("it would never go on")
    # A moment with a zone cannot be compared with a day; and a rule that fits no day
    # at all must end somewhere.
    ends = [_day(each) for each in rule.get("UNTIL", [])]
    rule["UNTIL"] = [min([latest, *ends])]
    most = rule.pop("COUNT", [None])[0]
    if first > latest:
        return []
    series = rrulestr(
        rule.to_ical().decode(), dtstart=datetime.combine(first, time()), cache=False
    )
    days = [moment.date() for moment in islice(series, most)]
    return [day for day in days if earliest <= day]


# Fetching ----------------------------------------------------------------------------


def fetch(calendar: Calendar, at: datetime) -> bool:
    """Read the address now and write what was found, or why nothing was."""
    try:
        found = read(_body(calendar.ical_url), at.date())
    except (OutgoingError, UnreadableError) as error:
        _result(calendar, at, error=error.code)
        return False
    with transaction.atomic():
        days = write(calendar, found.days, at.date())
        _result(calendar, at, days=days, left_out=found.left_out)
    bump(REFERENCE)
    return True


def _body(url: str) -> bytes:
    client = Client(allow=lambda host: True, timeout=TIMEOUT, longest=LONGEST)
    for _hop in range(MOST_HOPS):
        answer = client.get(url, headers={"accept": "text/calendar"})
        if answer.status not in (301, 302, 303, 307, 308):
            return _calendar_in(answer)
        url = urljoin(url, answer.headers.get("location", ""))
    raise UnreadableError("too_many_redirects")


def _calendar_in(answer: Answer) -> bytes:
    if answer.status != 200:
        raise UnreadableError(f"status_{answer.status}")
    if b"BEGIN:VCALENDAR" not in answer.body[:2000].upper():
        raise UnreadableError("no_calendar")
    return answer.body


def _result(
    calendar: Calendar,
    at: datetime,
    *,
    error: str = "",
    days: int | None = None,
    left_out: int = 0,
) -> None:
    values: dict[str, Any] = {"ical_tried_at": at, "ical_error": error[:30]}
    if days is not None:
        values |= {"ical_read_at": at, "ical_days": days, "ical_left_out": left_out}
    Calendar.objects.filter(pk=calendar.pk).update(**values)


def write(calendar: Calendar, days: dict[date, str], today: date) -> int:
    """Our own rows follow the address; gone days that lie ahead are taken out.

    How many days the address gives this calendar, those that stood there included.
    """
    there = {row.date: row for row in Holiday.objects.filter(calendar=calendar)}
    language = next(
        (code for code in calendar.organisation.languages if code in LANGUAGE_CODES),
        "en",
    )
    made, changed = [], []
    for day, name in days.items():
        names = {language: name or day.isoformat()}
        row = there.get(day)
        if row is None:
            made.append(
                Holiday(calendar=calendar, date=day, names=names, source=SOURCE)
            )
        elif row.source == SOURCE and row.names != names:
            row.names = names
            changed.append(row)
    gone = [
        row.pk
        for day, row in there.items()
        if row.source == SOURCE and day not in days and day > today and not row.working
    ]
    Holiday.objects.bulk_create(made, ignore_conflicts=True)
    Holiday.objects.bulk_update(changed, ["names"])
    Holiday.objects.filter(pk__in=gone).delete()
    return len(days)


# Once a day --------------------------------------------------------------------------


@hourly("ical")
def tick(at: datetime) -> int:
    """Asks for a job for each address whose day is over."""
    due = Calendar.objects.exclude(ical_url="").filter(
        Q(ical_tried_at=None)
        | Q(ical_tried_at__lte=at - EVERY)
        | (~Q(ical_error="") & Q(ical_tried_at__lte=at - AFTER_ERROR))
    )
    return sum(ask(pk, at) for pk in due.order_by("pk").values_list("pk", flat=True))


def ask(calendar_id: int, at: datetime, requested_by: int | None = None) -> bool:
    with transaction.atomic():
        won = Calendar.objects.filter(
            Q(ical_tried_at=None) | Q(ical_tried_at__lt=at), pk=calendar_id
        ).update(ical_tried_at=at)
        if not won:
            return False
        enqueue(JOB, args={"calendar": calendar_id}, requested_by=requested_by, at=at)
    return True


def fetch_job(job: RunningJob) -> None:
    """args: {"calendar": id}"""
    calendar = (
        Calendar.objects.select_related("organisation")
        .exclude(ical_url="")
        .filter(pk=job.args["calendar"])
        .first()
    )
    if calendar is not None and not fetch(calendar, job.now()):
        log.warning("holidays of calendar %s could not be read", calendar.pk)
