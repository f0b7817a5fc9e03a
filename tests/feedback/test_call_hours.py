from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django.test import SimpleTestCase
from hypothesis import given
from hypothesis import strategies as st

from complaints.services.tries import APART_MINUTES
from feedback.call_hours import AGAIN_AFTER, call_again_at, in_civil_hours
from officers.models import Organisation

MINUTE = timedelta(minutes=1)
INDIA = ZoneInfo("Asia/Kolkata")
CITY = Organisation(timezone="Asia/Kolkata")
START = datetime(2026, 1, 1, tzinfo=UTC)
MOMENTS = st.integers(0, 366 * 1440).map(lambda minutes: START + minutes * MINUTE)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=INDIA)


class CivilHourTests(SimpleTestCase):
    def test_it_waits_for_ten_in_the_morning_there(self) -> None:
        assert in_civil_hours(at(21, 9, 12), CITY) == at(21, 10)
        assert in_civil_hours(at(21, 10), CITY) == at(21, 10)
        assert in_civil_hours(at(21, 18, 59), CITY) == at(21, 18, 59)
        assert in_civil_hours(at(21, 19), CITY) == at(22, 10)


class AgainTests(SimpleTestCase):
    def test_it_follows_after_two_hours_one_three_and_seven_days(self) -> None:
        first = at(2, 10)
        assert call_again_at(first, 1, [first], CITY) == at(2, 12)
        tries = [first, at(2, 12)]
        assert call_again_at(tries[-1], 2, tries, CITY) == at(3, 18)
        tries.append(at(3, 18))
        assert call_again_at(tries[-1], 3, tries, CITY) == at(6, 15)
        tries.append(at(6, 15))
        fourth = call_again_at(tries[-1], 4, tries, CITY)
        assert fourth.date() == at(13, 15).date()
        fifth = call_again_at(fourth, 5, [*tries, fourth], CITY)
        assert fifth - fourth >= AGAIN_AFTER[-1] - timedelta(days=1)

    def test_it_is_never_at_night(self) -> None:
        late = at(2, 18, 30)
        assert call_again_at(late, 1, [late], CITY) == at(3, 10)

    @given(MOMENTS, st.integers(1, 9))
    def test_it_lies_ahead_in_civil_hours(self, now: datetime, made: int) -> None:
        found = call_again_at(now, made, [now], CITY)
        assert found > now
        assert found == in_civil_hours(found, CITY)
        assert found >= now + AGAIN_AFTER[0]

    @given(MOMENTS)
    def test_the_second_and_third_try_are_at_other_times_of_day(
        self, now: datetime
    ) -> None:
        """So that three tries can be the three that let a closing stand."""
        tries = [in_civil_hours(now, CITY)]
        for made in (1, 2):
            tries.append(call_again_at(tries[-1], made, tries, CITY))
        times = [t.astimezone(INDIA) for t in tries]
        minutes = sorted(t.hour * 60 + t.minute for t in times)
        assert minutes[1] - minutes[0] >= APART_MINUTES
        assert minutes[2] - minutes[1] >= APART_MINUTES
