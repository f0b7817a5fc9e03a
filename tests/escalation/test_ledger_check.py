"""The books add up: through every door, over the demo's story, after an outage."""

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import TestCase

from complaints.actors import SYSTEM_ACTOR
from complaints.models import Complaint, Custody
from complaints.services import (
    accept,
    appeal,
    ask_citizen,
    cancel,
    citizen_replied,
    confirm,
    dispute,
    forward,
    joined,
    left,
    merge,
    reopen,
    set_category,
    start,
)
from complaints.status import Status
from escalation.ladder import sweep
from escalation.models import ServiceLevel
from escalation.promise.ledger_check import Report, check
from officers.models import CalendarHours, Holiday
from officers.trees import REFERENCE
from operations.generation import bump, forget_all
from presets.history.seed import tell
from presets.load import load
from tests.base import NOW, WorldTestCase, names
from tests.complaints.stage import solved, to_stage

NOON = datetime(2026, 11, 21, 6, 30, tzinfo=UTC)
LATER = NOW + timedelta(days=40)


def faults(at: datetime = LATER) -> dict[str, list[str]]:
    return {each.number: each.faults for each in check(at, Report())}


class BooksTests(WorldTestCase):
    def test_they_add_up_at_every_stage(self) -> None:
        for stage in Status:
            to_stage(self.w, stage, self.later(hours=1))

        assert faults() == {}

    def test_they_add_up_through_a_long_life(self) -> None:
        w, c = self.w, self.w.file(received_at=self.later(hours=-5))
        citizen, omkar, hema = w.citizen(c), w.actor(w.omkar), w.actor(w.hema)
        start(c, actor=omkar, at=self.later(hours=1))
        ask_citizen(c, question="Which lane?", actor=omkar, at=self.later(hours=2))
        citizen_replied(c, text="Left", actor=citizen, at=self.later(hours=30))
        forward(
            c, organisation=w.pune, office=w.aundh, department=w.roads,
            reason="Over there", actor=hema, at=self.later(hours=31),
        )  # fmt: skip
        accept(c, owner=w.nitin, actor=w.actor(w.nitin), at=self.later(hours=32))
        solved(w, c, self.later(hours=33))
        dispute(c, text="no", actor=citizen, at=self.later(hours=34))
        c.refresh_from_db()
        solved(w, c, self.later(hours=35))
        confirm(c, actor=citizen, at=self.later(hours=36))
        reopen(c, text="again", actor=citizen, at=self.later(days=3))

        assert faults() == {}
        legs = Custody.objects.filter(complaint=c)
        rested = legs.get(why="finished")
        assert (rested.from_at, rested.to_at) == (
            self.later(hours=36), self.later(days=3),
        )  # fmt: skip

    def test_they_add_up_after_the_appeal_of_a_rejected_one(self) -> None:
        complaint = to_stage(self.w, Status.REJECTED, self.later(hours=1))
        appeal(
            complaint, text="It is a real hole", at=self.later(days=2),
            actor=self.w.citizen(complaint),
        )  # fmt: skip

        assert faults() == {}

    def test_a_known_fault_holds_its_members(self) -> None:
        complaint, alone = self.w.file("no water in Kothrud"), self.w.file()
        joined(complaint, incident_id=1, actor=SYSTEM_ACTOR, at=self.later(hours=1))
        left(complaint, incident_id=1, actor=SYSTEM_ACTOR, at=self.later(hours=2))
        merge(
            alone, parent=complaint, actor=self.w.actor(self.w.asha),
            at=self.later(hours=2),
        )  # fmt: skip

        assert faults() == {}
        holders = Custody.objects.filter(complaint=complaint).order_by("pk")
        assert [leg.holder for leg in holders] == [
            "desk", "office", "incident", "office",
        ]  # fmt: skip

    def test_what_is_asked_of_the_citizen_stays_theirs_in_an_incident(self) -> None:
        complaint = to_stage(self.w, Status.NEED_INFO, self.later(hours=1))
        joined(complaint, incident_id=1, actor=SYSTEM_ACTOR, at=self.later(hours=2))
        left(complaint, incident_id=1, actor=SYSTEM_ACTOR, at=self.later(hours=3))
        cancel(complaint, actor=self.w.actor(self.w.sunil), at=self.later(hours=4))

        assert faults() == {}

    def test_a_sweep_after_weeks_leaves_them_right(self) -> None:
        for stage in (Status.TRIAGE, Status.ON_HOLD, Status.FORWARDED,
                      Status.NEED_INFO, Status.RESOLVED):  # fmt: skip
            to_stage(self.w, stage, self.later(hours=1))
        for days in (1, 2, 20, 30):
            sweep._aside.clear()
            sweep.tick(self.later(days=days))

        assert faults() == {}

    def test_a_promise_keeps_its_sum_when_the_calendar_changes(self) -> None:
        ServiceLevel.objects.update(calendar=self.w.office_hours, hours=20)
        bump("escalation")
        complaint = self.w.file()
        due = complaint.due_at
        self.w.office_hours.hours = "mon-fri 08:00-09:00"
        self.w.office_hours.save()
        CalendarHours.objects.create(
            calendar=self.w.office_hours,
            valid_from="2026-11-24",
            hours="sat 10:00-11:00",
        )
        Holiday.objects.create(
            calendar=self.w.office_hours, date="2026-11-23", names=names("New")
        )
        bump(REFERENCE)

        assert faults() == {}
        complaint.refresh_from_db()
        assert complaint.due_at == due

    def test_it_names_what_is_wrong(self) -> None:
        complaint = to_stage(self.w, Status.IN_PROGRESS)
        legs = Custody.objects.filter(complaint=complaint)
        legs.filter(to_at=None).update(from_at=self.later(hours=3))
        Complaint.objects.filter(pk=complaint.pk).update(
            due_at=self.later(hours=25), level=2
        )

        assert faults() == {complaint.number: ["gap", "due_at", "no_limit"]}


