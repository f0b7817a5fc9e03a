from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from officers.calendar import (
    BadHours,
    NeverOpen,
    Pause,
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
HOUR = timedelta(hours=1)
INDIA, ROME = "Asia/Kolkata", "Europe/Rome"
OFFICE = "mon-fri 10:00-13:30 14:00-18:00; sat 10:00-14:00"


def calendar(hours: str, zone: str = INDIA, *holidays: str) -> WorkingTime:
    days = frozenset(map(date.fromisoformat, holidays))
    return WorkingTime(zone, False, parse_hours(hours), days)


def at(text: str, zone: str = INDIA, fold: int = 0) -> datetime:
    local = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold)
    return local.astimezone(UTC)


PUNE = calendar(OFFICE, INDIA, "2026-01-26")
ALWAYS = WorkingTime(INDIA, True, {}, frozenset())


class AddWorkingTests:
    @pytest.mark.parametrize(
        ("start", "hours", "due"),
        [
            ("2026-01-05 10:00", 2, "2026-01-05 12:00"),
            ("2026-01-05 13:00", 1, "2026-01-05 14:30"),  # over the lunch break
            ("2026-01-05 17:00", 2, "2026-01-06 11:00"),
            ("2026-01-05 10:00", 7.5, "2026-01-05 18:00"),  # not the next morning
            ("2026-01-09 18:00", 4, "2026-01-10 14:00"),  # Saturday is short
            ("2026-01-10 20:00", 1, "2026-01-12 11:00"),
            ("2026-01-24 14:00", 1, "2026-01-27 11:00"),  # Sunday and Republic Day
            ("2028-02-28 17:30", 8, "2028-02-29 18:00"),  # a leap day counts
        ],
    )
    def test_it_counts_only_the_hours_of_the_office(
        self, start: str, hours: float, due: str
    ) -> None:
        assert add_working(at(start), hours * HOUR, PUNE) == at(due)

    def test_it_counts_every_second_of_calendar_days(self) -> None:
        start = at("2026-01-24 23:00:01")
        assert add_working(start, 72 * HOUR, ALWAYS) == start + 72 * HOUR
        assert next_opening(start, ALWAYS) == start

    def test_it_answers_in_utc_and_wants_a_zone(self) -> None:
        due = add_working(at("2026-01-05 10:00").astimezone(), HOUR, PUNE)
        assert due.tzinfo is UTC
        with pytest.raises(ValueError, match="zone"):
            add_working(datetime(2026, 1, 5, 10), HOUR, PUNE)  # noqa: DTZ001 (the fault)

    def test_no_time_at_all_is_due_at_once(self) -> None:
        sunday = at("2026-01-04 12:00")
        assert add_working(sunday, timedelta(0), PUNE) == sunday
        assert explain(sunday, timedelta(0), PUNE) == []

    def test_it_refuses_less_than_nothing(self) -> None:
        with pytest.raises(ValueError, match="below zero"):
            add_working(at("2026-01-05 10:00"), -HOUR, PUNE)


