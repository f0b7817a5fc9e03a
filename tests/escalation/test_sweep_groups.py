"""Many limits in one transaction: as if each had its own, with few statements."""

from datetime import datetime
from typing import Any
from unittest import mock

from django.db import connection
from django.test.utils import CaptureQueriesContext

from complaints.actors import SYSTEM_ACTOR
from complaints.models import Complaint, Event
from complaints.services import escalate, set_deadline
from escalation.ladder import steps, sweep, sweep_groups
from escalation.models import Step
from notices.models import Notice
from tests.base import NOW, WorldTestCase

LATE = NOW.replace(day=25)


class GroupTests(WorldTestCase):
    def setUp(self) -> None:
        super().setUp()
        sweep._aside.clear()
        self.addCleanup(sweep._aside.clear)

    def file(self, count: int) -> list[int]:
        return [self.w.file().pk for _each in range(count)]

    def raised(self) -> set[int]:
        rows = Event.objects.filter(kind="escalated")
        return set(rows.values_list("complaint_id", flat=True))

    def test_it_does_in_a_group_what_it_does_one_by_one(self) -> None:
        alone, *others = self.file(3)
        sweep._safely(steps.take_missed, alone, LATE)
        assert sweep._each(others, steps.take_missed, LATE) == 2

        def told(pk: int) -> list[tuple[Any, ...]]:
            number = Complaint.objects.get(pk=pk).number
            rows = Notice.objects.filter(complaint=pk, event__kind="escalated")
            return [
                (row.kind, row.recipient, row.not_before, len(row.text))
                for row in rows.order_by("kind", "recipient")
                if number in row.text.replace(" ", "") or row.text
            ]

        def stand(pk: int) -> tuple[Any, ...]:
            row = Complaint.objects.get(pk=pk)
            claimed = Step.objects.filter(complaint=pk, name="due").values_list("at")
            return (row.level, row.raised_to_id, row.step_due_at, list(claimed))

        assert told(alone)
        for pk in others:
            assert told(pk) == told(alone)
            assert stand(pk) == stand(alone)

    def test_it_costs_as_many_statements_for_few_as_for_many(self) -> None:
        counts = []
        for size in (5, 5, 15):  # the first reads what is kept in the process
            due = self.file(size)
            with CaptureQueriesContext(connection) as captured:
                sweep._each(due, steps.take_missed, LATE)
            counts.append(len(captured))
        assert counts[1] <= 11
        # SQLite takes a thousand values at once: many notices are two statements
        assert counts[2] - counts[1] <= 2

    def test_it_lets_one_that_fails_hold_up_nobody(self) -> None:
        first, bad, last = self.file(3)

        def take(complaint: Complaint, at: datetime) -> bool:
            done = steps.take_missed(complaint, at)
            if complaint.pk == bad:
                raise ArithmeticError
            return done

        assert sweep._each([first, bad, last], take, LATE) == 2
        assert self.raised() == {first, last}
        assert set(sweep._aside) == {bad}

    def test_it_takes_no_step_that_was_claimed_before(self) -> None:
        one, other = self.file(2)
        due = Complaint.objects.get(pk=one).due_at
        assert due is not None
        Step.objects.create(complaint_id=one, name="due", for_at=due, at=NOW)
        assert sweep._each([one, other], steps.take_missed, LATE) == 1
        assert self.raised() == {other}

    def test_it_writes_several_changes_of_one_complaint_at_once(self) -> None:
        pk = self.file(1)[0]

        def take(complaint: Complaint, at: datetime) -> bool:
            for level in (2, 3):
                escalate(
                    complaint, level=level, to_officer_id=None, why="due",
                    actor=SYSTEM_ACTOR, at=at, step_due_at=LATE if level == 2 else None,
                )  # fmt: skip
            return True

        before = Complaint.objects.get(pk=pk)
        assert sweep._together(take, [pk], LATE) == 1
        row = Complaint.objects.get(pk=pk)
        assert (row.level, row.step_due_at) == (3, LATE)
        events = Event.objects.filter(complaint=pk, seq__gt=before.version)
        assert list(events.order_by("seq").values_list("seq", "data__level")) == [
            (before.version + 1, 2), (before.version + 2, 3),
        ]  # fmt: skip
        assert row.version == before.version + 2

    def test_it_writes_every_sort_of_value(self) -> None:
        """What bulk_update would write, on both engines."""
        pk = self.file(1)[0]
        reason = {"hours": 3, "source": "Citizen's charter; 50 %"}

        def take(complaint: Complaint, at: datetime) -> bool:
            set_deadline(
                complaint, actor=SYSTEM_ACTOR, at=at, why="test", due_at=LATE,
                due_reason=reason, step_due_at=None, step_reason="",
            )  # fmt: skip
            return True

        sweep._together(take, [pk], LATE)
        row = Complaint.objects.get(pk=pk)
        assert (row.due_at, row.due_reason) == (LATE, reason)
        assert (row.step_due_at, row.step_reason) == (None, "")

    def test_it_leaves_no_trace_of_a_group_that_fails(self) -> None:
        one, other = self.file(2)
        with (
            mock.patch(
                "escalation.claims.compensation.offer", side_effect=ArithmeticError
            ),
            self.assertRaises(ArithmeticError),
        ):
            sweep_groups.take_all([one, other], steps.take_missed, LATE)
        assert not self.raised()
        assert not Step.objects.filter(name="due").exists()

    def test_it_tells_those_who_are_joined_to_one_of_them(self) -> None:
        parent, child = self.file(2)
        Complaint.objects.filter(pk=child).update(parent=parent, status="merged")
        sweep._each([parent], steps.take_missed, LATE)
        told = Notice.objects.filter(event__kind="escalated", audience="citizen")
        assert {row.complaint_id for row in told} >= {parent}

    def test_it_has_an_officer_from_the_postings_that_are_kept(self) -> None:
        complaint = Complaint.objects.get(pk=self.file(1)[0])
        escalate(
            complaint, level=2, to_officer_id=self.w.hema.pk, why="due",
            actor=SYSTEM_ACTOR, at=LATE,
        )  # fmt: skip
        assert Notice.objects.filter(officer=self.w.hema).exists()
