"""Working time against a slow and plain model: a walk from minute to minute.

The walk knows the wall clock, the hours in force on that day, the days off and the
pauses; it adds a minute at a time. The real arithmetic must agree with it everywhere.
"""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from officers.calendar import (
    OPEN,
    Hours,
    NeverOpen,
    Pause,
    Week,
    WorkingTime,
    add_working,
    explain,
    format_hours,
    is_open,
    next_opening,
    parse_hours,
    with_pauses,
    working_between,
)

MINUTE = timedelta(minutes=1)
ROME, INDIA, NEPAL, LONDON = (
    "Europe/Rome", "Asia/Kolkata", "Asia/Kathmandu", "Europe/London",
)  # fmt: skip
# Monday, in UTC, of weeks in which the clock is moved, of a leap day, and of none.
WEEKS_OF = (
    (ROME, datetime(2026, 3, 26, tzinfo=UTC)),
    (ROME, datetime(2026, 10, 22, tzinfo=UTC)),
    (LONDON, datetime(2026, 10, 23, tzinfo=UTC)),
    (INDIA, datetime(2028, 2, 27, tzinfo=UTC)),
    (INDIA, datetime(2026, 11, 19, tzinfo=UTC)),
    (NEPAL, datetime(2026, 12, 30, tzinfo=UTC)),
)
STRETCH = 6 * 1440  # minutes that the walk goes at most


class Walk:
    """The plain model."""

    def __init__(self, cal: WorkingTime, pauses: list[Pause] | None = None) -> None:
        self.cal = cal
        self.zone = ZoneInfo(cal.zone)
        self.pauses = pauses or []

    def week_on(self, day: date) -> Week:
        week = self.cal.week
        for since, changed in self.cal.changes:
            if since <= day:
                week = changed
        return week

    def is_open(self, moment: datetime) -> bool:
        if self.cal.always:
            return True
        wall = moment.astimezone(self.zone)
        if wall.date() in self.cal.holidays:
            return False
        hours = self.week_on(wall.date()).get(wall.weekday(), ())
        clock = wall.time()
        return any(a <= clock and (clock < b or b == time()) for a, b in hours)

    def counts(self, moment: datetime) -> bool:
        paused = any(
            begin <= moment and (end is None or moment < end)
            for begin, end in self.pauses
        )
        return self.is_open(moment) and not paused

    def between(self, begin: datetime, minutes: int) -> timedelta:
        return MINUTE * sum(self.is_open(begin + n * MINUTE) for n in range(minutes))

    def due(self, begin: datetime, minutes: int) -> datetime | None:
        """None where the walk came to its end before."""
        for n in range(STRETCH):
            if not minutes:
                return begin + n * MINUTE
            minutes -= self.counts(begin + n * MINUTE)
        return None


# What is drawn ------------------------------------------------------------------------