class CommandTests(WorldTestCase):
    def told(self, *args: str) -> str:
        out = StringIO()
        call_command("check_ledger", *args, stdout=out)
        return out.getvalue()

    def test_it_adds_up_and_says_so(self) -> None:
        complaint = self.w.file(at=NOW - timedelta(days=400))
        self.w.file(at=NOW - timedelta(days=400))

        assert "2 complaints, 4 legs: 0 do not add up." in self.told()
        assert "1 complaints" in self.told("--number", complaint.number)

    def test_it_fails_where_one_is_wrong(self) -> None:
        complaint = self.w.file(at=NOW - timedelta(days=400))
        Custody.objects.filter(complaint=complaint, to_at=None).delete()
        out = StringIO()

        with pytest.raises(CommandError, match="1 not_open"):
            call_command("check_ledger", stdout=out)

        assert f"{complaint.number}: not_open" in out.getvalue()

    def test_it_refuses_a_number_that_is_none(self) -> None:
        for number in ("12", "100000000002"):
            with pytest.raises(CommandError):
                self.told("--number", number)

    def test_it_reads_a_bounded_number_of_rows_at_once(self) -> None:
        for _each in range(3):
            self.w.file(at=NOW - timedelta(days=400))
        list(check(LATER, Report()))
        with self.assertNumQueries(3):  # complaints, their legs, no more complaints
            list(check(LATER, Report()))


@pytest.mark.long
class DemoTests(TestCase):
    """Two hundred days of the demo, and what the sweep does with it."""

    @classmethod
    def setUpTestData(cls) -> None:
        forget_all()
        for name in ("pmc", "uppcl"):
            load(name, at=NOON)
        tell(range(1, 61), at=NOON)

    @classmethod
    def tearDownClass(cls) -> None:
        super().tearDownClass()
        forget_all()

    def test_its_books_add_up(self) -> None:
        report = Report()
        assert [*check(NOON, report)] == []
        assert report.complaints >= 60

    def test_they_still_do_when_nobody_swept_for_a_week(self) -> None:
        for days in (7, 7.01, 14):
            sweep._aside.clear()
            sweep.tick(NOON + timedelta(days=days))
        assert [*check(NOON + timedelta(days=14), Report())] == []

    def test_another_kind_counts_the_promise_again(self) -> None:
        row = Complaint.objects.open().exclude(category=None).order_by("pk").first()
        assert row is not None and row.category is not None
        set_category(row, category=row.category, actor=SYSTEM_ACTOR, at=NOON)
        assert [*check(NOON, Report())] == []
