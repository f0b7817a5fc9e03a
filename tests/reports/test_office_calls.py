"""Phone today on the office page: the whole office's, with nobody forgotten."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from complaints.models import Complaint
from complaints.services import not_solved
from feedback.models import ContactTry
from officers.models import Officer, Posting, Role
from tests.base import MEERA, NOW
from tests.feedback.calling import call_of, solved_now
from tests.reports.seeded import PagesTestCase


class OfficeCallsTests(PagesTestCase):
    def owed(self, owner: Officer | None = None) -> Complaint:
        complaint = solved_now(self.w)
        not_solved(complaint, text="", actor=self.w.citizen(complaint), at=NOW)
        Complaint.objects.filter(pk=complaint.pk).update(owner=owner)
        return Complaint.objects.get(pk=complaint.pk)

    def page(self) -> str:
        return str(self.get("/office/").content.decode())

    def press(self, complaint: Complaint, outcome: str = "informed") -> int:
        url = f"/office/phone/{call_of(complaint, 'office').pk}/"
        return self.client.post(url, {"outcome": outcome, "seen": 0}).status_code

    def test_the_head_sees_who_waits_even_with_nobody(self) -> None:
        self.sign_in(self.w.hema)
        assert "Nobody waits for a call of the office." in self.page()
        self.owed()
        page = self.page()
        assert "Phone today" in page and "with nobody yet" in page
        assert MEERA not in page and "Told how far it is" in page

    def test_the_number_is_there_for_who_does_the_work(self) -> None:
        self.owed(self.w.hema)
        self.sign_in(self.w.hema)
        assert f'href="tel:{MEERA}"' in self.page()

    def test_one_press_logs_it_and_closes_nothing(self) -> None:
        complaint = self.owed()
        self.sign_in(self.w.hema)
        assert self.press(complaint) == 302
        assert ContactTry.objects.get().own_office
        assert "The call is written down." in self.page()
        self.press(complaint, "solved")
        assert ContactTry.objects.count() == 1
        complaint.refresh_from_db()
        assert complaint.is_open

    def test_who_only_reads_figures_logs_nothing(self) -> None:
        complaint = self.owed()
        Posting.objects.filter(officer=self.w.asha).update(role=Role.AUDITOR)
        self.sign_in(self.w.asha)
        assert "Told how far it is" not in self.page()
        self.press(complaint)
        assert not ContactTry.objects.exists()

    def test_other_houses_see_none_of_it(self) -> None:
        complaint = self.owed()
        Posting.objects.filter(officer=self.w.ravi).update(role=Role.DEPT_HEAD)
        self.sign_in(self.w.ravi)
        assert complaint.number not in self.page()
        self.press(complaint)
        assert not ContactTry.objects.exists()

    def test_it_takes_a_fixed_number_of_queries(self) -> None:
        self.sign_in(self.w.hema)
        counts = []
        for _n in range(3):
            self.owed()
            self.page()
            with CaptureQueriesContext(connection) as seen:
                self.page()
            counts.append(len(seen))
        assert counts[0] == counts[-1]