class ClockChangeTests:
    ROUND_THE_CLOCK = calendar("daily 00:00-24:00", ROME)
    NIGHT = calendar("sat 22:00-24:00; sun 00:00-06:00", ROME)

    def test_the_short_night_has_23_hours(self) -> None:
        midnight = at("2026-03-29 00:00", ROME)
        day = working_between(midnight, at("2026-03-30", ROME), self.ROUND_THE_CLOCK)
        assert day == 23 * HOUR
        assert add_working(at("2026-03-28 22:00", ROME), 7 * HOUR, self.NIGHT) == at(
            "2026-03-29 06:00", ROME
        )

    def test_the_long_night_has_25_hours(self) -> None:
        midnight = at("2026-10-25 00:00", ROME)
        day = working_between(midnight, at("2026-10-26", ROME), self.ROUND_THE_CLOCK)
        assert day == 25 * HOUR
        assert add_working(at("2026-10-24 22:00", ROME), 9 * HOUR, self.NIGHT) == at(
            "2026-10-25 06:00", ROME
        )

    def test_an_hour_that_the_clock_skips_is_not_worked(self) -> None:
        early = calendar("sun 02:00-04:00", ROME)
        opened = next_opening(at("2026-03-29 00:00", ROME), early)
        assert opened == at("2026-03-29 03:00", ROME)
        assert add_working(opened, HOUR, early) == at("2026-03-29 04:00", ROME)

    def test_an_hour_that_the_clock_repeats_is_worked_twice(self) -> None:
        early = calendar("sun 02:30-03:00", ROME)
        spans = explain(at("2026-10-25 00:00", ROME), HOUR, early)
        opened = [(span.begin, span.minutes) for span in spans if span.why == "open"]
        assert opened == [
            (at("2026-10-25 02:30", ROME), 30),
            (at("2026-10-25 02:30", ROME, fold=1), 30),
        ]

    def test_office_hours_stay_on_the_wall_clock(self) -> None:
        desk = calendar("mon-fri 09:00-13:00", ROME)
        friday = at("2026-03-27 12:00", ROME)
        assert add_working(friday, 2 * HOUR, desk) == at("2026-03-30 10:00", ROME)

    def test_a_zone_whose_midnight_is_skipped(self) -> None:
        # Cairo's clock went from 23:59:59 on Thursday to 01:00 on 26 April 2024.
        cairo = calendar("daily 00:00-24:00", "Africa/Cairo")
        begin, end = (at(f"2024-04-{day}", "Africa/Cairo") for day in (25, 27))
        assert working_between(begin, end, cairo) == 47 * HOUR

    def test_a_date_that_never_was(self) -> None:
        # Samoa had no 30 December 2011, a Friday.
        apia = calendar("fri 00:00-24:00", "Pacific/Apia")
        thursday = at("2011-12-29 12:00", "Pacific/Apia")
        assert next_opening(thursday, apia) == at("2012-01-06", "Pacific/Apia")


class OpenTests:
    def test_it_opens_with_the_first_second_and_shuts_with_the_last(self) -> None:
        assert not is_open(at("2026-01-05 09:59:59"), PUNE)
        assert is_open(at("2026-01-05 10:00"), PUNE)
        assert is_open(at("2026-01-05 13:29:59"), PUNE)
        assert not is_open(at("2026-01-05 13:30"), PUNE)
        assert not is_open(at("2026-01-26 11:00"), PUNE)

    def test_it_names_the_next_opening(self) -> None:
        assert next_opening(at("2026-01-05 13:45"), PUNE) == at("2026-01-05 14:00")
        assert next_opening(at("2026-01-24 15:00"), PUNE) == at("2026-01-27 10:00")
        now = at("2026-01-05 11:11:11")
        assert next_opening(now, PUNE) == now

    def test_a_calendar_without_hours_is_refused_and_not_waited_for(self) -> None:
        empty = calendar("")
        start = at("2026-01-05 10:00")
        with pytest.raises(NeverOpen):
            add_working(start, MINUTE, empty)
        with pytest.raises(NeverOpen):
            next_opening(start, empty)
        assert not is_open(start, empty)
        assert working_between(start, start + 48 * HOUR, empty) == timedelta(0)

    def test_a_limit_out_of_all_proportion_is_refused(self) -> None:
        with pytest.raises(NeverOpen):
            add_working(at("2026-01-05 10:00"), timedelta(days=40_000), PUNE)


class PauseTests:
    START = at("2026-01-05 10:00")

    def due(self, hours: float, *pauses: tuple[str, str | None]) -> datetime | None:
        given: list[Pause] = [(at(a), at(b) if b else None) for a, b in pauses]
        return with_pauses(self.START, hours * HOUR, given, PUNE)

    def test_a_pause_moves_the_due_date_by_the_hours_it_covers(self) -> None:
        paused = self.due(3, ("2026-01-05 11:00", "2026-01-05 12:00"))
        assert paused == at("2026-01-05 14:30")
        assert self.due(1, ("2026-01-05 18:00", "2026-01-06 10:00")) == (
            at("2026-01-05 11:00")
        )

    def test_pauses_that_overlap_count_once(self) -> None:
        assert self.due(
            3,
            ("2026-01-05 11:30", "2026-01-05 12:00"),
            ("2026-01-05 11:00", "2026-01-05 11:45"),
            ("2026-01-05 11:10", "2026-01-05 11:20"),
        ) == at("2026-01-05 14:30")

    def test_a_pause_before_the_start_counts_from_the_start(self) -> None:
        assert self.due(1, ("2026-01-01 10:00", "2026-01-05 10:30")) == (
            at("2026-01-05 11:30")
        )
        assert self.due(1, ("2026-01-01 10:00", "2026-01-02 10:30")) == (
            at("2026-01-05 11:00")
        )

    def test_a_pause_without_an_end_leaves_no_due_date(self) -> None:
        assert self.due(3, ("2026-01-05 11:00", None)) is None
        assert self.due(3, ("2026-01-05 15:00", None)) == at("2026-01-05 13:00")
        assert with_pauses(self.START, HOUR, [(self.START, None)], ALWAYS) is None

    def test_it_shows_the_pause_among_the_spans(self) -> None:
        pause: list[Pause] = [(at("2026-01-05 13:00"), at("2026-01-05 15:00"))]
        spans = explain(self.START, 4 * HOUR, PUNE, pause)
        assert [(span.why, span.minutes) for span in spans] == [
            ("open", 180), ("paused", 120), ("open", 60),
        ]  # fmt: skip
        assert [
            span.why
            for span in explain(self.START, 9 * HOUR, PUNE, [(pause[0][0], None)])
        ] == ["open"]


