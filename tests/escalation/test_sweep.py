"""The sweep: each limit once for ever, oldest first, after any absence."""

from datetime import datetime
from unittest.mock import patch

from complaints import attachments
from complaints.models import Complaint, Event
from complaints.refusals import Refused
from complaints.services import (
    appeal,
    ask_citizen,
    confirm,
    dispute,
    forward,
    hold,
    resolve,
)
from escalation.ladder import steps, sweep
from escalation.models import Step
from notices.models import Notice
from tests.base import NOW, WorldTestCase
from tests.builders import photo


class SweepCase(WorldTestCase):
    def setUp(self) -> None:
        super().setUp()
        sweep._aside.clear()

    def sweep_at(self, **delta: float) -> int:
        return sweep.tick(self.later(**delta))

    def kinds(self, complaint: Complaint) -> list[str]:
        events = Event.objects.filter(complaint=complaint).order_by("seq")
        return list(events.values_list("kind", flat=True))

    def told(self, complaint: Complaint, key: str) -> list[str]:
        rows = Notice.objects.filter(complaint=complaint, kind=key).order_by("pk")
        return [row.officer.username if row.officer else "citizen" for row in rows]

    def fresh(self, complaint: Complaint) -> Complaint:
        complaint.refresh_from_db()
        return complaint

    def resolved(self, complaint: Complaint, at: datetime) -> Complaint:
        resolve(
            complaint, action_taken="Filled with asphalt", cause=self.w.wear, at=at,
            files=(attachments.store(photo(), at=at),),
            actor=self.w.actor(self.w.omkar),
        )  # fmt: skip
        return self.fresh(complaint)


class OverdueTests(SweepCase):
    def test_it_raises_what_is_late_and_leaves_the_owner(self) -> None:
        complaint = self.w.file()
        due = complaint.due_at

        self.sweep_at(hours=24)

        assert self.fresh(complaint).level == 2
        assert complaint.owner == complaint.responsible == self.w.omkar
        assert complaint.due_at == due
        assert complaint.step_due_at == self.later(hours=36)
        assert self.kinds(complaint) == ["registered", "assigned", "escalated"]

    def test_it_tells_owner_head_and_citizen_once(self) -> None:
        complaint = self.w.file()

        for hours in (24, 24.1, 30):
            self.sweep_at(hours=hours)

        assert self.told(complaint, "staff_overdue") == ["omkar"]
        assert self.told(complaint, "staff_escalated") == ["hema"]
        assert self.told(complaint, "escalated") == ["citizen"]

    def test_it_does_nothing_before_the_time(self) -> None:
        complaint = self.w.file()

        self.sweep_at(hours=11, minutes=59)

        assert self.kinds(complaint) == ["registered", "assigned"]

    def test_it_climbs_the_whole_ladder_one_step_at_a_time(self) -> None:
        complaint = self.w.file()
        seen = []

        for hours in (24, 36, 48, 60, 600):
            self.sweep_at(hours=hours)
            seen.append(self.fresh(complaint).level)

        assert seen == [2, 3, 4, 4, 4]
        assert self.told(complaint, "staff_escalated") == ["hema", "zoya", "chitra"]
        assert self.told(complaint, "escalated") == ["citizen"] * 3
        # Nobody is above the last: it is reminded, and so is the first owner.
        assert complaint.step_due_at == self.later(hours=600, days=7)
        assert self.told(complaint, "staff_overdue")[-2:] == ["chitra", "omkar"]

    def test_it_climbs_long_work_by_the_week(self) -> None:
        complaint = self.w.file("bad road in Kothrud, resurfacing")
        seen = []

        for days in (30, 36, 37, 43, 44):
            self.sweep_at(days=days)
            seen.append(self.fresh(complaint).level)

        assert seen == [2, 2, 3, 3, 4]

    def test_it_takes_an_emergency_one_level_further(self) -> None:
        complaint = self.w.file("one fell in manhole, Kothrud")

        self.sweep_at(hours=24)

        assert self.fresh(complaint).level == 3
        assert self.told(complaint, "staff_escalated") == ["zoya"]

    def test_it_climbs_though_nobody_has_sorted_it(self) -> None:
        complaint = self.w.file("something is wrong")

        self.sweep_at(minutes=31)
        self.sweep_at(hours=73)

        assert self.fresh(complaint).status == "triage"
        assert complaint.level == 2
        assert self.told(complaint, "staff_escalated") == ["sunil", "sunil"]

    def test_it_waits_while_the_citizen_owes_an_answer(self) -> None:
        complaint = self.w.file()
        ask_citizen(
            complaint, question="Which lane?", actor=self.w.actor(self.w.omkar),
            at=self.later(hours=1),
        )  # fmt: skip

        self.sweep_at(hours=30)

        assert self.fresh(complaint).level == 1

    def test_it_leaves_finished_work_alone(self) -> None:
        complaint = self.w.file()
        self.resolved(complaint, self.later(hours=1))

        self.sweep_at(hours=48)

        assert complaint.status == "resolved"
        assert "escalated" not in self.kinds(complaint)


