"""Who may open the figures, bad input, and what a page costs."""

from datetime import timedelta

from complaints.models import Complaint
from complaints.services import ask_citizen
from complaints.status import Status
from officers.models import Officer, Posting, Role
from tests.complaints.stage import to_stage
from tests.reports.seeded import READ_AT, PagesTestCase, rows_of

REPORTS = (
    "/reports/",
    "/reports/list/?cell=late",
    "/reports/month.csv?month=2026-11",
    "/reports/truth/",
    "/reports/truth/list/?part=waiting",
)


class RoleTests(PagesTestCase):
    def test_it_is_for_heads_supervisors_and_managers(self) -> None:
        w = self.w
        for officer in (w.hema, w.zoya, w.chitra, w.sunil):
            self.sign_in(officer)
            for path in REPORTS:
                self.get(path)

    def test_it_is_refused_to_others_with_a_sentence(self) -> None:
        w = self.w
        for officer in (w.asha, w.devika, w.omkar, w.farhan, w.prakash, w.admin):
            self.sign_in(officer)
            for path in REPORTS:
                page = self.get(path, 403).content.decode()
                assert "Reports are for heads of offices" in page

    def test_it_asks_a_stranger_to_sign_in_and_remembers_where(self) -> None:
        for path in REPORTS:
            response = self.client.get(path)
            assert response.status_code == 302
            assert response["Location"].startswith("/accounts/login/?next=/reports/")

    def test_it_lets_monitors_and_auditors_look(self) -> None:
        for role in (Role.MONITORING_TEAM, Role.AUDITOR):
            officer = Officer.objects.create(username=role, is_staff=True)
            Posting.objects.create(officer=officer, role=role, organisation=self.w.pune)
            self.sign_in(officer)
            for path in REPORTS:
                self.get(path)

    def test_it_ends_with_the_posting(self) -> None:
        yesterday = READ_AT.date() - timedelta(days=1)
        Posting.objects.filter(officer=self.w.zoya).update(valid_to=yesterday)
        self.sign_in(self.w.zoya)
        self.get("/reports/", 403)

    def test_it_takes_no_post(self) -> None:
        self.sign_in(self.w.chitra)
        assert self.client.post("/reports/").status_code == 405


class ScopeTests(PagesTestCase):
    def setUp(self) -> None:
        super().setUp()
        w = self.w
        self.kothrud = w.file(category=w.pothole, area=w.kothrud)
        self.aundh = w.file(category=w.no_water, area=w.aundh)
        self.city = w.file(category=w.pothole, area=w.kothrud)
        Complaint.objects.filter(pk=self.city.pk).update(office=w.city)
        self.bribe = w.file("He asked a bribe", category=w.bribe, area=w.kothrud)
        Complaint.objects.filter(pk=self.bribe.pk).update(office=w.kothrud)

    def seen_by(self, officer: Officer) -> set[str]:
        self.sign_in(officer)
        listed = set(self.numbers_listed("/reports/list/?month=2026-11&cell=received"))
        rows = rows_of(self.get("/reports/month.csv?month=2026-11"))
        assert {row["Number"] for row in rows} == listed
        table = self.get("/reports/?month=2026-11").context["tables"]["category"]
        assert table["sum"].counts["received"] == len(listed)
        return listed

    def test_it_shows_a_ward_head_the_ward(self) -> None:
        assert self.seen_by(self.w.hema) == {self.kothrud.number}

    def test_it_shows_a_zone_head_the_zone_only(self) -> None:
        seen = {self.kothrud.number, self.aundh.number}
        assert self.seen_by(self.w.zoya) == seen

    def test_it_shows_a_commissioner_everything_confidential_too(self) -> None:
        assert len(self.seen_by(self.w.chitra)) == 4

    def test_it_shows_nothing_of_another_organisation(self) -> None:
        Posting.objects.create(
            officer=self.w.ravi, role=Role.COMMISSIONER, organisation=self.w.upp
        )
        assert self.seen_by(self.w.ravi) == set()

    def test_it_cannot_be_widened_by_the_address(self) -> None:
        self.sign_in(self.w.hema)
        path = f"/reports/list/?month=2026-11&office={self.w.aundh.pk}"
        assert self.numbers_listed(path) == []