def _hours(cuts: list[int]) -> Hours:
    """Split shifts, lunch breaks and nights: cuts of the day in five minutes."""
    times = [time(cut // 12 % 24, cut % 12 * 5) for cut in sorted(set(cuts))]
    return tuple(zip(times[::2], times[1::2], strict=False))


DAYS = st.lists(st.integers(0, 288), max_size=6).map(_hours)
WEEKS = st.dictionaries(st.integers(0, 6), DAYS, max_size=7)


@st.composite
def calendars(draw: st.DrawFn) -> tuple[WorkingTime, datetime]:
    zone, first = draw(st.sampled_from(WEEKS_OF))
    start = first + draw(st.integers(0, 2 * 1440)) * MINUTE
    days = st.integers(-1, 6).map(lambda n: first.date() + timedelta(days=n))
    holidays = frozenset(draw(st.lists(days, max_size=2)))
    since = sorted(draw(st.lists(days, max_size=2, unique=True)))
    changes = tuple((day, draw(WEEKS)) for day in since)
    return WorkingTime(zone, False, draw(WEEKS), holidays, changes), start


Drawn = tuple[WorkingTime, datetime]
PAUSES = st.lists(st.tuples(st.integers(-600, 5000), st.integers(0, 1500)), max_size=3)


def _pauses(start: datetime, drawn: list[tuple[int, int]]) -> list[Pause]:
    return [
        (start + begin * MINUTE, start + (begin + length) * MINUTE)
        for begin, length in drawn
    ]


class WalkTests:
    @settings(deadline=None, max_examples=60)
    @given(calendars(), st.integers(0, 3 * 1440))
    def test_it_counts_what_the_walk_counts(self, drawn: Drawn, minutes: int) -> None:
        cal, start = drawn
        end = start + minutes * MINUTE
        plain = Walk(cal).between(start, minutes)
        assert working_between(start, end, cal) == plain
        assert working_between(end, start, cal) == -plain
        assert is_open(end, cal) == Walk(cal).is_open(end)

    @settings(deadline=None, max_examples=60)
    @given(calendars(), st.timedeltas(timedelta(0), timedelta(hours=60)))
    def test_adding_is_counting_backwards(
        self, drawn: Drawn, amount: timedelta
    ) -> None:
        cal, start = drawn
        in_the_end = cal.changes[-1][1] if cal.changes else cal.week
        assume(any(in_the_end.values()))
        due = add_working(start, amount, cal)
        assert working_between(start, due, cal) == amount
        if amount:
            assert is_open(due - timedelta(microseconds=1), cal)
        assert add_working(start, amount + MINUTE, cal) > due
        assert next_opening(due, cal) >= due

    @settings(deadline=None, max_examples=60)
    @given(calendars(), st.integers(0, 1500), PAUSES)
    def test_it_is_due_when_the_walk_arrives(
        self, drawn: Drawn, minutes: int, cut: list[tuple[int, int]]
    ) -> None:
        cal, start = drawn
        pauses = _pauses(start, cut)
        plain = Walk(cal, pauses).due(start, minutes)
        assume(plain is not None)
        due = with_pauses(start, minutes * MINUTE, pauses, cal)
        # The walk steps on to the next minute that it looks at; both mean the same.
        assert due == plain

    @settings(deadline=None, max_examples=50)
    @given(calendars(), st.integers(1, 1200), PAUSES)
    def test_its_sum_has_no_gap_and_is_the_amount(
        self, drawn: Drawn, minutes: int, cut: list[tuple[int, int]]
    ) -> None:
        cal, start = drawn
        pauses = _pauses(start, cut)
        due = Walk(cal, pauses).due(start, minutes)
        assume(due is not None)
        spans = explain(start, minutes * MINUTE, cal, pauses)
        assert (spans[0].begin, spans[-1].end) == (start, due)
        assert all(one.end == two.begin for one, two in pairwise(spans))
        worked = [span for span in spans if span.why == OPEN]
        assert sum((span.length for span in worked), timedelta()) == minutes * MINUTE
        for span in worked:
            assert working_between(span.begin, span.end, cal) == span.length
            assert all(
                begin == end or span.end <= begin or (end and end <= span.begin)
                for begin, end in pauses
            )

    @settings(deadline=None, max_examples=50)
    @given(calendars(), st.integers(0, 2000))
    def test_it_opens_when_the_walk_meets_an_open_minute(
        self, drawn: Drawn, minutes: int
    ) -> None:
        cal, start = drawn
        begin = start + minutes * MINUTE
        walk = Walk(cal)
        found = (n for n in range(STRETCH) if walk.is_open(begin + n * MINUTE))
        first = next(found, None)
        assume(first is not None)
        assert first is not None
        assert next_opening(begin, cal) == begin + first * MINUTE

    @settings(deadline=None, max_examples=50)
    @given(WEEKS)
    @example({0: ((time(10), time(13, 30)), (time(14), time()))})
    def test_what_it_writes_it_reads(self, week: Week) -> None:
        kept = {day: hours for day, hours in week.items() if hours}
        assert parse_hours(format_hours(week)) == kept


# By name, so that a reader sees what the walk has been over ---------------------------


def at(text: str, zone: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


class ChangedHoursTests:
    """An organisation that changes its hours: each day by the hours in force then."""

    WEEK = parse_hours("mon-fri 10:00-13:30 14:00-18:00")  # 7 h 30 min
    SUMMER = parse_hours("mon-fri 08:00-14:00")  # 6 h
    CAL = WorkingTime(INDIA, False, WEEK, frozenset(), ((date(2026, 12, 1), SUMMER),))
    BEFORE = WorkingTime(INDIA, False, WEEK, frozenset())

    def test_a_promise_before_the_change_keeps_its_sum(self) -> None:
        start = at("2026-11-23 10:00", INDIA)
        for hours in (1, 8, 37):
            amount = timedelta(hours=hours)
            assert add_working(start, amount, self.CAL) == add_working(
                start, amount, self.BEFORE
            )

    def test_one_after_it_uses_the_new_hours(self) -> None:
        start = at("2026-12-01 07:00", INDIA)
        due = add_working(start, timedelta(hours=8), self.CAL)
        assert due == at("2026-12-02 10:00", INDIA)

    def test_one_over_it_counts_each_day_by_its_own(self) -> None:
        start = at("2026-11-30 10:00", INDIA)  # Monday: 7 h 30, then 6 h, then 30 min
        due = add_working(start, timedelta(hours=14), self.CAL)
        assert due == at("2026-12-02 08:30", INDIA)

    def test_it_may_open_for_the_first_time_and_close_for_good(self) -> None:
        opens = WorkingTime(INDIA, False, {}, frozenset(), self.CAL.changes)
        assert next_opening(at("2026-11-30 10:00", INDIA), opens) == at(
            "2026-12-01 08:00", INDIA
        )
        shut = WorkingTime(
            INDIA, False, self.WEEK, frozenset(), ((date(2026, 12, 1), {}),)
        )
        with pytest.raises(NeverOpen):
            next_opening(at("2026-12-01 10:00", INDIA), shut)

    def test_changes_stand_in_order(self) -> None:
        twice = ((date(2026, 12, 1), self.WEEK), (date(2026, 12, 1), self.SUMMER))
        for changes in (twice, (*self.CAL.changes, (date(2026, 11, 1), self.WEEK))):
            with pytest.raises(ValueError, match="order"):
                WorkingTime(INDIA, False, self.WEEK, frozenset(), changes)


class NamedNightTests:
    NIGHTS = WorkingTime(ROME, False, parse_hours("daily 00:00-06:00"), frozenset())

    @pytest.mark.parametrize(
        ("night", "hours"), [("2026-03-29", 5), ("2026-10-25", 7), ("2026-10-26", 6)]
    )
    def test_a_night_in_rome_has_its_own_length(self, night: str, hours: int) -> None:
        begin = at(f"{night} 00:00", ROME)
        assert working_between(begin, at(f"{night} 06:00", ROME), self.NIGHTS) == (
            timedelta(hours=hours)
        )
        assert Walk(self.NIGHTS).between(begin, 8 * 60) == timedelta(hours=hours)

    def test_half_hours_of_india_and_quarters_of_nepal(self) -> None:
        for zone in (INDIA, NEPAL):
            cal = WorkingTime(zone, False, parse_hours("thu 09:15-17:45"), frozenset())
            start = at("2026-11-26 09:15", zone)
            assert add_working(start, timedelta(hours=8.5), cal) == at(
                "2026-11-26 17:45", zone
            )