class OnceTests(SweepCase):
    def test_it_takes_each_step_once_after_six_hours_off(self) -> None:
        late = [self.w.file(at=self.later(minutes=minute)) for minute in (0, 90, 200)]

        assert self.sweep_at(hours=30) > 0
        self.sweep_at(hours=30)

        for complaint in late:
            assert self.kinds(complaint).count("escalated") == 1
            # The second level gets its own time, counted from now.
            assert self.fresh(complaint).step_due_at == self.later(hours=42)
        assert Step.objects.filter(name="due").count() == 3

    def test_it_takes_the_oldest_first(self) -> None:
        newer = self.w.file(at=self.later(hours=1))
        older = self.w.file()

        self.sweep_at(hours=30)

        raised = Event.objects.filter(kind="escalated").order_by("pk")
        assert [event.complaint_id for event in raised] == [older.pk, newer.pk]

    def test_it_leaves_a_step_that_another_worker_has_claimed(self) -> None:
        complaint = self.w.file()
        Step.objects.create(
            complaint=complaint, name="due", for_at=self.later(hours=24), at=NOW
        )

        self.sweep_at(hours=25)

        assert self.fresh(complaint).level == 1
        assert self.told(complaint, "escalated") == []

    def test_it_takes_nothing_from_a_row_that_changed_since_it_was_listed(self) -> None:
        complaint = self.w.file()
        listed = [complaint.pk]
        self.sweep_at(hours=24)

        with patch.object(sweep, "_overdue", return_value=listed):
            self.sweep_at(hours=24.5)

        assert self.kinds(complaint).count("escalated") == 1

    def test_it_claims_and_acts_in_one_transaction(self) -> None:
        complaint = self.w.file()

        with (
            patch("escalation.ladder.limits.escalate", side_effect=RuntimeError),
            self.assertLogs("escalation.ladder.sweep", "ERROR"),
        ):
            self.sweep_at(hours=25)
        assert not Step.objects.filter(name="due").exists()

        self.sweep_at(hours=26)
        assert self.fresh(complaint).level == 2

    def test_it_is_not_held_up_by_a_row_that_fails(self) -> None:
        bad, good = self.w.file(), self.w.file(at=self.later(hours=1))
        real = steps.take_missed

        def fails_once(complaint: Complaint, at: datetime) -> bool:
            if complaint.pk == bad.pk:
                raise Refused("no")
            return real(complaint, at)

        with (
            patch.object(sweep, "BATCH", 1),
            patch.object(steps, "take_missed", fails_once),
        ):
            self.sweep_at(hours=26)
            self.sweep_at(hours=26)

        assert self.fresh(good).level == 2
        assert self.fresh(bad).level == 1

    def test_it_asks_little_when_nothing_is_due(self) -> None:
        self.w.file()
        self.sweep_at(hours=1)

        with self.assertNumQueries(3):
            self.sweep_at(hours=1)


