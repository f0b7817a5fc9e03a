"""A rule tried over what came in: counted right, read in pages, nothing written."""

from datetime import date, timedelta
from io import StringIO
from typing import Any
from unittest import mock

from django.db import connection
from django.test.utils import CaptureQueriesContext

from complaints.models import Complaint, Event
from escalation.decisions.deciding import decided
from escalation.language.reading import Reading
from escalation.models import RoutingDecision, RoutingRule
from escalation.trials import trial_past, trying
from escalation.trials.trial_result import Result
from notices.models import Notice
from officers.models import Officer, Posting
from operations import job_files, jobs
from operations.generation import bump
from operations.models import Job
from operations.running import RunningJob, claim, run, run_waiting
from tests.base import NOW, WorldTestCase

FIRST, LAST = date(2026, 11, 1), date(2026, 11, 21)


class TryingTestCase(WorldTestCase):
    def rule(self, **over: Any) -> RoutingRule:
        """Whatever speaks of a school goes to the water department."""
        given: dict[str, Any] = {
            "organisation": self.w.pune, "name": "Schools", "words": ["school"],
            "to_department": self.w.water,
        }  # fmt: skip
        made = RoutingRule.objects.create(**given | over)
        bump("escalation")
        return made

    def try_it(
        self, rule: RoutingRule, by: Officer | None = None, **over: Any
    ) -> dict[str, Any]:
        self.job = self.ask(rule, by, **over)
        run_waiting(clock=lambda: NOW)
        self.job.refresh_from_db()
        assert self.job.state == Job.State.DONE, self.job.error
        with self.result() as file:
            return Result.read(file).summary

    def ask(self, rule: RoutingRule, by: Officer | None = None, **over: Any) -> Job:
        return trying.ask(rule, by or self.w.sunil, FIRST, LAST, NOW, **over)

    def result(self) -> Any:
        file = job_files.open_result(self.job.result_file)
        assert file is not None
        return file

    def listed(self) -> list[dict[str, Any]]:
        with self.result() as file:
            return list(Result.read(file).rows())


class CountTests(TryingTestCase):
    def test_it_counts_what_would_move_and_from_where_to_where(self) -> None:
        near = [self.w.file("Pothole near the school in Kothrud") for _ in range(2)]
        self.w.file("Pothole near the market in Kothrud")

        found = self.try_it(self.rule())

        assert (found["read"], found["matched"], found["moved"]) == (3, 2, 2)
        office = self.w.kothrud.pk
        before = [self.w.pune.pk, office, self.w.roads.pk]
        after = [self.w.pune.pk, office, self.w.water.pk]
        assert found["where"] == [[before, after, 2]]
        assert found["category"] == []
        rows = self.listed()
        assert {row["number"] for row in rows} == {each.number for each in near}
        assert rows[0]["where"] == [before, after]
        assert rows[0]["words"] == ["school"]

    def test_it_counts_what_leaves_triage_and_what_enters_it(self) -> None:
        self.w.file("The school has a problem")
        found = self.try_it(self.rule(to_office=self.w.aundh))
        assert (found["leaving"], found["entering"]) == (1, 0)

        self.w.file("Pothole near the market in Kothrud")
        lost = self.rule(
            name="Markets", words=["market"], to_organisation=self.w.upp,
            to_department=None,
        )  # fmt: skip
        found = self.try_it(lost)
        assert (found["leaving"], found["entering"]) == (0, 1)

    def test_it_compares_kind_time_and_urgency_too(self) -> None:
        self.w.file("Pothole near the school in Kothrud")
        rule = self.rule(
            to_department=None, to_category=self.w.resurfacing, criticality="low"
        )
        found = self.try_it(rule)
        assert found["moved"] == 0
        assert found["changed"] == 1
        assert found["category"] == [[self.w.pothole.pk, self.w.resurfacing.pk, 1]]
        assert found["horizon"] == [["immediate", "long", 1]]
        assert found["criticality"] == [["high", "low", 1]]

    def test_it_counts_a_fit_that_changes_nothing(self) -> None:
        self.w.file("Pothole near the school in Kothrud")
        found = self.try_it(self.rule(to_department=self.w.roads))
        assert (found["matched"], found["changed"]) == (1, 0)
        assert self.listed() == []

    def test_it_says_the_same_of_a_rule_that_is_in_force(self) -> None:
        self.w.file("Pothole near the school in Kothrud")
        draft = self.rule()
        as_draft = self.try_it(draft)
        RoutingRule.objects.filter(pk=draft.pk).update(active=True)
        bump("escalation")
        draft.refresh_from_db()
        assert self.try_it(draft) == as_draft

    def test_it_leaves_to_an_earlier_rule_what_that_one_takes(self) -> None:
        self.w.file("Pothole near the school in Kothrud")
        self.rule(name="First", position=1, active=True, to_department=self.w.vigilance)
        found = self.try_it(self.rule(position=2))
        assert (found["matched"], found["changed"]) == (1, 0)

    def test_it_stands_where_the_older_one_stood(self) -> None:
        self.w.file("Pothole near the school in Kothrud")
        self.w.file("Pothole near the market in Kothrud")
        older = self.rule(words=["school", "market"], active=True, position=1)
        newer = self.rule(name="Newer", to_department=self.w.vigilance, position=2)

        found = self.try_it(newer, instead_of=older)

        # the market's goes back to Roads, the school's on to Vigilance
        moves = {(one[2], other[2]) for one, other, _n in found["where"]}
        assert moves == {
            (self.w.water.pk, self.w.roads.pk),
            (self.w.water.pk, self.w.vigilance.pk),
        }
        assert found["matched"] == 1


