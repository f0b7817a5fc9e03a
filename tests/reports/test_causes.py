from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from complaints.status import Status
from feedback.follow_ups import close_follow_up
from feedback.models import FollowUp, Measure
from feedback.services import latest_request, rate
from officers.models import Officer, Posting, Role
from tests.base import NOW
from tests.complaints.stage import to_stage
from tests.reports.seeded import PagesTestCase

PAGE = "/reports/causes/?month=2026-11"
TEXT = "Each hole is looked at again after a week, by the end of the month."


class CausesTests(PagesTestCase):
    def rated(self, score: int, reason: str = "", days: int = 0) -> None:
        at = NOW + timedelta(days=days)
        complaint = to_stage(self.w, Status.RESOLVED, at=at)
        request = latest_request(complaint)
        assert request is not None
        rate(
            request, score=score, solved=True, comment="", channel="web",
            actor=self.w.citizen(complaint), at=at,
        )  # fmt: skip
        if reason:
            close_follow_up(
                FollowUp.objects.get(complaint=complaint), reason=reason,
                outcome="Phoned them", actor=self.w.actor(self.w.sunil), at=at,
            )  # fmt: skip

    def month(self) -> None:
        for score, reason in ((5, ""), (2, "late"), (1, "late"), (1, "rude"), (2, "")):
            self.rated(score, reason)
        self.rated(5, days=14)

    def record(self, **typed: Any) -> Any:
        given = {
            "organisation": self.w.pune.pk, "department": self.w.roads.pk,
            "reason": "late", "text": TEXT,
        } | typed  # fmt: skip
        return self.client.post("/reports/causes/measure/?month=2026-11", given)

    def test_it_tells_the_reasons_per_department_and_what_came_after(self) -> None:
        self.month()
        self.sign_in(self.w.chitra)
        page = self.get(PAGE)
        (line,) = page.context["lines"]
        assert line.department == "Roads"
        assert dict(line.causes.found) == {"late": 2, "rude": 1}
        assert (line.causes.waiting, line.causes.low) == (1, 4)
        now, after, later = line.means
        assert (now.middle, now.n, after.middle, after.n) == (2.2, 5, 5.0, 1)
        assert later is None
        html = page.content.decode()
        assert "of 5, " in html
        assert "few" in html
        assert "Mean, January 2027" in html
        assert '<rect class="bar-2"' in html

    def test_each_sees_what_their_postings_cover(self) -> None:
        self.month()
        Officer.objects.create(username="water", is_staff=True)
        head = Officer.objects.get(username="water")
        Posting.objects.create(
            officer=head, role=Role.DEPT_HEAD, organisation=self.w.pune,
            department=self.w.water,
        )  # fmt: skip
        self.sign_in(head)
        assert "No rating of this month" in self.get(PAGE).content.decode()
        assert self.record().status_code == 409
        assert not Measure.objects.exists()
        self.sign_in(self.w.hema)
        assert len(self.get(PAGE).context["lines"]) == 1
        self.sign_in(self.w.asha)
        self.get(PAGE, status=403)

    def test_one_measure_is_recorded_and_a_second_press_is_told(self) -> None:
        self.month()
        self.sign_in(self.w.hema)
        assert self.record(text="short").status_code == 409
        assert self.record(reason="").status_code == 422
        assert self.record().status_code == 303
        measure = Measure.objects.get()
        assert (measure.month, measure.officer) == (date(2026, 11, 1), self.w.hema)
        self.sign_in(self.w.sunil)
        again = self.record(text="Something else altogether is done")
        assert again.status_code == 409
        html = again.content.decode()
        assert "has its measure already: Hema wrote it" in html
        assert "Something else altogether" in html
        assert TEXT in self.get(PAGE).content.decode()
        assert "Record the measure" not in self.get(PAGE).content.decode()
        assert Measure.objects.get().text == TEXT

    def test_a_department_of_another_organisation_is_refused(self) -> None:
        self.sign_in(self.w.chitra)
        assert self.record(department=self.w.om.pk).status_code == 409
        assert self.record(organisation=self.w.mvv.pk).status_code == 409
        assert self.record(department="x").status_code == 404
        assert not Measure.objects.exists()

    def test_the_auditor_reads_and_does_not_write(self) -> None:
        self.month()
        auditor = Officer.objects.create(username="auditor", is_staff=True)
        Posting.objects.create(
            officer=auditor, role=Role.AUDITOR, organisation=self.w.pune
        )
        self.sign_in(auditor)
        assert "Record the measure" not in self.get(PAGE).content.decode()
        assert self.record().status_code == 409

    def test_the_same_as_csv(self) -> None:
        self.month()
        self.sign_in(self.w.chitra)
        self.record()
        text = self.get("/reports/causes.csv?month=2026-11").content.decode()
        head, line = text.strip().splitlines()
        cells = dict(
            zip(head.lstrip("\ufeff").split(","), line.split(","), strict=False)
        )
        assert (cells["Low ratings"], cells["Done late"]) == ("4", "2")
        assert TEXT in line
        assert line.endswith("2.20,5,1.00,4.24,5.00,1,1.00,5.00,,0,,")

    def test_it_opens_the_complaints_behind_each_number(self) -> None:
        self.month()
        self.sign_in(self.w.chitra)
        page = self.get(PAGE)
        (line,) = page.context["lines"]
        base = f"/reports/causes/list/?{page.context['period'].query}&{line.query}"
        for why, n in (("all", 4), ("late", 2), ("rude", 1), ("waiting", 1)):
            with self.subTest(why=why):
                found = self.get(f"{base}&why={why}")
                assert len(found.context["page"].rows) == n
        assert self.client.get(f"{base}&why=nothing").status_code == 404
        assert self.client.get("/reports/causes/list/?why=all").status_code == 404

    def test_it_takes_a_fixed_number_of_queries(self) -> None:
        def asked() -> int:
            with CaptureQueriesContext(connection) as seen:
                self.get(PAGE)
            return len(seen)

        self.sign_in(self.w.chitra)
        self.month()
        self.get(PAGE)
        few = asked()
        self.rated(1, "rude")
        assert asked() == few <= 14
