"""How many answers an area needs: the figures of the trade, and every size between."""

from math import sqrt

from hypothesis import given
from hypothesis import strategies as st

from feedback.panel.size import asked_first, seats, wanted

SIZES = st.integers(min_value=0, max_value=5_000_000)


class SizeTests:
    def test_it_is_97_from_500_consumers_on(self) -> None:
        assert [wanted(n) for n in (500, 501, 4000, 3_000_000)] == [97] * 4

    def test_it_is_at_most_81_below(self) -> None:
        assert wanted(499) == 81
        assert [wanted(n) for n in (0, 1, 2, 10, 100)] == [0, 1, 2, 10, 50]

    @given(SIZES)
    def test_it_wants_no_more_than_live_there(self, n: int) -> None:
        assert 0 <= wanted(n) <= asked_first(n) <= seats(n) <= n

    @given(SIZES, SIZES)
    def test_it_never_falls_as_the_area_grows(self, one: int, other: int) -> None:
        small, large = sorted((one, other))
        assert wanted(small) <= wanted(large)

    @given(st.integers(min_value=2, max_value=5_000_000))
    def test_its_answers_are_right_to_ten_points(self, consumers: int) -> None:
        n = wanted(consumers)
        part_not_asked = (consumers - n) / (consumers - 1)
        half = 1.96 * sqrt(0.25 / n * part_not_asked)
        assert half <= 0.1005  # the rounding of 499 consumers to 81


class LotSizeTests:
    def test_it_draws_for_those_who_will_not_answer(self) -> None:
        assert asked_first(10_000) == 243
        assert seats(10_000) == 486
        assert seats(12) == 12
