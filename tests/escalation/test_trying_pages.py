"""The pages of a try: asked for, watched, read and fetched by whom it belongs to."""

import csv
import io
from datetime import date
from typing import Any
from unittest import mock

from django.urls import reverse

from complaints.models import Complaint
from complaints.number import grouped
from escalation.models import RoutingRule
from escalation.trials import admin_trying, trial_result
from officers.models import Officer
from operations.models import Job
from operations.running import run_waiting
from tests.base import NOW
from tests.escalation.test_trying import FIRST, LAST, TryingTestCase


class PagesTestCase(TryingTestCase):
    def setUp(self) -> None:
        super().setUp()
        patcher = mock.patch("django.utils.timezone.now", return_value=NOW)
        patcher.start()
        self.addCleanup(patcher.stop)
        Officer.objects.filter(pk=self.w.sunil.pk).update(language="en")
        self.client.force_login(self.w.sunil)

    def ask_page(self, rule: RoutingRule, status: int = 302, **over: str) -> Any:
        given = {"first": FIRST.isoformat(), "last": LAST.isoformat()} | over
        response = self.client.post(self.start(rule), given)
        assert response.status_code == status, response.content.decode()
        return response

    def start(self, rule: RoutingRule) -> str:
        return reverse("admin:escalation_routingrule_try", args=[rule.pk])

    def tried(self, name: str = "tried", job: Job | None = None) -> str:
        job = job or Job.objects.latest("pk")
        return reverse(f"admin:escalation_routingrule_{name}", args=[job.token])

    def read(self, url: str, status: int = 200) -> str:
        response = self.client.get(url)
        assert response.status_code == status
        return response.content.decode()

    def done(self, rule: RoutingRule) -> str:
        self.ask_page(rule)
        run_waiting(clock=lambda: NOW)
        return self.read(self.tried())


class AskingTests(PagesTestCase):
    def test_it_is_offered_on_the_rules_own_page(self) -> None:
        rule = self.rule()
        url = reverse("admin:escalation_routingrule_change", args=[rule.pk])
        self.client.force_login(self.w.admin)
        assert self.start(rule) in self.read(url)

    def test_it_offers_the_month_that_ends_today(self) -> None:
        page = self.read(self.start(self.rule()))
        assert 'value="2026-10-22"' in page
        assert 'value="2026-11-21"' in page
        assert "Nothing is moved" in page

    def test_it_refuses_days_that_make_no_span(self) -> None:
        rule = self.rule()
        for given, told in (
            ({"first": "2026-11-20", "last": "2026-11-19"}, "end after it begins"),
            ({"first": "2026-06-01"}, "at most 92 days"),
            ({"last": "2026-11-30"}, "lies ahead"),
            ({"first": "yesterday"}, "valid date"),
        ):
            with self.subTest(given=given):
                page = self.ask_page(rule, 200, **given).content.decode()
                assert told in page
        assert not Job.objects.exists()

    def test_it_offers_rules_that_it_could_stand_for(self) -> None:
        older = self.rule(name="Older one", active=True)
        newer = self.rule(name="Newer one")
        assert "Older one" in self.read(self.start(newer))
        assert "In place of" not in self.read(self.start(older))
        self.ask_page(newer, instead_of=str(older.pk))
        assert Job.objects.latest("pk").args["instead_of"] == older.pk

    def test_it_says_when_enough_are_running(self) -> None:
        for name in "abc":
            self.ask(self.rule(name=name))
        page = self.ask_page(self.rule(name="d"), 429).content.decode()
        assert "Several tries of yours are running" in page

    def test_it_is_for_those_who_may_look_at_the_rule(self) -> None:
        rule = self.rule()
        for officer, status in (
            (self.w.admin, 200), (self.w.chitra, 200), (self.w.omkar, 404),
        ):  # fmt: skip
            with self.subTest(officer=officer.username):
                self.client.force_login(officer)
                assert self.client.get(self.start(rule)).status_code == status
        theirs = self.rule(organisation=self.w.upp)
        self.client.force_login(self.w.admin)
        assert self.client.get(self.start(theirs)).status_code == 404


