"""Work of those who are not there goes to a colleague: once, oldest first, told why."""

from datetime import date, datetime, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from complaints.models import Complaint, Event
from complaints.services import reassign, resolve, start
from escalation.ladder import handing
from escalation.models import Step
from helpline import timeline
from notices.models import Notice
from officers.models import Leave, Officer, Posting, Role
from officers.trees import REFERENCE
from operations.generation import bump
from tests.base import NOW, World, WorldTestCase, WorldTransactionTestCase

TODAY = date(2026, 11, 21)


def colleague(w: World) -> None:
    """Nitin sits in Kothrud as well."""
    Posting.objects.create(
        officer=w.nitin, role=Role.OFFICER, organisation=w.pune, area=w.kothrud,
        department=w.roads,
    )  # fmt: skip
    bump(REFERENCE)


class HandingCase(WorldTestCase):
    def setUp(self) -> None:
        super().setUp()
        handing.forget()

    def own(self, **over: object) -> Complaint:
        complaint = self.w.file(**over)  # type: ignore[arg-type]  # as file() takes it
        assert complaint.owner == self.w.omkar
        return complaint

    def away(self, *officers: Officer) -> None:
        pks = [officer.pk for officer in officers]
        Officer.objects.filter(pk__in=pks).update(away=True)
        bump(REFERENCE)

    def leave(self, officer: Officer, begin: date, end: date) -> None:
        Leave.objects.create(officer=officer, from_date=begin, to_date=end)
        bump(REFERENCE)

    def tick(self, at: datetime = NOW) -> int:
        handing.forget()
        return handing.tick(at)

    def owner(self, complaint: Complaint) -> Officer | None:
        complaint.refresh_from_db()
        return complaint.owner


class UnownedTests(HandingCase):
    def unowned(self) -> Complaint:
        self.away(self.w.omkar, self.w.hema, self.w.zoya, self.w.chitra)
        complaint = self.w.file()
        assert (complaint.status, complaint.owner) == ("assigned", None)
        return complaint

    def back(self) -> None:
        Officer.objects.filter(pk=self.w.omkar.pk).update(away=False)
        bump(REFERENCE)

    def test_it_waits_while_nobody_is_there(self) -> None:
        complaint = self.unowned()

        assert self.tick() == 0
        assert self.owner(complaint) is None

    def test_it_gives_it_to_the_first_who_comes(self) -> None:
        complaint = self.unowned()
        self.back()

        assert self.tick() == 1
        assert self.owner(complaint) == self.w.omkar
        assert complaint.responsible == self.w.omkar
        assert self.tick() == 0

    def test_it_leaves_what_is_not_sent_to_an_office(self) -> None:
        complaint = self.unowned()
        Complaint.objects.filter(pk=complaint.pk).update(status="triage")
        self.back()

        assert self.tick() == 0
        assert self.owner(complaint) is None


class CauseTests(HandingCase):
    def test_it_leaves_the_work_of_those_who_are_there(self) -> None:
        complaint = self.own()
        colleague(self.w)

        assert self.tick() == 0
        assert self.owner(complaint) == self.w.omkar

    def test_it_gives_on_what_is_with_somebody_on_leave(self) -> None:
        complaint = self.own()
        colleague(self.w)
        self.leave(self.w.omkar, TODAY, TODAY + timedelta(days=6))

        assert self.tick() == 1
        assert self.owner(complaint) == self.w.nitin
        assert complaint.responsible == self.w.omkar
        assert complaint.status == "assigned"

    def test_it_waits_for_the_first_day_of_the_leave(self) -> None:
        complaint = self.own()
        colleague(self.w)
        self.leave(self.w.omkar, TODAY + timedelta(days=1), TODAY + timedelta(days=2))

        assert self.tick() == 0
        # 18:31 in UTC is the next day in India
        assert self.tick(NOW.replace(hour=18, minute=31)) == 1
        assert self.owner(complaint) == self.w.nitin

    def test_it_gives_on_what_is_with_somebody_away(self) -> None:
        complaint = self.own()
        colleague(self.w)
        self.away(self.w.omkar)

        assert self.tick() == 1
        assert self.owner(complaint) == self.w.nitin

    def test_it_gives_it_to_the_head_where_no_colleague_is(self) -> None:
        complaint = self.own()
        self.away(self.w.omkar)

        assert self.tick() == 1
        assert self.owner(complaint) == self.w.hema

    def test_it_leaves_it_where_nobody_is_at_all_and_looks_again(self) -> None:
        complaint = self.own()
        Officer.objects.update(away=True)
        bump(REFERENCE)

        assert self.tick() == 0
        assert self.owner(complaint) == self.w.omkar
        Officer.objects.filter(pk=self.w.hema.pk).update(away=False)
        bump(REFERENCE)
        assert self.tick(self.later(minutes=11)) == 1
        assert self.owner(complaint) == self.w.hema

    def test_what_was_begun_waits_for_who_comes_back(self) -> None:
        complaint = self.own()
        start(complaint, actor=self.w.actor(self.w.omkar), at=NOW)
        colleague(self.w)
        self.away(self.w.omkar)

        assert self.tick() == 0
        assert self.owner(complaint) == self.w.omkar

    def test_what_was_begun_goes_on_when_somebody_left(self) -> None:
        complaint = self.own()
        start(complaint, actor=self.w.actor(self.w.omkar), at=NOW)
        colleague(self.w)
        Officer.objects.filter(pk=self.w.omkar.pk).update(is_active=False)
        bump(REFERENCE)

        assert self.tick() == 1
        assert self.owner(complaint) == self.w.nitin
        assert complaint.status == "in_progress"

    def test_it_gives_on_what_is_with_somebody_posted_elsewhere_now(self) -> None:
        complaint = self.own()
        colleague(self.w)
        held = Posting.objects.filter(officer=self.w.omkar)
        held.update(valid_to=TODAY - timedelta(days=1))
        Posting.objects.create(
            officer=self.w.omkar, role=Role.OFFICER, organisation=self.w.pune,
            area=self.w.aundh, department=self.w.roads, valid_from=TODAY,
        )  # fmt: skip
        bump(REFERENCE)
        there = self.w.file("pothole in Aundh")
        Complaint.objects.filter(pk=there.pk).update(owner=self.w.omkar)

        assert self.tick() == 1
        assert self.owner(complaint) == self.w.nitin
        assert self.owner(there) == self.w.omkar  # his new office's own

    def test_a_disputed_one_stays_with_the_heads(self) -> None:
        complaint = self.own()
        actor = self.w.actor(self.w.omkar)
        Complaint.objects.filter(pk=complaint.pk).update(reopened=1, level=2)
        Complaint.objects.filter(pk=complaint.pk).update(
            owner=self.w.hema, resolved_by=self.w.omkar
        )
        assert actor.officer is not None
        self.away(self.w.hema)

        assert self.tick() == 1
        assert self.owner(complaint) == self.w.zoya