class StepTests(SweepCase):
    def test_it_tells_the_desk_what_nobody_sorted_in_half_an_hour(self) -> None:
        complaint = self.w.file("something is wrong")

        self.sweep_at(minutes=29)
        assert self.told(complaint, "staff_overdue") == []
        self.sweep_at(minutes=30)
        self.sweep_at(minutes=31)

        assert self.told(complaint, "staff_overdue") == ["devika"]
        assert self.told(complaint, "staff_escalated") == ["sunil"]
        assert self.fresh(complaint).status == "triage"
        assert complaint.step_due_at is None

    def test_it_goes_on_without_an_answer_after_seven_days(self) -> None:
        complaint = self.w.file()
        ask_citizen(
            complaint, question="Which lane?", actor=self.w.actor(self.w.omkar),
            at=self.later(hours=1),
        )  # fmt: skip

        self.sweep_at(days=7)
        assert self.fresh(complaint).status == "need_info"
        self.sweep_at(days=7, hours=2)

        assert self.fresh(complaint).status == "in_progress"
        assert complaint.due_at == self.later(days=8)
        assert "answer_overdue" in self.kinds(complaint)

    def test_it_sends_back_what_no_office_accepted(self) -> None:
        complaint = self._forwarded()

        self.sweep_at(days=3)

        assert self.fresh(complaint).status == "triage"
        assert complaint.step_reason == "triage"
        assert complaint.bounced == 1

    def test_it_leaves_the_third_time_to_the_head(self) -> None:
        complaint = self._forwarded()
        Complaint.objects.filter(pk=complaint.pk).update(bounced=2, level=2)

        self.sweep_at(days=3)

        assert self.fresh(complaint).status == "forwarded"
        assert complaint.level == 3
        assert complaint.step_reason == "level"

    def _forwarded(self) -> Complaint:
        complaint = self.w.file("bad road in Kothrud, resurfacing")
        forward(
            complaint, organisation=self.w.pune, office=self.w.aundh,
            reason="over there", department=self.w.roads,
            actor=self.w.actor(self.w.hema), at=NOW,
        )  # fmt: skip
        return self.fresh(complaint)

    def test_it_resumes_work_on_the_date_it_was_held_until(self) -> None:
        complaint = self.w.file()
        hold(
            complaint, reason="Spare part ordered", new_date=self.later(hours=20),
            actor=self.w.actor(self.w.hema), at=self.later(hours=1),
        )  # fmt: skip

        self.sweep_at(hours=20)

        assert self.fresh(complaint).status == "in_progress"
        assert complaint.step_due_at is None

    def test_it_raises_late_work_on_hold_and_still_resumes_it(self) -> None:
        complaint = self.w.file()
        hold(
            complaint, reason="Spare part ordered", new_date=self.later(hours=30),
            actor=self.w.actor(self.w.hema), at=self.later(hours=1),
        )  # fmt: skip

        self.sweep_at(hours=25)
        assert self.fresh(complaint).level == 2
        assert complaint.step_reason == "held"
        self.sweep_at(hours=30)

        assert self.fresh(complaint).status == "in_progress"
        assert complaint.step_reason == "level"

    def test_it_raises_a_dispute_that_the_head_left_lying(self) -> None:
        complaint = self.w.file()
        self.resolved(complaint, self.later(hours=1))
        dispute(
            complaint, text="not done", actor=self.w.citizen(complaint),
            at=self.later(hours=2),
        )  # fmt: skip

        self.sweep_at(hours=14)

        assert self.fresh(complaint).level == 3
        assert self.told(complaint, "staff_escalated") == ["zoya"]
        assert "hema" in self.told(complaint, "staff_overdue")

    def test_it_reminds_the_authority_of_an_appeal_every_week(self) -> None:
        complaint = self.w.file()
        self.resolved(complaint, self.later(hours=1))
        citizen = self.w.citizen(complaint)
        confirm(complaint, actor=citizen, at=self.later(hours=2))
        appeal(
            complaint, text="It was never done at all", actor=citizen,
            at=self.later(hours=3),
        )  # fmt: skip

        for days in (31, 32, 39):
            self.sweep_at(days=days)

        assert self.told(complaint, "staff_overdue") == ["anand", "anand"]
        assert self.fresh(complaint).status == "appealed"

    def test_it_clears_a_limit_that_means_nothing_any_more(self) -> None:
        complaint = self.w.file()
        for reason in ("triage", "answer", "accept", "held", "appeal", "who knows"):
            with self.subTest(reason=reason):
                Complaint.objects.filter(pk=complaint.pk).update(
                    step_due_at=self.later(minutes=1), step_reason=reason
                )
                self.sweep_at(minutes=2)
                assert self.fresh(complaint).step_due_at is None


class WarningTests(SweepCase):
    def test_it_warns_the_owner_of_short_work_at_half_time(self) -> None:
        complaint = self.w.file()

        self.sweep_at(hours=11.9)
        assert self.told(complaint, "staff_due_soon") == []
        self.sweep_at(hours=12)
        self.sweep_at(hours=13)

        assert self.told(complaint, "staff_due_soon") == ["omkar"]

    def test_it_warns_the_owner_of_long_work_at_four_fifths(self) -> None:
        complaint = self.w.file("bad road in Kothrud, resurfacing")

        self.sweep_at(days=23)
        assert self.told(complaint, "staff_due_soon") == []
        self.sweep_at(days=24)

        assert self.told(complaint, "staff_due_soon") == ["omkar"]

    def test_it_does_not_warn_of_what_is_done_or_late(self) -> None:
        done, late = self.w.file(), self.w.file(at=self.later(days=-2))
        self.resolved(done, self.later(hours=1))

        self.sweep_at(hours=12)

        assert self.told(done, "staff_due_soon") == []
        assert self.told(late, "staff_due_soon") == []
        assert not Step.objects.filter(at=None).exists()


class SilenceTests(SweepCase):
    def test_it_never_closes_what_nobody_was_asked_about(self) -> None:
        """Silence is feedback/silence.py's, and needs three tries."""
        complaint = self.resolved(self.w.file(), self.later(hours=1))
        self.sweep_at(days=90)
        assert self.fresh(complaint).status == "resolved"
