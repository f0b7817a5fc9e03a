"""Days, months and bars: the parts that need no database."""

from datetime import UTC, date, datetime

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from complaints.refusals import Invalid
from reports import charts
from reports.periods import Period, months_before, named, read
from tests.base import NOW

ZONE = "Asia/Kolkata"


class PeriodTests:
    def test_it_starts_and_ends_at_local_midnight(self) -> None:
        day = Period(date(2026, 11, 21), date(2026, 11, 21), ZONE)
        assert day.start.astimezone(UTC) == datetime(2026, 11, 20, 18, 30, tzinfo=UTC)
        assert day.end.astimezone(UTC) == datetime(2026, 11, 21, 18, 30, tzinfo=UTC)

    def test_it_has_23_hours_when_the_clocks_change(self) -> None:
        day = Period(date(2026, 3, 29), date(2026, 3, 29), "Europe/Rome")
        length = day.end.astimezone(UTC) - day.start.astimezone(UTC)
        assert length.total_seconds() == 23 * 3600

    def test_it_is_named_from_the_local_day(self) -> None:
        late_evening = datetime(2026, 10, 31, 19, 0, tzinfo=UTC)  # already November
        assert named("today", late_evening, ZONE).first == date(2026, 11, 1)
        assert named("month", late_evening, ZONE).last == date(2026, 11, 30)
        assert named("last-month", late_evening, ZONE).first == date(2026, 10, 1)
        week = named("7days", late_evening, ZONE)
        assert (week.first, week.last) == (date(2026, 10, 26), date(2026, 11, 1))

    def test_it_counts_months_back_over_new_year(self) -> None:
        months = months_before(named("month", NOW, ZONE), 12)
        assert months[0].first == date(2025, 12, 1)
        assert [m.is_month for m in months] == [True] * 12

    def test_it_is_said_as_people_say_it(self) -> None:
        month = named("month", NOW, ZONE)
        some = Period(date(2026, 11, 1), date(2026, 11, 3), ZONE)
        with translation.override("en"):
            assert month.label() == "November 2026"
            assert some.label() == "1 Nov 2026 – 3 Nov 2026"
        with translation.override("hi"):
            assert "2026" in month.label()
        assert month.slug == "2026-11"
        assert some.slug == "2026-11-01-to-2026-11-03"

    def test_it_may_last_a_leap_year_and_more_but_not_two(self) -> None:
        long = {"from": "2025-11-01", "to": "2026-11-30"}
        assert read(long, NOW, ZONE, "month").last == date(2026, 11, 30)
        with pytest.raises(Invalid, match="at most"):
            read(long | {"to": "2027-11-30"}, NOW, ZONE, "month")

    @given(st.text(max_size=30), st.text(max_size=30), st.text(max_size=12))
    def test_it_is_read_or_refused_whatever_is_typed(
        self, first: str, last: str, month: str
    ) -> None:
        for query in ({"from": first, "to": last}, {"month": month}):
            try:
                period = read(query, NOW, ZONE, "month")
            except Invalid as refused:
                assert str(refused)
            else:
                assert period.start < period.end


class ChartTests:
    def test_it_draws_the_largest_as_high_as_there_is_room(self) -> None:
        chart = charts.columns("t", ("a", "b"), [("Oct", 10, 5), ("Nov", 0, None)])
        heights = [bar.height for bar in chart.bars]
        assert heights == [charts.COLUMN_HEIGHT, charts.COLUMN_HEIGHT // 2, 0, 0]
        assert chart.described == "Oct: a 10, b 5; Nov: a 0, b –"

    def test_it_stays_inside_its_frame(self) -> None:
        data = [(f"Office {n}", 100, n) for n in range(40)]
        chart = charts.lying("t", ("a", "b"), data)
        assert len(chart.names) == charts.MOST_BLOCKS
        for bar in chart.bars:
            assert bar.x >= 0
            assert bar.x + bar.width <= charts.WIDTH
            assert bar.y + bar.height <= chart.height

    def test_it_tells_nothing_from_none(self) -> None:
        chart = charts.lying("t", ("a", "b"), [("Aundh", 0, None)])
        assert [bar.text for bar in chart.bars] == ["0 %", "–"]

    def test_it_draws_an_empty_chart(self) -> None:
        assert charts.columns("t", ("a", "b"), []).bars == []
        assert charts.lying("t", ("a", "b"), []).height > 0
