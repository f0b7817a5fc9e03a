"""Working time: which minutes count, and when a number of them will have passed.

Everything is reckoned in UTC and real seconds. A second counts when the clock on the
office wall stands inside the hours of its weekday and the date is no holiday; so the
two nights on which that clock is moved have 23 and 25 hours.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

Hours = tuple[tuple[time, time], ...]
Week = Mapping[int, Hours]
Pause = tuple[datetime, datetime | None]
Seconds = dict[int, list[tuple[timedelta, timedelta]]]

OPEN, CLOSED, PAUSED, HOLIDAY = "open", "closed", "paused", "holiday:"

# A limit no calendar reaches by then is a mistake in the calendar.
_HORIZON = timedelta(days=40 * 366)
_SECOND = timedelta(seconds=1)
_NOTHING = timedelta(0)
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LONG_DAYS = (
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
)  # fmt: skip


class NeverOpen(ValueError):
    """The calendar holds no working time to count in."""


class BadHours(ValueError):
    """Hours that cannot be read: `part` is the piece to mend, `reason` the fault."""

    def __init__(self, part: str, reason: str) -> None:
        super().__init__(f"{part!r}: {reason}")
        self.part = part
        self.reason = reason


@dataclass(frozen=True)
class WorkingTime:
    """Hours by weekday, Monday 0; an interval that ends at 00:00 ends at 24:00.

    `always` counts every second, holidays too: the calendar days of a charter.
    `changes`: from that day on the week is another, in the order of the days.
    """

    zone: str
    always: bool
    week: Week
    holidays: frozenset[date]
    changes: tuple[tuple[date, Week], ...] = ()

    def __post_init__(self) -> None:
        ZoneInfo(self.zone)
        for week in (self.week, *(week for _day, week in self.changes)):
            for weekday, hours in week.items():
                if weekday not in range(7):
                    raise BadHours(str(weekday), "no weekday")
                _check_order(hours)
        days = [day for day, _week in self.changes]
        if days != sorted(set(days)):
            raise ValueError("changes of hours stand in the order of their days")

    @cached_property
    def seconds(self) -> Seconds:
        return _seconds(self.week)

    @cached_property
    def later(self) -> list[tuple[date, Seconds]]:
        """The changes, the newest first."""
        return [(day, _seconds(week)) for day, week in reversed(self.changes)]

    def ever_open(self) -> bool:
        return bool(self.always or self.seconds or any(s for _day, s in self.later))

    def hours_on(self, day: date) -> list[tuple[timedelta, timedelta]]:
        """Since midnight, by the hours in force on that day; holidays apart."""
        for since, seconds in self.later:
            if since <= day:
                return seconds.get(day.weekday(), [])
        return self.seconds.get(day.weekday(), [])


@dataclass(frozen=True, slots=True)
class Span:
    """`why` is "open", "closed", "paused" or "holiday:2026-01-26"."""

    begin: datetime
    end: datetime
    why: str

    @property
    def length(self) -> timedelta:
        return self.end - self.begin

    @property
    def minutes(self) -> int:
        return round(self.length / timedelta(minutes=1))


def is_open(at: datetime, cal: WorkingTime) -> bool:
    return next(_spans(_utc(at), cal)).why == OPEN


def next_opening(at: datetime, cal: WorkingTime) -> datetime:
    """`at` itself while open, else the next moment that counts."""
    return next(span.begin for span in _horizon(_utc(at), cal) if span.why == OPEN)


def add_working(start: datetime, amount: timedelta, cal: WorkingTime) -> datetime:
    """The first moment at which `amount` has been worked since `start`."""
    due = with_pauses(start, amount, (), cal)
    if due is None:  # only a pause without an end has no due date
        raise NeverOpen
    return due


def working_between(a: datetime, b: datetime, cal: WorkingTime) -> timedelta:
    """Working time from `a` to `b`, below zero where `b` comes first."""
    begin, end = _utc(a), _utc(b)
    if end < begin:
        return -working_between(end, begin, cal)
    total = _NOTHING
    for span in _spans(begin, cal):
        if span.begin >= end:
            break
        if span.why == OPEN:
            total += min(span.end, end) - span.begin
    return total


def with_pauses(
    start: datetime, amount: timedelta, pauses: Sequence[Pause], cal: WorkingTime
) -> datetime | None:
    """When `amount` has been worked outside the pauses; None while one stands still.

    Pauses may overlap, lie before `start` or have no end yet.
    """
    if amount < _NOTHING:
        raise ValueError("a time limit is not below zero")
    begin, left = _utc(start), amount
    if not left:
        return begin
    for span in _paused(_horizon(begin, cal), pauses):
        if span.why == OPEN:
            if span.length >= left:
                return span.begin + left
            left -= span.length
    return None


def explain(
    start: datetime, amount: timedelta, cal: WorkingTime, pauses: Sequence[Pause] = ()
) -> list[Span]:
    """Every span from `start` to the due moment, so that a page can show the sum.

    With a pause that has no end, the spans up to that pause.
    """
    due = with_pauses(start, amount, pauses, cal)
    spans: list[Span] = []
    for span in _paused(_horizon(_utc(start), cal), pauses):
        if due is not None and span.begin >= due:
            break
        end = span.end if due is None else min(span.end, due)
        if spans and spans[-1].why == span.why:
            spans[-1] = Span(spans[-1].begin, end, span.why)
        else:
            spans.append(Span(span.begin, end, span.why))
    return spans


def _horizon(start: datetime, cal: WorkingTime) -> Iterator[Span]:
    if not cal.ever_open():
        raise NeverOpen("no opening hours on any day")
    for span in _spans(start, cal):
        if span.begin - start > _HORIZON:
            raise NeverOpen("no end within forty years")
        yield span


def _spans(start: datetime, cal: WorkingTime) -> Iterator[Span]:
    """What each moment from `start` on is, without gaps and without an end."""
    if cal.always:
        yield Span(start, datetime.max.replace(tzinfo=UTC), OPEN)
        return
    for begin, end, wall in _pieces(start, ZoneInfo(cal.zone)):
        hours = cal.hours_on(wall.date())
        if hours and wall.date() in cal.holidays:
            yield Span(begin, end, f"{HOLIDAY}{wall.date()}")
            continue
        midnight = begin - (wall - datetime.combine(wall, time()))
        done = begin
        for opens, closes in hours:
            first, last = max(midnight + opens, done), min(midnight + closes, end)
            if first >= last:
                continue
            if done < first:
                yield Span(done, first, CLOSED)
            yield Span(first, last, OPEN)
            done = last
        if done < end:
            yield Span(done, end, CLOSED)


def _pieces(
    start: datetime, zone: ZoneInfo
) -> Iterator[tuple[datetime, datetime, datetime]]:
    """From `start` on, stretches of one local date and one offset, with their wall
    time at the beginning. Inside a piece the wall clock runs as the seconds do."""
    begin = start
    while True:
        offset = _offset(begin, zone)
        wall = (begin + offset).replace(tzinfo=None)
        midnight = datetime.combine(wall.date() + timedelta(days=1), time())
        end = begin + (midnight - wall)
        if _offset(end - _SECOND, zone) != offset:
            end = _change(begin, end, zone)
        yield begin, end, wall
        begin = end


def _change(begin: datetime, end: datetime, zone: ZoneInfo) -> datetime:
    """The second at which the clock is moved, by halving."""
    offset = _offset(begin, zone)
    low = begin.replace(microsecond=0)
    first, last = 0, -((low - end) // _SECOND)
    while last - first > 1:
        middle = (first + last) // 2
        if _offset(low + middle * _SECOND, zone) == offset:
            first = middle
        else:
            last = middle
    return low + last * _SECOND


def _offset(at: datetime, zone: ZoneInfo) -> timedelta:
    return at.astimezone(zone).utcoffset() or _NOTHING


def _paused(spans: Iterator[Span], pauses: Sequence[Pause]) -> Iterator[Span]:
    """The spans with the pauses cut out; they end where a pause has no end."""
    waiting = _merged(pauses)
    for span in spans:
        done = span.begin
        while waiting and waiting[0][0] < span.end:
            begin, end = waiting[0]
            if done < begin:
                yield Span(done, begin, span.why)
            if end is None:
                return
            done, before = min(max(end, done), span.end), max(begin, done)
            if before < done:
                yield Span(before, done, PAUSED)
            if end > span.end:
                break
            waiting.pop(0)
        if done < span.end:
            yield Span(done, span.end, span.why)


def _merged(pauses: Sequence[Pause]) -> list[Pause]:
    merged: list[Pause] = []
    for begin, end in sorted(
        ((_utc(begin), end and _utc(end)) for begin, end in pauses),
        key=lambda pause: pause[0],
    ):
        if end is not None and end <= begin:
            continue
        last = merged[-1] if merged else None
        if last is None or (last[1] is not None and last[1] < begin):
            merged.append((begin, end))
        elif last[1] is not None and (end is None or end > last[1]):
            merged[-1] = (last[0], end)
    return merged


def _utc(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("a moment needs a zone")
    return at.astimezone(UTC)


def _seconds(week: Week) -> Seconds:
    return {
        weekday: [(_since_midnight(opens), _until(closes)) for opens, closes in day]
        for weekday, day in week.items()
        if day
    }


def _since_midnight(clock: time) -> timedelta:
    return timedelta(
        hours=clock.hour,
        minutes=clock.minute,
        seconds=clock.second,
        microseconds=clock.microsecond,
    )


def _until(clock: time) -> timedelta:
    return _since_midnight(clock) or timedelta(days=1)


def _check_order(hours: Hours) -> None:
    before = _NOTHING
    for opens, closes in hours:
        part = f"{opens:%H:%M}-{_clock(closes)}"
        if _until(closes) <= _since_midnight(opens):
            raise BadHours(part, "ends before it begins; cut it at 24:00")
        if _since_midnight(opens) < before:
            raise BadHours(part, "begins before the hours in front of it end")
        before = _until(closes)


_INTERVAL = re.compile(r"(\d{1,2}):(\d\d)-(\d{1,2}):(\d\d)")


def parse_hours(text: str) -> dict[int, Hours]:
    """Reads "mon-fri 10:00-13:30 14:00-18:00; sat 10:00-14:00"; raises BadHours.

    "daily" is all seven days; "sat,mon" and "fri-mon" work as they look.
    """
    week: dict[int, Hours] = {}
    for group in re.sub("[\u2010-\u2015\u2212]", "-", text.lower()).split(";"):
        words = group.split()
        if not words:
            continue
        if len(words) == 1:
            raise BadHours(words[0], "needs days and hours, as in mon-fri 10:00-18:00")
        hours = tuple(_interval(word) for word in words[1:])
        _check_order(hours)
        for weekday in _weekdays(words[0]):
            if weekday in week:
                raise BadHours(words[0], f"{_DAYS[weekday]} has hours already")
            week[weekday] = hours
    return week


def format_hours(week: Week) -> str:
    """What parse_hours reads, neighbours with equal hours drawn together."""
    groups: list[list[int]] = []
    for weekday in sorted(day for day, hours in week.items() if hours):
        if (
            groups
            and groups[-1][-1] == weekday - 1
            and (week[groups[-1][0]] == week[weekday])
        ):
            groups[-1].append(weekday)
        else:
            groups.append([weekday])
    return "; ".join(_group_text(group, week[group[0]]) for group in groups)


def _group_text(group: list[int], hours: Hours) -> str:
    days = _DAYS[group[0]] + (f"-{_DAYS[group[-1]]}" if len(group) > 1 else "")
    times = (f"{opens:%H:%M}-{_clock(closes)}" for opens, closes in hours)
    return " ".join((days, *times))


def _clock(closes: time) -> str:
    return f"{closes:%H:%M}" if closes != time() else "24:00"


def _weekdays(word: str) -> list[int]:
    if word == "daily":
        return list(range(7))
    days: list[int] = []
    for part in word.split(","):
        first, joint, last = part.partition("-")
        begin = _weekday(first, word)
        end = _weekday(last, word) if joint else begin
        days += [(begin + step) % 7 for step in range((end - begin) % 7 + 1)]
    return days


def _weekday(name: str, word: str) -> int:
    for names in (_DAYS, _LONG_DAYS):
        if name in names:
            return names.index(name)
    raise BadHours(word, f"{name or 'nothing'} is no day; use {' '.join(_DAYS)}")


def _interval(word: str) -> tuple[time, time]:
    found = _INTERVAL.fullmatch(word)
    if found is None:
        raise BadHours(word, "is no interval, as in 10:00-13:30")
    hour, minute, last_hour, last_minute = map(int, found.groups())
    if hour > 23 or minute > 59 or last_minute > 59:
        raise BadHours(word, "there is no such time of day")
    if last_hour > 23 and (last_hour, last_minute) != (24, 0):
        raise BadHours(word, "there is no such time of day")
    if (last_hour, last_minute) == (0, 0):
        raise BadHours(word, "the end of the day is 24:00")
    return time(hour, minute), time(last_hour % 24, last_minute)
