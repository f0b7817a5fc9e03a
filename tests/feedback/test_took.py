import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.refusals import Invalid
from feedback.took import MOST_MINUTES, UNITS, minutes_of, read_took, spoken

SPOKEN = {
    "2 hours": 120,
    "2hrs": 120,
    "4 no 3 days": 4320,
    "no 3 days": 4320,
    "45 min, thanks": 45,
    "it took 1 day 4 hours": 1680,
    "1.5 hours": 90,
    "1,5 ore": 90,
    "3 giorni, troppo": 4320,
    "20 minuti": 20,
    "2 घंटे लगे": 120,
    "२ घण्टे": 120,
    "३ दिन": 4320,
    "30 मिनट": 30,
    "तीन नहीं, 2 दिन और 3 घंटे": 3060,
    "2 तास लागले": 120,
    "१ दिवस आणि ४ तास": 1680,
    "15 मिनिटे": 15,
    "1 आठवडा": 10080,
    "2 ghante lage": 120,
    "3 din": 4320,
}
NOTHING = (
    "", "thank you", "2", "hours", "2 horses", "call 18001030222", "10 metres",
    "you said 2 hours, it took 3 days", "2 hours 3 hours", "12-3 days", "4/5 days",
    "99999 days", "20.11.2026 days",
)  # fmt: skip


class ReadTookTests:
    @pytest.mark.parametrize(("words", "minutes"), SPOKEN.items())
    def test_it_reads_a_time_in_four_languages(self, words: str, minutes: int) -> None:
        assert read_took(words) == minutes

    @pytest.mark.parametrize("words", NOTHING)
    def test_it_guesses_nothing(self, words: str) -> None:
        assert read_took(words) is None

    @given(st.text(max_size=700))
    def test_it_bears_whatever_is_written(self, words: str) -> None:
        found = read_took(words)
        assert found is None or 0 <= found <= MOST_MINUTES

    @given(
        st.integers(0, 3000),
        st.sampled_from([("minutes", 1), ("घंटे", 60), ("दिवस", 1440), ("ore", 60)]),
        st.sampled_from(["", "thanks ", "काम झाले ", "non ", "ठीक है, "]),
    )
    def test_it_reads_every_number(
        self, number: int, unit: tuple[str, int], before: str
    ) -> None:
        word, minutes = unit
        assert read_took(f"{before}{number} {word}") == number * minutes


class MinutesOfTests:
    def test_it_takes_both_sets_of_digits_and_a_point_or_comma(self) -> None:
        assert minutes_of("२", "hours") == 120
        assert minutes_of("१.५", "days") == 2160
        assert minutes_of("1,5", "hours") == 90
        assert minutes_of(" 0 ", "minutes") == 0
        assert minutes_of("", "hours") is minutes_of("  ", "") is None

    @pytest.mark.parametrize(
        ("typed", "unit", "field"),
        [
            ("two", "hours", "took"), ("-1", "hours", "took"), ("1 2", "days", "took"),
            ("2", "", "took_unit"), ("2", "weeks", "took_unit"),
            ("9999999", "days", "took"),
        ],
    )  # fmt: skip
    def test_it_says_what_it_cannot_read(
        self, typed: str, unit: str, field: str
    ) -> None:
        with pytest.raises(Invalid) as refused:
            minutes_of(typed, unit)
        assert refused.value.field == field

    @given(st.text(max_size=30), st.sampled_from([*UNITS, "", "x"]))
    def test_it_bears_whatever_is_typed(self, typed: str, unit: str) -> None:
        try:
            found = minutes_of(typed, unit)
        except Invalid:
            return
        assert found is None or 0 <= found <= MOST_MINUTES


class SpokenTests:
    @pytest.mark.parametrize(
        ("minutes", "said"),
        [
            (None, ""), (0, "0 minutes"), (1, "1 minute"), (90, "90 minutes"),
            (60, "1 hour"), (2880, "2 days"), (1500, "25 hours"),
        ],
    )  # fmt: skip
    def test_it_says_it_in_the_unit_that_it_is_whole_in(
        self, minutes: int | None, said: str
    ) -> None:
        assert spoken(minutes) == said