BAD_PERIODS = (
    "from=2026-11-01", "to=2026-11-01", "from=2026-11-02&to=2026-11-01",
    "from=yesterday&to=today", "from=2026-02-30&to=2026-03-01",
    "from=1900-01-01&to=1900-02-01", "from=0001-01-01&to=9999-12-31",
    "from=2020-01-01&to=2026-01-01", "month=2026-13", "month=2026", "month=x",
    "month=1900-01", "period=century", "from=%00&to=%00", "from=%F0%9F%92%A9&to=1",
    "from=99999999999999999999&to=1", "month=" + "9" * 5000,
)  # fmt: skip


class BadInputTests(PagesTestCase):
    def test_it_explains_a_bad_period_and_shows_no_figures(self) -> None:
        self.sign_in(self.w.chitra)
        for page in ("/reports/", "/reports/list/", "/reports/month.csv", "/office/"):
            for query in BAD_PERIODS:
                body = self.get(f"{page}?{query}", 400).content.decode()
                assert "No figures for this period" in body, (page, query)
                assert "<table" not in body

    def test_it_takes_devanagari_digits(self) -> None:
        self.sign_in(self.w.chitra)
        response = self.get("/reports/?month=२०२६-१०")
        assert response.context["period"].first.month == 10

    def test_it_knows_no_other_cells_and_rows(self) -> None:
        self.sign_in(self.w.chitra)
        for query in (
            "cell=all", "cell=status", "office=x", "office=-1", "office=" + "9" * 40,
            "category=1 or 1", "office=999999", "category=٣",
        ):  # fmt: skip
            self.get(f"/reports/list/?{query}", 404)

    def test_it_starts_over_from_a_broken_page_mark(self) -> None:
        self.w.file(category=self.w.pothole, area=self.w.kothrud)
        self.sign_in(self.w.chitra)
        for mark in ("x", "1-2-3", "-", "9" * 5000 + "-1", "99999999999999999999-1"):
            path = f"/reports/list/?month=2026-11&after={mark}"
            assert len(self.numbers_listed(path)) == 1


class TruthTests(PagesTestCase):
    def test_it_says_the_months_truth_of_what_is_decided(self) -> None:
        for stage in (Status.CLOSED, Status.CLOSED, Status.RESOLVED, Status.REJECTED):
            to_stage(self.w, stage)
        to_stage(self.w, Status.ASSIGNED)  # late by the time it is read
        self.sign_in(self.w.chitra)
        page = self.get("/reports/").content.decode()
        told = " ".join(page.replace("<strong>", "").replace("</strong>", "").split())
        assert "Solved in time 75 %" in told
        assert "confirmed by citizens in time 50 %" in told
        assert "closed without an answer 0 %" in told
        assert "Of the 4 complaints" in told
        assert "These are few" in told

    def test_it_says_so_when_there_is_nothing(self) -> None:
        self.sign_in(self.w.chitra)
        page = self.get("/reports/?month=2026-03").content.decode()
        assert "No complaint of this period is with your offices" in page

    def test_it_does_not_call_late_what_waits_for_the_citizen(self) -> None:
        w = self.w
        complaint = to_stage(w, Status.ASSIGNED)
        asker = w.actor(w.omkar)
        ask_citizen(
            complaint, question="Which side?", actor=asker, at=complaint.registered_at
        )
        self.sign_in(w.chitra)
        row = self.get("/reports/").context["tables"]["office"]["sum"]
        assert complaint.due_at and complaint.due_at < READ_AT
        assert (row.counts["pending"], row.counts["late"]) == (1, 0)

    def test_it_marks_a_mean_of_few(self) -> None:
        complaint = to_stage(self.w, Status.CLOSED)
        Complaint.objects.filter(pk=complaint.pk).update(rating=4)
        self.sign_in(self.w.chitra)
        page = self.get("/reports/").content.decode()
        assert "4.0 <small>of 1 · few</small>" in page


class CostTests(PagesTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.w.file(category=self.w.pothole, area=self.w.kothrud)
        self.w.file(category=self.w.no_water, area=self.w.aundh)
        self.sign_in(self.w.chitra)

    def cost(self, path: str, queries: int) -> None:
        self.get(path)  # warms the caches
        with self.assertNumQueries(queries):
            self.get(path)
        for _each in range(3):
            self.w.file(category=self.w.pothole, area=self.w.kothrud)
            self.w.file(category=self.w.resurfacing, area=self.w.aundh)
        with self.assertNumQueries(queries):
            self.get(path)

    def test_it_reads_the_page_by_13_queries(self) -> None:
        # session, officer, postings; six months; two tables and their names
        self.cost("/reports/?month=2026-11", 13)

    def test_it_reads_a_list_by_4_queries(self) -> None:
        self.cost("/reports/list/?month=2026-11&cell=received", 4)
