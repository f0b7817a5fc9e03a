"""The list: whose jobs, in which order, for whom."""

from datetime import timedelta

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from complaints.models import Complaint
from complaints.refusals import Invalid
from complaints.services import ask_citizen, reassign
from fieldwork import nearness
from fieldwork.jobs import PAGE
from fieldwork.nearness import Point
from officers.models import Posting
from tests.base import NOW
from tests.complaints.stage import solved
from tests.fieldwork.base import FieldTestCase


class AccessTests(FieldTestCase):
    def test_it_asks_a_stranger_to_sign_in_and_remembers_where(self) -> None:
        number = self.job().number
        for path in ("/field/", f"/field/{number}/", f"/field/{number}/solved/"):
            response = self.client.get(path)
            assert response.status_code == 302
            assert response["Location"] == f"/accounts/login/?next={path}"

    def test_it_is_for_officers_heads_and_field_engineers(self) -> None:
        w = self.w
        for officer in (w.omkar, w.farhan, w.hema, w.zoya, w.chitra, w.ravi):
            self.sign_in(officer)
            self.page("/field/")
        for officer in (w.asha, w.devika, w.sunil, w.prakash, w.admin):
            self.sign_in(officer)
            page = self.page("/field/", 403)
            assert "These pages are for field engineers" in page

    def test_it_shows_other_staff_the_file_their_message_meant(self) -> None:
        number = self.job().number
        self.sign_in(self.w.devika)
        response = self.client.get(f"/field/{number}/")
        assert response.status_code == 302
        assert response["Location"] == f"/admin/complaint/{number}/"
        self.sign_in(self.w.admin)
        self.page(f"/field/{number}/", 403)


class ListTests(FieldTestCase):
    def test_it_shows_the_own_jobs_the_late_first_then_by_time(self) -> None:
        w = self.w
        late = self.job(received_at=NOW - timedelta(days=2))
        soon = self.job()
        last = self.job(category=w.resurfacing)
        w.file(category=w.no_water, area=w.kothrud)  # Wasim's
        self.sign_in(w.omkar)
        assert self.listed() == [late.number, soon.number, last.number]
        page = self.page("/field/")
        assert "late by 24 h" in page
        assert 'My jobs <span class="count">3</span>' in page

    def test_it_puts_by_itself_what_waits_for_the_citizen(self) -> None:
        job, other = self.job(), self.job()
        omkar = self.w.actor(self.w.omkar)
        ask_citizen(job, question="Which side of it?", actor=omkar, at=NOW)
        self.at = NOW + timedelta(days=2)
        self.sign_in(self.w.omkar)
        assert self.listed() == [other.number]
        assert self.listed("?tab=waiting") == [job.number]
        assert "the time stands still" in self.page("/field/?tab=waiting")

    def test_it_shows_what_i_solved_this_week(self) -> None:
        job = self.job()
        solved(self.w, job)
        self.sign_in(self.w.omkar)
        assert self.listed("?tab=done") == [job.number]
        assert self.listed() == []
        self.at = NOW + timedelta(days=8)
        self.sign_in(self.w.omkar)
        assert self.listed("?tab=done") == []

    def test_it_shows_an_officer_what_the_office_holds(self) -> None:
        w = self.w
        mine, handed = self.job(), self.job()
        water = w.file(category=w.no_water, area=w.kothrud)
        reassign(handed, owner=w.farhan, actor=w.actor(w.hema), at=NOW)
        self.sign_in(w.omkar)  # of Roads
        assert set(self.listed("?tab=office")) == {mine.number, handed.number}
        assert "Farhan" in self.page("/field/?tab=office")
        self.sign_in(w.hema)
        assert water.number in self.listed("?tab=office")

    def test_it_shows_field_staff_nothing_but_their_own(self) -> None:
        w = self.w
        self.job()
        handed = self.job()
        reassign(handed, owner=w.farhan, actor=w.actor(w.hema), at=NOW)
        self.sign_in(w.farhan)
        assert self.listed() == [handed.number]
        assert "My office" not in self.page("/field/")
        assert self.listed("?tab=office") == [handed.number]  # the first tab again

    def test_it_says_why_it_is_empty(self) -> None:
        self.sign_in(self.w.omkar)
        for tab, why in (
            ("mine", "What your office gives you appears here"),
            ("office", "What routing sends to it appears here"),
            ("waiting", "You have asked nobody"),
            ("done", "You marked nothing solved"),
        ):
            assert why in self.page(f"/field/?tab={tab}")

    def test_it_forgets_jobs_of_an_office_one_has_left(self) -> None:
        self.job()
        Posting.objects.filter(officer=self.w.omkar).update(area=self.w.aundh)
        self.sign_in(self.w.omkar)
        assert self.listed() == []

    def test_it_turns_pages_by_key(self) -> None:
        jobs = [self.job() for _each in range(PAGE + 3)]
        self.sign_in(self.w.omkar)
        response = self.client.get("/field/")
        after = response.context["found"].after
        first, second = self.listed(), self.listed(f"?after={after}")
        assert [len(first), len(second)] == [PAGE, 3]
        assert {*first, *second} == {job.number for job in jobs}
        assert len(self.listed("?after=broken")) == PAGE

    def test_it_reads_the_list_by_5_queries_and_the_calls_by_one(self) -> None:
        self.sign_in(self.w.omkar)
        self.job()
        for tab, n in (("mine", 6), ("office", 5)):
            self.page(f"/field/?tab={tab}")
            with self.assertNumQueries(n):
                self.page(f"/field/?tab={tab}")
        for _each in range(4):
            self.job()
        for tab, n in (("mine", 6), ("office", 5)):
            with self.assertNumQueries(n):
                self.page(f"/field/?tab={tab}")