class OnceTests(HandingCase):
    def test_it_comes_once_for_one_cause(self) -> None:
        """A person's word stands: who gave it back to him knows why."""
        complaint = self.own()
        colleague(self.w)
        self.leave(self.w.omkar, TODAY, TODAY + timedelta(days=6))
        assert self.tick() == 1
        self.owner(complaint)
        hema = self.w.actor(self.w.hema)
        reassign(complaint, owner=self.w.omkar, actor=hema, at=NOW)

        assert self.tick(self.later(days=1)) == 0
        assert self.owner(complaint) == self.w.omkar

    def test_it_comes_again_for_another_leave(self) -> None:
        complaint = self.own()
        colleague(self.w)
        self.leave(self.w.omkar, TODAY, TODAY)
        assert self.tick() == 1
        self.owner(complaint)
        later = self.later(days=3)
        hema = self.w.actor(self.w.hema)
        reassign(complaint, owner=self.w.omkar, actor=hema, at=later)
        day = TODAY + timedelta(days=3)
        self.leave(self.w.omkar, day, day)

        assert self.tick(later) == 1
        assert self.owner(complaint) == self.w.nitin

    def test_it_looks_once_a_minute(self) -> None:
        handing.tick(NOW)

        with self.assertNumQueries(0):
            assert handing.tick(self.later(seconds=30)) == 0
        assert handing.tick(self.later(seconds=61)) == 0

    def test_it_takes_the_oldest_first_in_batches(self) -> None:
        complaints = [self.own(at=NOW - timedelta(hours=n)) for n in range(4)]
        colleague(self.w)
        self.away(self.w.omkar)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(handing, "BATCH", 3)
            handing.forget()
            assert handing.tick(NOW) == 3
            left = [c for c in complaints if self.owner(c) == self.w.omkar]
            assert left == complaints[:1]  # the youngest
            assert handing.tick(NOW) == 1  # there was more than a batch: at once


class ToldTests(HandingCase):
    def test_it_tells_the_colleague_and_the_page_says_why(self) -> None:
        complaint = self.own()
        colleague(self.w)
        self.leave(self.w.omkar, TODAY, TODAY)
        self.tick()

        event = Event.objects.get(complaint=complaint, kind="reassigned")
        assert (event.actor_kind, event.data["why"]) == ("system", "leave")
        notice = Notice.objects.get(event=event)
        assert (notice.kind, notice.officer) == ("staff_assigned", self.w.nitin)
        complaint.refresh_from_db()
        (entry,) = [e for e in timeline.entries(complaint) if e.kind == "reassigned"]
        assert entry.detail == "Nitin; the officer before is on leave"

    def test_work_that_is_done_stays_where_it_is(self) -> None:
        complaint = self.own(category=self.w.resurfacing)
        resolve(
            complaint, action_taken="Resurfaced", cause=self.w.wear, at=NOW,
            actor=self.w.actor(self.w.omkar),
        )  # fmt: skip
        self.away(self.w.omkar)

        assert self.tick() == 0


class CountTests(HandingCase):
    def test_a_quiet_round_is_two_statements(self) -> None:
        self.own()
        self.tick()

        with self.assertNumQueries(2):
            self.tick()

    def test_each_costs_the_same(self) -> None:
        def handed(n: int) -> int:
            for _each in range(n):
                Complaint.objects.filter(pk=self.w.file().pk).update(owner=self.w.omkar)
            with CaptureQueriesContext(connection) as seen:
                assert self.tick() == n
            return len(seen)

        colleague(self.w)
        self.away(self.w.omkar)
        handed(1)

        one, four = handed(1), handed(4)
        assert (four - one) / 3 <= 20, [one, four]


@pytest.mark.postgres
class RaceTests(WorldTransactionTestCase):
    def test_two_workers_give_each_on_once(self) -> None:
        complaints = [self.w.file() for _each in range(6)]
        colleague(self.w)
        Officer.objects.filter(pk=self.w.omkar.pk).update(away=True)
        bump(REFERENCE)
        handing.forget()
        together = Barrier(2)

        def work() -> None:
            try:
                together.wait(timeout=10)
                for pk in handing._waiting(NOW):
                    handing._safely(pk, NOW)
            finally:
                connection.close()

        threads = [Thread(target=work) for _each in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=60)
        assert Event.objects.filter(kind="reassigned").count() == 6
        assert Step.objects.filter(name__startswith="away:").count() == 6
        owners = Complaint.objects.filter(pk__in=[c.pk for c in complaints])
        assert {c.owner_id for c in owners} == {self.w.nitin.pk}