class ExplainTests:
    def test_it_shows_the_sum(self) -> None:
        spans = explain(at("2026-01-24 13:00"), 2 * HOUR, PUNE)
        assert [(span.why, span.minutes) for span in spans] == [
            ("open", 60),
            ("closed", 34 * 60),
            ("holiday:2026-01-26", 24 * 60),
            ("closed", 600),
            ("open", 60),
        ]
        assert spans[-1].end == at("2026-01-27 11:00")

    def test_a_holiday_on_a_day_off_is_a_day_off(self) -> None:
        sunday = calendar("mon-sat 10:00-18:00", INDIA, "2026-01-25")
        spans = explain(at("2026-01-24 18:00"), HOUR, sunday)
        assert {span.why for span in spans} == {"closed", "open"}


class HoursTests:
    def test_it_reads_days_and_hours(self) -> None:
        morning, afternoon = (time(10), time(13, 30)), (time(14), time(18))
        week = parse_hours(OFFICE)
        assert week == {
            **dict.fromkeys(range(5), (morning, afternoon)),
            5: ((time(10), time(14)),),
        }
        assert format_hours(week) == OFFICE

    @pytest.mark.parametrize(
        ("text", "same"),
        [
            ("daily 00:00-24:00", "mon-sun 00:00-24:00"),
            ("Sat-Mon 9:00-12:00", "mon 09:00-12:00; sat-sun 09:00-12:00"),
            ("friday 10:00\u201311:00;", "fri 10:00-11:00"),
            ("tue,thu 10:00-11:00", "tue 10:00-11:00; thu 10:00-11:00"),
            ("", ""),
        ],
    )
    def test_it_reads_what_people_write(self, text: str, same: str) -> None:
        assert format_hours(parse_hours(text)) == same

    @pytest.mark.parametrize(
        ("text", "part"),
        [
            ("mon-fri", "mon-fri"),
            ("mon-fry 10:00-11:00", "mon-fry"),
            ("- 10:00-11:00", "-"),
            ("mon 10-18", "10-18"),
            ("mon 10:00-18:60", "10:00-18:60"),
            ("mon 10:00-24:01", "10:00-24:01"),
            ("mon 24:00-10:00", "24:00-10:00"),
            ("mon 22:00-06:00", "22:00-06:00"),
            ("mon 10:00-10:00", "10:00-10:00"),
            ("mon 10:00-00:00", "10:00-00:00"),
            ("mon 10:00-14:00 13:00-18:00", "13:00-18:00"),
            ("mon 14:00-18:00 10:00-13:00", "10:00-13:00"),
            ("mon-fri 10:00-11:00; wed 12:00-13:00", "wed"),
        ],
    )
    def test_it_names_the_part_it_cannot_read(self, text: str, part: str) -> None:
        with pytest.raises(BadHours) as refused:
            parse_hours(text)
        assert refused.value.part == part
        assert part in str(refused.value)

    def test_a_calendar_is_checked_however_it_was_made(self) -> None:
        with pytest.raises(BadHours):
            WorkingTime(INDIA, False, {0: ((time(12), time(10)),)}, frozenset())
        with pytest.raises(BadHours):
            WorkingTime(INDIA, False, {7: ()}, frozenset())
        with pytest.raises(KeyError):
            WorkingTime("Asia/Poona", False, {}, frozenset())