class WatchingTests(PagesTestCase):
    def test_it_shows_how_far_it_is_and_a_way_to_stop(self) -> None:
        self.ask_page(self.rule())
        page = self.read(self.tried())
        assert "data-job=" in page
        assert "job.js" in page
        job = Job.objects.latest("pk")
        self.client.post(reverse("operations:job_cancel", args=[job.token]))
        assert "You stopped it" in self.read(self.tried())

    def test_it_says_why_there_is_no_result(self) -> None:
        job = self.ask(self.rule())
        for error, told in (("not_allowed", "postings"), ("took_too_long", "fewer")):
            Job.objects.filter(pk=job.pk).update(
                state=Job.State.FAILED, error=error, finished_at=NOW
            )
            assert told in self.read(self.tried())

    def test_it_is_its_requesters_alone(self) -> None:
        self.ask_page(self.rule())
        self.client.force_login(self.w.chitra)
        for name in ("tried", "tried_csv"):
            assert self.client.get(self.tried(name)).status_code == 404


class ReadingTests(PagesTestCase):
    def test_it_shows_the_counts_the_table_and_the_list(self) -> None:
        complaint = self.w.file("Pothole near the school in Kothrud")
        page = self.done(self.rule())
        assert "Kothrud ward office, Roads (Pune city)" in page
        assert "Kothrud ward office, Water supply (Pune city)" in page
        assert "<meter" in page
        assert reverse("helpline:complaint", args=[complaint.number]) in page
        assert grouped(complaint.number) in page
        assert "Pothole near" not in page
        assert "style=" not in page.split('id="content-start"')[1]

    def test_it_says_what_to_do_where_nothing_is_to_be_seen(self) -> None:
        rule = self.rule()
        assert "Choose other days" in self.done(rule)
        self.w.file("Pothole near the market in Kothrud")
        assert "does not fit it" in self.done(rule)
        self.w.file("Pothole near the school in Kothrud")
        assert "go where it goes now" in self.done(
            self.rule(name="Same", to_department=self.w.roads)
        )

    def test_it_counts_for_an_administrator_and_lists_nothing(self) -> None:
        complaint = self.w.file("Pothole near the school in Kothrud")
        self.client.force_login(self.w.admin)
        page = self.done(self.rule())
        assert "Water supply" in page
        assert "left out of the list" in page
        assert complaint.number not in page

    def test_it_turns_pages(self) -> None:
        for _each in range(5):
            self.w.file("Pothole near the school in Kothrud")
        with (
            mock.patch.object(trial_result, "ROWS", 2),
            mock.patch.object(admin_trying, "ROWS", 2),
        ):
            assert "Page 1 of 3" in self.done(self.rule())
            url = self.tried()
            last = self.read(f"{url}?page=3")
            assert "Page 3 of 3" in self.read(f"{url}?page=99")
            assert "Page 1 of 3" in self.read(f"{url}?page=x")
        assert last.count('class="q-number"') == 1

    def test_it_hides_what_went_to_others_since(self) -> None:
        complaint = self.w.file("Pothole near the school in Kothrud")
        url = self.done(self.rule()) and self.tried()
        with mock.patch.object(
            Complaint.objects, "visible_to", return_value=Complaint.objects.none()
        ):
            assert grouped(complaint.number) not in self.read(url)

    def test_it_says_when_the_rule_says_something_else_since(self) -> None:
        self.w.file("Pothole near the school in Kothrud")
        rule = self.rule()
        assert "since this try" not in self.done(rule)
        RoutingRule.objects.filter(pk=rule.pk).update(words=["market"])
        assert "since this try" in self.read(self.tried())

    def test_it_gives_the_list_as_csv_while_the_postings_last(self) -> None:
        complaint = self.w.file("Pothole near the school in Kothrud")
        self.done(self.rule())
        response = self.client.get(self.tried("tried_csv"))
        body = b"".join(response).decode("utf-8-sig")
        head, row = csv.reader(io.StringIO(body))
        assert head[0] == "Number"
        assert row[0] == complaint.number
        assert row[2:4] == [
            "Kothrud ward office, Roads (Pune city)",
            "Kothrud ward office, Water supply (Pune city)",
        ]
        assert row[-1] == "school"
        self.w.sunil.postings.update(valid_to=date(2026, 11, 1))
        assert self.client.get(self.tried("tried_csv")).status_code == 404

    def test_it_is_read_with_few_queries(self) -> None:
        for _each in range(4):
            self.w.file("Pothole near the school in Kothrud")
        self.done(self.rule())
        url = self.tried()
        # four for the person, seven for the rule and what it points at, twice each
        # the right to it; one for the rows, whatever their number
        with self.assertNumQueries(21):
            self.client.get(url)
