"""Three days, three hours, one by voice: the sentence of the trade, as a sum."""

from datetime import UTC, datetime, timedelta
from itertools import combinations
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from complaints.services.tries import Try, hour_is_new, lacking

ZONE = "Asia/Kolkata"
MON = datetime(2026, 11, 23, tzinfo=ZoneInfo(ZONE))
FIRST = MON.replace(hour=10)
SECOND = MON.replace(hour=13) + timedelta(days=1)
THIRD = MON.replace(hour=17) + timedelta(days=2)


def lacks(*tries: tuple[datetime, str], ways: frozenset[str] | None = None) -> set[str]:
    made = [Try(at, way) for at, way in tries]
    found = lacking(made, ZONE, ways) if ways else lacking(made, ZONE)
    return set(found)


class TriesTests:
    def test_it_is_enough_on_three_days_hours_and_two_ways_with_a_call(self) -> None:
        assert lacks((FIRST, "sms"), (SECOND, "sms"), (THIRD, "call")) == set()
        assert lacks((FIRST, "sms"), (SECOND, "voice"), (THIRD, "email")) == set()

    def test_it_misses_everything_at_first(self) -> None:
        assert lacks() == {"tries", "days", "hours", "voice", "ways"}

    def test_it_wants_three(self) -> None:
        assert "tries" in lacks((FIRST, "sms"), (SECOND, "call"))

    def test_it_wants_three_days_by_the_citizens_clock(self) -> None:
        late = MON.replace(hour=19)
        assert lacks((FIRST, "sms"), (late, "sms"), (SECOND, "call")) == {"days"}
        # Monday in London and already Tuesday in Pune
        over = datetime(2026, 11, 23, 19, 0, tzinfo=UTC)
        third = MON.replace(hour=14) + timedelta(days=2)
        assert lacks((FIRST, "sms"), (over, "sms"), (third, "call")) == set()

    def test_it_wants_hours_two_apart_round_the_clock(self) -> None:
        near = FIRST + timedelta(days=1, minutes=119)
        assert lacks((FIRST, "sms"), (near, "sms"), (THIRD, "call")) == {"hours"}
        apart = FIRST + timedelta(days=1, minutes=120)
        assert lacks((FIRST, "sms"), (apart, "sms"), (THIRD, "call")) == set()
        night, morning = MON.replace(hour=23), MON.replace(hour=0, minute=30)
        found = lacks(
            (night, "sms"), (morning + timedelta(days=2), "sms"), (SECOND, "call")
        )
        assert found == {"hours"}

    def test_it_wants_a_voice(self) -> None:
        assert lacks((FIRST, "sms"), (SECOND, "email"), (THIRD, "sms")) == {"voice"}

    def test_it_wants_two_ways_and_three_of_who_has_three(self) -> None:
        calls = ((FIRST, "call"), (SECOND, "call"), (THIRD, "call"))
        assert lacks(*calls) == {"ways"}
        three = frozenset({"sms", "email", "call"})
        two = ((FIRST, "sms"), (SECOND, "sms"), (THIRD, "call"))
        assert lacks(*two, ways=three) == {"ways"}

    def test_it_asks_no_voice_of_who_has_no_phone(self) -> None:
        mails = ((FIRST, "email"), (SECOND, "email"), (THIRD, "email"))
        assert lacks(*mails, ways=frozenset({"email"})) == set()

    def test_any_three_of_many_may_be_the_ones(self) -> None:
        again = [(FIRST + timedelta(days=n), "sms") for n in range(5)]
        assert lacks(*again, (SECOND, "email"), (THIRD, "call")) == set()

    @given(
        st.lists(
            st.tuples(
                st.datetimes(datetime(2026, 11, 1), datetime(2026, 11, 20)),  # noqa: DTZ001 (a zone is put on below)
                st.sampled_from(["sms", "email", "voice", "call"]),
            ),
            max_size=6,
        )
    )
    def test_enough_means_three_that_hold_it(
        self, drawn: list[tuple[datetime, str]]
    ) -> None:
        tries = [Try(at.replace(tzinfo=ZoneInfo(ZONE)), way) for at, way in drawn]
        holds = any(
            len({one.at.date() for one in three}) == 3
            and len({one.way for one in three}) >= 2
            and {one.way for one in three} & {"voice", "call"}
            and all(_apart(a.at, b.at) for a, b in combinations(three, 2))
            for three in combinations(tries, 3)
        )
        assert (lacking(tries, ZONE) == ()) == holds


def _apart(one: datetime, other: datetime) -> bool:
    minutes = abs(one.hour * 60 + one.minute - other.hour * 60 - other.minute)
    return min(minutes, 1440 - minutes) >= 120


class NewHourTests:
    def test_it_is_another_day_and_two_hours_from_each(self) -> None:
        made = [Try(FIRST, "sms"), Try(SECOND, "sms")]
        assert hour_is_new(made, THIRD, ZONE)
        assert not hour_is_new(made, THIRD.replace(hour=11), ZONE)
        assert not hour_is_new(made, SECOND.replace(hour=19), ZONE)
        assert hour_is_new([], FIRST, ZONE)
