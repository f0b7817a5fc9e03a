"""The offices' word beside the citizens': every number has its list, parts add up."""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl

import pytest
from django.http import Http404

from complaints.models import Complaint
from complaints.services import confirm, set_rating
from complaints.status import Status
from reports import lists, truth
from reports.figures import Cell
from reports.periods import month_of, read
from reports.scope import reporting
from tests.base import NOW, World
from tests.complaints.stage import solved, to_stage
from tests.reports.seeded import READ_AT, PagesTestCase, seed

PAGE = "/reports/truth/?month=2026-11"


def closed(w: World, *, told_in_time: bool | None, hours: int = 1) -> Complaint:
    """Solved so many hours after it came, and confirmed by Meera herself."""
    complaint = to_stage(w, Status.IN_PROGRESS)
    solved(w, complaint, at=NOW + timedelta(hours=hours))
    complaint.refresh_from_db()
    at = NOW + timedelta(hours=hours, minutes=5)
    confirm(complaint, actor=w.citizen(complaint), at=at)
    if told_in_time is not None:
        set_rating(
            complaint, rating=4, told_in_time=told_in_time,
            actor=w.citizen(complaint), at=at,
        )  # fmt: skip
    return complaint


class TruthTestCase(PagesTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.sign_in(self.w.chitra)

    def found(self, office: str = "") -> truth.Truth:
        actor = reporting(self.w.actor(self.w.chitra))
        period = month_of(READ_AT.date(), "Asia/Kolkata")
        return truth.told(actor, period, READ_AT, office)

    def parts(self, office: str = "") -> dict[str, int]:
        found = self.found(office)
        return {part.code: part.cell.value for part in [*found.parts, found.unreported]}

    def listed(self, cell: Cell, behind: Any) -> int:
        query = dict(parse_qsl(cell.query))
        period = read(query, READ_AT, "Asia/Kolkata", "month")
        actor = reporting(self.w.actor(self.w.chitra))
        given = (query,) if behind is truth.behind else (READ_AT, query)
        rows: int = behind(actor, period, *given).rows.count()
        return rows


class TruthTests(TruthTestCase):
    def test_it_believes_the_citizen_before_the_clock(self) -> None:
        closed(self.w, told_in_time=None)
        closed(self.w, told_in_time=True)
        closed(self.w, told_in_time=False)
        closed(self.w, told_in_time=True, hours=30)  # the office said so a day late
        closed(self.w, told_in_time=None, hours=30)
        parts, found = self.parts(), self.found()
        assert (parts["confirmed"], parts["longer"], parts["unreported"]) == (2, 1, 1)
        assert (found.official.value, found.confirmed.value) == (3, 3)
        assert found.difference == 0

    def test_it_keeps_what_was_reported_and_disputed(self) -> None:
        to_stage(self.w, Status.REOPENED)
        assert self.parts()["disputed"] == 1
        assert self.found().official.value == 1
        assert self.found().difference == 1

    def test_it_refuses_a_part_or_an_office_that_is_none(self) -> None:
        actor = reporting(self.w.actor(self.w.chitra))
        period = month_of(READ_AT.date(), "Asia/Kolkata")
        with pytest.raises(Http404):
            truth.behind(actor, period, {"part": "all"})
        for office in ("x", "1' or 1=1", "999999"):
            self.get(f"{PAGE}&office={office}", 404)

    def test_it_says_what_to_do_where_nothing_is(self) -> None:
        page = self.get("/reports/truth/?month=2024-01").content.decode()
        assert "Choose another month" in page


class SeededTests(TruthTestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        seed(cls.w)

    def test_it_tells_silence_from_a_yes(self) -> None:
        parts = self.parts()
        assert parts["unconfirmed"] == 1
        assert parts["waiting"] >= 1
        appealed = self.found().total.cells[-1]
        assert (appealed.name, appealed.value) == ("appealed", 1)

    def test_it_adds_the_parts_up(self) -> None:
        found = self.found()
        assert sum(part.cell.value for part in found.parts) == found.official.value > 0
        gained = found.unreported.cell.value
        confirmed = next(p for p in found.parts if p.code == "confirmed").cell.value
        assert found.confirmed.value == confirmed + gained

    def test_it_opens_the_list_behind_every_number(self) -> None:
        closed(self.w, told_in_time=False)
        for office in ("", str(self.w.kothrud.pk), str(self.w.aundh.pk)):
            found = self.found(office)
            cells = [found.official, found.confirmed]
            cells += [cell for line in found.lines for cell in line.cells]
            for cell in cells:
                assert self.listed(cell, lists.behind) == cell.value, cell
            for part in [*found.parts, found.unreported]:
                assert self.listed(part.cell, truth.behind) == part.cell.value, part

    def test_it_narrows_to_one_office(self) -> None:
        kothrud, aundh = str(self.w.kothrud.pk), str(self.w.aundh.pk)
        assert self.found(aundh).official.value == 0
        assert self.found(kothrud).official.value == self.found().official.value
        assert self.found(aundh).lines == self.found().lines

    def test_it_shows_the_page_and_a_list(self) -> None:
        self.sign_in(self.w.chitra, "hi")
        page = self.get(f"{PAGE}&office={self.w.kothrud.pk}")
        assert page.content.decode().count("/reports/truth/list/") == 8
        listed = self.numbers_listed(
            "/reports/truth/list/?month=2026-11&part=unconfirmed"
        )
        assert len(listed) == 1

    def test_it_costs_the_same_for_many(self) -> None:
        self.get(PAGE)  # from now on the process keeps the reference rows
        with self.assertNumQueries(6):
            self.get(PAGE)
