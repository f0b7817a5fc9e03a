"""The whole promise against a slow plain model: rule in force, walk and pause."""

from datetime import UTC, date, datetime, timedelta
from unittest.mock import patch
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from escalation import reference
from escalation.models import ServiceLevel
from escalation.promise import clock
from officers.calendar import Pause, WorkingTime
from officers.models import Area
from tests.base import WorldTestCase
from tests.officers.test_calendar_model import WEEKS, Walk

IST = ZoneInfo("Asia/Kolkata")
FIRST = date(2028, 2, 26)  # a leap day is on the way
MINUTE = timedelta(minutes=1)
DAYS = st.integers(0, 8).map(lambda n: FIRST + timedelta(days=n))


@st.composite
def rules(draw: st.DrawFn) -> list[ServiceLevel]:
    """Prescribed times with their days of validity, as the admin allows them."""
    kinds = st.sampled_from(("urban", "rural"))
    found: dict[tuple[str, date], ServiceLevel] = {}
    for _n in range(draw(st.integers(0, 5))):
        kind, begin = draw(kinds), draw(DAYS)
        length = draw(st.none() | st.integers(0, 5))
        found[kind, begin] = ServiceLevel(
            area_kind=kind, hours=draw(st.integers(1, 30)), valid_from=begin,
            valid_to=None if length is None else begin + timedelta(days=length),
            basis="general",
        )  # fmt: skip
    return [*found.values()]


def plain_hours(rows: list[ServiceLevel], kind: str, day: date) -> int | None:
    """The newest row of the place's kind that is in force, else the urban one."""
    for wanted in (kind, "urban"):
        best = None
        for row in rows:
            if row.area_kind != wanted or day < row.valid_from:
                continue
            if row.valid_to is not None and row.valid_to < day:
                continue
            if best is None or best.valid_from < row.valid_from:
                best = row
        if best is not None:
            return best.hours
    return None


class RuleTests(WorldTestCase):
    def test_the_rule_of_the_day_of_registration_counts(self) -> None:
        w = self.w

        @settings(max_examples=150, deadline=None)
        @given(rules(), st.integers(0, 10 * 1440), st.sampled_from(("urban", "rural")))
        def agrees(rows: list[ServiceLevel], minutes: int, kind: str) -> None:
            came = datetime(2028, 2, 25, 18, tzinfo=UTC) + minutes * MINUTE
            area: Area = w.sus if kind == "rural" else w.kothrud
            kept: dict[tuple[int, str], list[ServiceLevel]] = {}
            for row in sorted(rows, key=lambda row: row.valid_from, reverse=True):
                row.category, row.calendar = w.pothole, w.always
                kept.setdefault((w.pothole.pk, row.area_kind), []).append(row)
            with patch.object(reference.levels, "get", return_value=kept):
                found = clock.promise(w.pune, w.pothole, area, came)
            day = came.astimezone(IST).date()
            hours = plain_hours(rows, kind, day) or w.pune.default_hours
            assert found.reason["hours"] == hours
            assert found.due_at == came + timedelta(hours=hours)

        agrees()


class PauseTests(WorldTestCase):
    def test_the_promise_is_where_the_walk_arrives(self) -> None:
        w = self.w

        @settings(max_examples=60, deadline=None)
        @given(
            WEEKS,
            st.integers(0, 3 * 1440),
            st.integers(1, 20),
            st.integers(0, 2 * 1440),
            st.integers(0, 7 * 1440),
        )
        def agrees(
            week: dict[int, object], minutes: int, hours: int, after: int, wait: int
        ) -> None:
            came = datetime(2028, 2, 27, tzinfo=UTC) + minutes * MINUTE
            pause: Pause = (came + after * MINUTE, came + (after + wait) * MINUTE)
            time = WorkingTime(
                "Asia/Kolkata", False, week,  # type: ignore[arg-type]  # as drawn
                frozenset({date(2028, 3, 1)}),
            )  # fmt: skip
            plain = Walk(time, [pause]).due(came, hours * 60)
            if plain is None:
                return
            level = ServiceLevel(
                category=w.pothole, area_kind="urban", hours=hours, basis="general",
                calendar=w.office_hours, valid_from=date(2020, 1, 1),
            )  # fmt: skip
            rows = {(w.pothole.pk, "urban"): [level]}
            with (
                patch.object(reference.levels, "get", return_value=rows),
                patch.object(reference, "working_time", return_value=time),
            ):
                found = clock.promise(w.pune, w.pothole, None, came, [pause])
            assert found.due_at == plain

        agrees()