class ReadingTests(TryingTestCase):
    def test_it_asks_as_it_was_asked_then(self) -> None:
        """A kind or place that a person chose still counts; what routing found not."""
        self.w.file("Near the school", category=self.w.pothole, area=self.w.aundh)
        self.w.file("Pothole near the school in Kothrud")
        pasts = [past for page in self.pages() for past in page]
        given = [(past.question.category, past.question.area) for past in pasts]
        assert given == [(self.w.pothole, self.w.aundh), (None, None)]
        assert pasts[0].question.source == "web"
        decisions = RoutingDecision.objects.order_by("pk")
        again = [decided(Reading(p.question, p.at), None) for p in pasts]
        assert [each.office for each in again] == [each.office for each in decisions]

    def pages(self) -> list[list[trial_past.Past]]:
        span = trial_past.Span(FIRST, LAST, "Asia/Kolkata")
        return list(trial_past.pages(self.w.pune.pk, span))

    def test_it_reads_page_by_page_without_losing_or_doubling_one(self) -> None:
        numbers = sorted(self.w.file().number for _each in range(5))
        with mock.patch.object(trial_past, "PAGE", 2):
            found = [past.number for page in self.pages() for past in page]
        assert sorted(found) == numbers

    def test_it_reads_whole_days_of_the_organisation(self) -> None:
        # 23:30 on the last day, half past midnight after it
        inside = self.w.file(at=NOW + timedelta(hours=14, minutes=18))
        self.w.file(at=NOW + timedelta(hours=15, minutes=18))
        assert [past.pk for page in self.pages() for past in page] == [inside.pk]

    def test_it_reads_what_was_sent_on_and_nothing_of_others(self) -> None:
        sent_on = self.w.file()
        Complaint.objects.filter(pk=sent_on.pk).update(organisation=self.w.upp)
        self.w.file(organisation=self.w.upp, text="No power in Gomti Nagar")
        assert [past.pk for page in self.pages() for past in page] == [sent_on.pk]

    def test_it_asks_the_database_for_pages_not_for_rows(self) -> None:
        rule = self.rule()
        self.w.file("Pothole near the school in Kothrud")
        self.queries(rule)  # what is kept in the process is read
        few = self.queries(rule)
        for _each in range(6):
            self.w.file("Pothole near the school in Kothrud")
        assert self.queries(rule) == few

    def queries(self, rule: RoutingRule) -> int:
        span = trial_past.Span(FIRST, LAST, "Asia/Kolkata")
        reader = self.w.actor(self.w.sunil)
        with CaptureQueriesContext(connection) as captured:
            trial = trying.Trial(rule, None, reader, StringIO())
            for page in trial_past.pages(self.w.pune.pk, span):
                trial.page(page)
        return len(captured)


