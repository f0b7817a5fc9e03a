from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from feedback.office_flags import flagged
from feedback.simulation import simulate


def run(*given: str) -> list[str]:
    out = StringIO()
    call_command("simulate_feedback", *given, stdout=out)
    return out.getvalue().splitlines()


class FlaggedTests:
    def test_it_flags_many_bad_ratings_not_a_few(self) -> None:
        assert not flagged(office_sum=3 * 2, n=3, parent_mean=3.4)
        assert flagged(office_sum=60 * 2, n=60, parent_mean=3.4)

    def test_it_flags_nobody_who_was_not_rated(self) -> None:
        assert not flagged(office_sum=0, n=0, parent_mean=3.4)


class SimulationTests:
    def test_it_flags_at_most_five_percent_of_average_offices(self) -> None:
        found = simulate(offices=100, ratings=10, rounds=60, worse=0, seed=1912)
        assert found.flagged <= 5
        assert 20 <= found.raw <= 30  # what the plain mean would do

    def test_it_still_finds_offices_that_are_worse(self) -> None:
        found = simulate(offices=100, ratings=30, rounds=30, worse=0.1, seed=1912)
        assert found.caught > 70

    def test_it_comes_out_the_same_twice(self) -> None:
        assert run("--rounds", "5") == run("--rounds", "5")

    def test_it_ends_with_the_share(self) -> None:
        words = run("--rounds", "20")[-1].split(" ")
        assert words[0] == "flagged"
        assert words[2:] == ["%", "of", "average", "offices"]
        assert 0 < float(words[1]) <= 5

    def test_it_says_what_it_needs(self) -> None:
        with pytest.raises(CommandError, match="at least 2 offices"):
            run("--offices", "1")