HERE = "18.510,73.830"


class NearTests(FieldTestCase):
    def test_it_puts_the_late_first_and_the_near_before_the_far(self) -> None:
        unknown = self.job()
        far = self.job(latitude=18.60, longitude=73.83)
        near = self.job(latitude=18.511, longitude=73.83)
        late = self.job(
            latitude=18.70, longitude=73.83, received_at=NOW - timedelta(days=2)
        )
        self.sign_in(self.w.omkar)
        numbers = self.listed(f"?near={HERE}")
        assert numbers == [late.number, near.number, far.number, unknown.number]
        page = self.page(f"/field/?near={HERE}")
        assert "110 m" in page
        assert "10 km" in page

    def test_it_says_when_the_place_cannot_be_read(self) -> None:
        job = self.job()
        self.sign_in(self.w.omkar)
        for typed in ("x", "1", "1,2,3", "nan,nan", "inf,0", "95,10", "1e999,0", ","):
            page = self.page(f"/field/?near={typed}")
            assert "We could not read where you are" in page, typed
            assert job.number in page


class NearnessTests:
    @given(st.text(max_size=40))
    def test_it_reads_or_refuses_whatever_comes(self, typed: str) -> None:
        try:
            point = nearness.read(typed)
        except Invalid as refused:
            assert str(refused)
        else:
            assert point is None or abs(point.latitude) <= 90

    def test_it_measures_along_the_earth(self) -> None:
        pune, mumbai = Point(18.52, 73.86), Complaint(latitude=19.08, longitude=72.88)
        km = nearness.kilometres(pune, mumbai)
        assert km == pytest.approx(120, abs=2)
        assert nearness.kilometres(pune, Complaint()) is None
        with translation.override("en"):
            assert nearness.said(0.123) == "120 m"
            assert nearness.said(4.25) == "4.2 km"
            assert nearness.said(120.4) == "120 km"


class StageTests(FieldTestCase):
    def test_it_speaks_of_the_citizen_not_to_them(self) -> None:
        job = self.job()
        omkar = self.w.actor(self.w.omkar)
        ask_citizen(job, question="Which side of it?", actor=omkar, at=NOW)
        self.sign_in(self.w.omkar)
        for path in ("/field/?tab=waiting", f"/field/{job.number}/"):
            page = self.page(path)
            assert 'mark-need_info">Waiting for the citizen<' in page
            assert "Waiting for your answer" not in page
