"""The office page: five numbers, each equal to its list; the week; what is late."""

import re
from datetime import timedelta

from complaints.models import Complaint
from complaints.services import bounce, forward
from complaints.status import Status
from tests.base import NOW
from tests.complaints.stage import solved, to_stage
from tests.reports.seeded import NUMBER, PagesTestCase, seed


class OfficePageTestCase(PagesTestCase):
    def numbers(self, query: str = "period=7days") -> dict[str, int]:
        found = self.get(f"/office/?{query}").context["numbers"]
        return {number.cell.name: number.cell.value for number in found}


class OfficeTests(OfficePageTestCase):
    def test_it_is_for_heads_and_managers(self) -> None:
        w = self.w
        for officer in (w.hema, w.zoya, w.chitra):
            self.sign_in(officer)
            self.get("/office/")
            self.get("/office/list/?cell=overdue")
        for officer in (w.asha, w.omkar, w.farhan, w.prakash, w.ravi):
            self.sign_in(officer)
            for path in ("/office/", "/office/list/?cell=overdue"):
                page = self.get(path, 403).content.decode()
                assert "The office page is for heads of offices" in page
        self.client.logout()
        assert self.client.get("/office/").status_code == 302

    def test_it_counts_forwarded_what_left_the_own_offices(self) -> None:
        w = self.w
        complaint = to_stage(w, Status.ASSIGNED)
        forward(
            complaint, organisation=w.pune, office=w.aundh, department=w.roads,
            reason="It lies beyond the bridge", actor=w.actor(w.hema), at=NOW,
        )  # fmt: skip
        self.sign_in(w.hema)
        assert self.numbers()["forwarded"] == 1
        assert self.numbers()["received"] == 0
        path = "/office/list/?period=7days&cell=forwarded"
        assert self.numbers_listed(path) == [complaint.number]
        assert self.numbers("period=last-month")["forwarded"] == 0
        self.sign_in(w.zoya)  # it never left the zone
        assert self.numbers()["forwarded"] == 0
        assert self.numbers()["received"] == 1

    def test_it_counts_forwarded_what_it_sent_back(self) -> None:
        w = self.w
        complaint = to_stage(w, Status.ASSIGNED)
        forward(
            complaint, organisation=w.pune, office=w.aundh, department=w.roads,
            reason="It lies beyond the bridge", actor=w.actor(w.hema), at=NOW,
        )  # fmt: skip
        complaint = Complaint.objects.get(pk=complaint.pk)
        bounce(complaint, reason="Not ours", actor=w.actor(w.nitin), at=NOW)
        self.sign_in(w.zoya)  # triage holds it now, which is no office of the zone
        assert self.numbers()["forwarded"] == 1
        self.sign_in(w.chitra)  # the city's own desk holds it
        assert self.numbers()["forwarded"] == 0

    def test_it_shows_what_is_late_the_longest_first(self) -> None:
        w = self.w
        second = w.file(category=w.pothole, area=w.kothrud)
        first = w.file(
            category=w.pothole, area=w.kothrud, received_at=NOW - timedelta(days=3)
        )
        w.file(category=w.resurfacing, area=w.kothrud)
        solved(w, to_stage(w, Status.IN_PROGRESS))
        self.sign_in(w.hema)
        page = self.get("/office/").content.decode()
        assert NUMBER.findall(page) == [first.number, second.number]

    def test_it_explains_each_number(self) -> None:
        self.sign_in(self.w.hema)
        page = self.get("/office/").content.decode()
        for number in self.get("/office/").context["numbers"]:
            assert f'id="about-{number.cell.name}"' in page
            assert str(number.explained) in page
        assert "Kothrud ward office" in page

    def test_it_draws_the_week_with_its_words(self) -> None:
        self.w.file(category=self.w.pothole, area=self.w.kothrud)
        self.sign_in(self.w.hema)
        page = self.get("/office/").content.decode()
        assert re.search(
            r'<svg[^>]* role="img" aria-labelledby="week-chart-title', page
        )
        assert "Sat: Received 1, Resolved 0" in page
        assert 'style="' not in page
        assert "<script" not in page

    def test_it_reads_the_page_by_16_queries(self) -> None:
        w = self.w
        w.file(category=w.pothole, area=w.kothrud)
        self.sign_in(w.hema)
        self.get("/office/")
        with self.assertNumQueries(16):
            self.get("/office/")
        for _each in range(3):
            w.file(category=w.pothole, area=w.kothrud)
        with self.assertNumQueries(16):
            self.get("/office/")


class EqualTests(OfficePageTestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        seed(cls.w)

    def test_it_counts_what_its_lists_hold(self) -> None:
        self.sign_in(self.w.hema)
        for query in ("period=7days", "period=month", "from=2026-10-01&to=2026-11-23"):
            page = self.get(f"/office/?{query}").context
            for number in page["numbers"]:
                listed = self.numbers_listed(f"/office/list/?{number.cell.query}")
                assert len(listed) == number.cell.value, (query, number.cell)
        for name, count in page["now"].items():
            assert len(self.numbers_listed(f"/office/list/?cell={name}")) == count
        for row in [page["week"][-3], page["week_sum"]]:
            for cell in row.day_cells:
                listed = self.numbers_listed(f"/office/list/?{cell.query}")
                assert len(listed) == cell.value

    def test_it_says_the_same_as_the_report_where_the_word_is_the_same(self) -> None:
        self.sign_in(self.w.hema)
        own = self.numbers("period=month")
        report = self.get("/reports/?month=2026-11").context["tables"]["office"]["sum"]
        for name in ("received", "resolved", "pending", "late"):
            assert own[name] == report.counts[name] > 0

    def test_it_writes_the_chart_in_numbers_that_svg_reads(self) -> None:
        for language in ("it", "hi"):
            self.sign_in(self.w.hema, language)
            page = self.get("/office/").content.decode()
            drawn = re.findall(r'<(?:rect|text)[^>]* x="([^"]*)" y="([^"]*)"', page)
            assert drawn
            assert all(x.lstrip("-").isdigit() and y.isdigit() for x, y in drawn)
