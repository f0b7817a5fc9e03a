"""Phone today: whom the doer of the work calls, one press for what came of it."""

from datetime import timedelta
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from complaints.models import Complaint
from complaints.services import not_solved
from feedback.models import CallBack, ContactTry
from tests.base import MEERA, NOW
from tests.feedback.calling import call_of, solved_now
from tests.fieldwork.base import FieldTestCase


class PhoneTodayTests(FieldTestCase):
    def owed(self, n: int = 1) -> Complaint:
        """Said not to be solved; Hema has it now, not who called it solved."""
        complaint = solved_now(self.w, phone=f"+91999990000{n}")
        not_solved(complaint, text="", actor=self.w.citizen(complaint), at=NOW)
        Complaint.objects.filter(pk=complaint.pk).update(owner=self.w.hema)
        return self.fresh(complaint)

    def log(self, complaint: Complaint, outcome: str, seen: Any = 0) -> Any:
        url = f"/field/phone/{call_of(complaint, 'office').pk}/"
        return self.client.post(url, {"outcome": outcome, "seen": seen})

    def test_the_own_calls_of_today_stand_above_the_jobs(self) -> None:
        complaint = self.owed()
        self.sign_in(self.w.hema)
        page = self.page("/field/")
        assert "Phone today" in page and f'href="tel:{MEERA}"' in page
        assert "Said it is not solved" in page
        assert "Phone today" not in self.page("/field/?tab=office")
        self.sign_in(self.w.omkar)
        assert "Phone today" not in self.page("/field/")
        call = call_of(complaint, "office")
        CallBack.objects.filter(pk=call.pk).update(next_at=NOW + timedelta(days=1))
        self.sign_in(self.w.hema)
        assert "Phone today" not in self.page("/field/")

    def test_one_press_says_how_it_went(self) -> None:
        complaint = self.owed()
        self.sign_in(self.w.hema)
        assert self.log(complaint, "informed")["Location"] == "/field/"
        page = self.page("/field/")
        assert "The call is written down." in page and "Phone today" not in page
        made = ContactTry.objects.get()
        assert (made.outcome, made.own_office, made.officer) == (
            "informed",
            True,
            self.w.hema,
        )
        assert call_of(complaint, "office").state == "open"
        assert self.fresh(complaint).is_open

    def test_nothing_but_an_outcome_of_this_side_is_taken(self) -> None:
        complaint = self.owed()
        self.sign_in(self.w.hema)
        for outcome in ("solved", "not_solved", "later", ""):
            self.log(complaint, outcome)
            assert "Choose how the call went." in self.page("/field/")
        self.log(complaint, "busy", "x")
        assert "This call is not owed any more." in self.page("/field/")
        assert not ContactTry.objects.exists()

    def test_a_thumb_that_presses_twice_logs_once(self) -> None:
        complaint = self.owed()
        self.sign_in(self.w.hema)
        self.log(complaint, "no_answer")
        self.log(complaint, "no_answer")
        assert ContactTry.objects.count() == 1

    def test_nobody_logs_the_calls_of_others(self) -> None:
        complaint = self.owed()
        for officer in (self.w.omkar, self.w.farhan, self.w.ravi):
            self.sign_in(officer)
            self.log(complaint, "informed")
        assert not ContactTry.objects.exists()
        assert self.client.get("/field/phone/1/").status_code == 405

    def test_it_takes_a_fixed_number_of_queries(self) -> None:
        self.sign_in(self.w.hema)
        counts = []
        for n in range(1, 4):
            self.owed(n)
            self.page("/field/")
            with CaptureQueriesContext(connection) as seen:
                self.page("/field/")
            counts.append(len(seen))
        assert counts[0] == counts[-1] <= 12