class NothingWrittenTests(TryingTestCase):
    def test_it_writes_nothing_but_its_own_result(self) -> None:
        complaint = self.w.file("Pothole near the school in Kothrud")
        rule = self.rule()

        def stand() -> tuple[Any, ...]:
            row = Complaint.objects.filter(pk=complaint.pk).values().get()
            tables = (Event, Notice, RoutingDecision, Posting)
            return (row, *(table._default_manager.count() for table in tables))

        before = stand()
        self.try_it(rule)
        assert stand() == before


class JobTests(TryingTestCase):
    def test_it_lists_only_what_its_requester_may_read(self) -> None:
        self.w.file("Pothole near the school in Kothrud")
        found = self.try_it(self.rule(), self.w.admin)  # who reads no complaint
        assert (found["moved"], found["listed"]) == (1, 0)
        assert self.listed() == []

    def test_it_holds_no_data_of_a_citizen(self) -> None:
        self.w.file("Pothole near the school in Kothrud, my number is 99999-00001")
        self.try_it(self.rule())
        with self.result() as file:
            text = file.read().decode()
        for private in ("Meera", "99999", "9999900001", "Pothole"):
            assert private not in text

    def test_it_shows_no_number_that_a_pattern_found(self) -> None:
        self.w.file("Pothole in Kothrud, call 99999 00001 or meera@example.org now")
        rule = self.rule(words=[], pattern=r"call .* now")
        self.try_it(rule)
        assert self.listed()[0]["words"] == ["call ••••• or ••••• now"]

    def test_it_is_given_out_only_while_the_postings_last(self) -> None:
        self.w.file("Pothole near the school in Kothrud")
        self.try_it(self.rule())
        assert jobs.may_fetch(self.job, at=NOW)
        Posting.objects.filter(officer=self.w.sunil).update(valid_to=date(2026, 11, 1))
        assert not jobs.may_fetch(self.job, at=NOW)

    def test_it_fails_for_whom_the_rule_is_none_of_their_business(self) -> None:
        job = self.ask(self.rule(), self.w.omkar)
        run_waiting(clock=lambda: NOW)
        job.refresh_from_db()
        assert (job.state, job.error) == (Job.State.FAILED, "not_allowed")

    def test_it_makes_one_job_of_asking_twice(self) -> None:
        rule = self.rule()
        assert self.ask(rule) == self.ask(rule)
        for name in "ab":
            self.ask(self.rule(name=name))
        with self.assertRaises(trying.TooMany):
            self.ask(self.rule(name="c"))

    def test_it_tells_how_far_it_is(self) -> None:
        for _each in range(3):
            self.w.file()
        job = self.ask(self.rule())
        steps: list[tuple[int, int | None]] = []
        claimed = claim(job.pk, runner="test", at=NOW)
        assert claimed is not None

        def step(self: RunningJob, done: int, total: int | None = None) -> None:
            steps.append((done, total))
            self.total = total or self.total

        with (
            mock.patch.object(RunningJob, "step", step),
            mock.patch.object(trial_past, "PAGE", 2),
        ):
            run(claimed, clock=lambda: NOW)
        assert steps == [(0, 3), (2, 3), (3, 3)]

    def test_it_stops_when_it_is_asked_to(self) -> None:
        self.w.file("Pothole near the school in Kothrud")
        job = self.ask(self.rule())
        claimed = claim(job.pk, runner="test", at=NOW)
        assert claimed is not None
        jobs.cancel(claimed, at=NOW)
        with mock.patch("operations.running.PROGRESS_SECONDS", 0):
            run(claimed, clock=lambda: NOW)
        job.refresh_from_db()
        assert (job.state, job.result_file) == (Job.State.CANCELLED, "")
