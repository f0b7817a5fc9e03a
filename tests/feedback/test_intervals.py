from hypothesis import given
from hypothesis import strategies as st

from feedback.intervals import mean_interval, share_interval

COUNTS = st.fixed_dictionaries({score: st.integers(0, 60) for score in range(1, 6)})


class MeanIntervalTests:
    def test_it_says_nothing_where_nobody_rated(self) -> None:
        assert mean_interval({}) is None

    def test_it_knows_nothing_from_one_rating(self) -> None:
        found = mean_interval({4: 1})
        assert found is not None
        assert (found.low, found.high, found.n, found.few) == (1, 5, 1, True)

    def test_it_is_as_wide_as_the_field_knows(self) -> None:
        # Spread 1.4: half a width of 0.87 at ten is by z; by t, for few, it is 1.0.
        shape = {1: 2, 2: 1, 3: 2, 4: 2, 5: 3}
        ten = mean_interval(shape)
        thirty = mean_interval({score: 3 * n for score, n in shape.items()})
        hundred = mean_interval({score: 10 * n for score, n in shape.items()})
        assert ten is not None
        assert thirty is not None
        assert hundred is not None
        assert 0.95 < ten.high - ten.middle < 1.15
        assert 0.50 < thirty.high - thirty.middle < 0.60
        assert 0.27 < hundred.high - hundred.middle < 0.31
        assert ten.few
        assert not thirty.few

    def test_it_is_not_certain_because_all_said_the_same(self) -> None:
        found = mean_interval({5: 12})
        assert found is not None
        assert found.low < 5

    @given(COUNTS)
    def test_it_holds_the_mean_and_stays_on_the_scale(
        self, counts: dict[int, int]
    ) -> None:
        found = mean_interval(counts)
        if found is None:
            assert not sum(counts.values())
            return
        assert 1 <= found.low <= found.middle <= found.high <= 5


class ShareIntervalTests:
    def test_it_needs_97_answers_for_ten_percent(self) -> None:
        found = share_interval(48, 97)
        assert found is not None
        assert 0.19 < found.high - found.low < 0.20

    @given(st.integers(1, 500), st.data())
    def test_it_holds_the_share_and_stays_within_one(
        self, n: int, data: st.DataObject
    ) -> None:
        part = data.draw(st.integers(0, n))
        found = share_interval(part, n)
        assert found is not None
        assert 0 <= found.low <= found.middle <= found.high <= 1
        assert found.low < found.high
