"""What a level must do, whom the ladder passed over, and that nothing is left lying."""

from datetime import date, datetime

import pytest
from django.conf import settings

from complaints.models import Complaint, Event
from complaints.refusals import Invalid, NotAllowed
from complaints.services import (
    ask_citizen,
    ask_hold,
    assign,
    escalate,
    forward,
    hold,
    take_up,
)
from complaints.services.guards import may_take_up
from complaints.status import OPEN_STATUSES, Status
from escalation.ladder import levels, sweep
from escalation.models import Step
from helpline import queues
from notices.models import Notice
from officers.models import Leave, Officer, Posting, Role
from officers.trees import REFERENCE
from operations.generation import bump
from tests.base import NOW, WorldTestCase
from tests.complaints.stage import to_stage

PLAN = "A second gang comes on Monday with hot mix"


class LevelCase(WorldTestCase):
    def setUp(self) -> None:
        super().setUp()
        sweep._aside.clear()

    def sweep_at(self, **delta: float) -> None:
        sweep._aside.clear()
        sweep.tick(self.later(**delta))

    def raised(self, hours: float = 24) -> Complaint:
        complaint = self.w.file()
        self.sweep_at(hours=hours)
        return self.fresh(complaint)

    def fresh(self, complaint: Complaint) -> Complaint:
        complaint.refresh_from_db()
        return complaint

    def take(
        self, complaint: Complaint, officer: Officer, until: datetime, **at: float
    ) -> Complaint:
        return take_up(
            complaint, plan=PLAN, until=until, actor=self.w.actor(officer),
            at=self.later(**at),
        )  # fmt: skip

    def skipped(self, complaint: Complaint) -> list[dict[str, object]]:
        events = Event.objects.filter(complaint=complaint, kind="escalated")
        last = events.order_by("-seq").first()
        assert last is not None
        found: list[dict[str, object]] = last.data.get("skipped", [])
        return found


class TakeUpTests(LevelCase):
    def test_its_word_stops_the_next_step_until_the_date_it_named(self) -> None:
        complaint = self.raised()
        due = complaint.due_at

        self.take(complaint, self.w.hema, self.later(hours=60), hours=25)

        assert (complaint.step_reason, complaint.due_at) == ("taken", due)
        self.sweep_at(hours=40)  # the level's own limit was at 36
        assert self.fresh(complaint).level == 2
        self.sweep_at(hours=60)
        assert self.fresh(complaint).level == 3
        assert complaint.step_reason == "level"

    def test_the_citizen_is_told_what_will_be_done(self) -> None:
        complaint = self.raised()

        self.take(complaint, self.w.hema, self.later(hours=60), hours=25)

        told = Notice.objects.get(complaint=complaint, kind="reply")
        assert told.audience == "citizen"
        assert PLAN in told.text
        said = complaint.messages.get(kind="reply")
        assert (said.text, said.public) == (PLAN, True)

    def test_silence_climbs_on(self) -> None:
        complaint = self.raised()
        self.sweep_at(hours=36)
        assert self.fresh(complaint).level == 3

    def test_only_the_level_that_it_has_reached_may(self) -> None:
        complaint = self.raised()
        self.sweep_at(hours=36)
        self.fresh(complaint)
        for officer in (self.w.hema, self.w.omkar, self.w.asha):
            with pytest.raises(NotAllowed):
                self.take(complaint, officer, self.later(hours=60), hours=37)
        assert not may_take_up(complaint, self.w.actor(self.w.hema))
        assert may_take_up(complaint, self.w.actor(self.w.chitra))

        self.take(complaint, self.w.zoya, self.later(hours=60), hours=37)

        assert complaint.step_reason == "taken"

    def test_whom_the_ladder_named_may_though_of_another_level(self) -> None:
        Posting.objects.filter(role__in=(Role.ZONE_HEAD, Role.COMMISSIONER)).delete()
        Posting.objects.filter(officer=self.w.sunil).update(role=Role.ZONE_HEAD)
        bump(REFERENCE)
        complaint = self.raised()
        Complaint.objects.filter(pk=complaint.pk).update(raised_to=self.w.hema, level=3)

        self.take(self.fresh(complaint), self.w.hema, self.later(hours=50), hours=25)

        assert complaint.step_reason == "taken"

    def test_it_is_once_a_level_and_not_for_ever(self) -> None:
        complaint = self.raised()
        for until in (self.later(hours=24), self.later(days=9)):
            with pytest.raises(Invalid):
                self.take(complaint, self.w.hema, until, hours=25)
        self.take(complaint, self.w.hema, self.later(days=3), hours=25)
        with pytest.raises(Invalid):
            self.take(complaint, self.w.hema, self.later(days=4), hours=26)
        Complaint.objects.filter(pk=complaint.pk).update(step_reason="level")
        with pytest.raises(Invalid):
            self.take(self.fresh(complaint), self.w.hema, self.later(days=4), hours=26)

    def test_long_work_may_take_a_month(self) -> None:
        complaint = self.w.file("bad road in Kothrud, resurfacing")
        self.sweep_at(days=30)
        self.take(self.fresh(complaint), self.w.hema, self.later(days=59), days=30)
        assert complaint.step_due_at == self.later(days=59)

    def test_nothing_is_taken_up_before_it_was_raised(self) -> None:
        with pytest.raises(Invalid):
            self.take(self.w.file(), self.w.hema, self.later(hours=5), hours=1)

    def test_raised_by_a_person_the_new_level_has_its_own_time(self) -> None:
        complaint = self.raised()
        self.take(complaint, self.w.hema, self.later(hours=90), hours=25)

        escalate(
            complaint, level=3, to_officer_id=self.w.zoya.pk, why="citizen_called",
            actor=self.w.actor(self.w.sunil), at=self.later(hours=26),
        )  # fmt: skip

        assert self.fresh(complaint).step_reason == "level"
        assert complaint.step_due_at == self.later(hours=38)


class SkippedTests(LevelCase):
    def test_nobody_is_passed_over_where_all_are_there(self) -> None:
        assert self.skipped(self.raised()) == []

    def test_it_keeps_who_was_passed_over_and_why(self) -> None:
        Posting.objects.filter(role=Role.DEPT_HEAD).delete()
        Leave.objects.create(
            officer=self.w.zoya, from_date=date(2026, 11, 1), to_date=date(2026, 12, 1)
        )
        bump(REFERENCE)

        complaint = self.raised()

        passed = [{"level": 2, "why": "nobody"}, {"level": 3, "why": "leave"}]
        assert self.skipped(complaint) == passed
        assert complaint.raised_to == self.w.chitra
        assert levels.sentence(passed) == (  # type: ignore[arg-type]  # as it is kept
            "level 2: nobody holds this post; level 3: on leave or away"
        )

    def test_it_says_so_where_all_are_away(self) -> None:
        for officer in (self.w.hema, self.w.zoya, self.w.chitra):
            Leave.objects.create(
                officer=officer, from_date=date(2026, 11, 1),
                to_date=date(2026, 12, 1),
            )  # fmt: skip
        bump(REFERENCE)
        complaint = self.raised()
        assert complaint.raised_to == self.w.hema  # absent, and nobody else is there
        assert self.skipped(complaint) == [{"level": 2, "why": "leave"}]

    def test_unsorted_work_names_the_supervisor_as_second_level(self) -> None:
        complaint = self.w.file("something is wrong")
        self.sweep_at(hours=73)
        assert self.fresh(complaint).raised_to == self.w.sunil
        assert self.skipped(complaint) == []

    def test_the_pages_say_it_at_the_top(self) -> None:
        Posting.objects.filter(role=Role.DEPT_HEAD).delete()
        bump(REFERENCE)
        complaint = self.raised()
        self.client.force_login(self.w.zoya)
        for path in (f"/admin/complaint/{complaint.number}/",
                     "/admin/queue/?view=raised"):  # fmt: skip
            page = self.client.get(path).content.decode()
            assert "level 2: nobody holds this post" in page, path


class QueueTests(LevelCase):
    def seen_by(self, officer: Officer, view: str = "raised") -> list[int]:
        moment = queues.Moment(officer, self.w.actor(officer), NOW)
        rows = queues.rows_of(queues.BY_SLUG[view], moment)
        return sorted(rows.values_list("pk", flat=True))

    def test_each_level_sees_what_came_to_it(self) -> None:
        complaint = self.raised()
        assert self.seen_by(self.w.hema) == [complaint.pk]
        assert self.seen_by(self.w.zoya) == []
        self.sweep_at(hours=36)
        assert self.seen_by(self.w.hema) == []
        assert self.seen_by(self.w.zoya) == [complaint.pk]

    def test_the_one_above_sees_what_came_for_want_of_another(self) -> None:
        Posting.objects.filter(role=Role.DEPT_HEAD).delete()
        bump(REFERENCE)
        complaint = self.raised()
        assert self.seen_by(self.w.zoya) == [complaint.pk]

    def test_heads_see_what_more_time_is_asked_for(self) -> None:
        complaint = self.w.file()
        ask_hold(
            complaint, reason="Hot mix is late", new_date=self.later(days=2),
            actor=self.w.actor(self.w.omkar), at=NOW,
        )  # fmt: skip
        assert self.seen_by(self.w.hema, "longer") == [complaint.pk]
        self.client.force_login(self.w.hema)
        self.client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
        page = self.client.get(f"/admin/complaint/{complaint.number}/").content.decode()
        assert "More time is asked for, until" in page
        assert "Hot mix is late" in page
        assert 'value="2026-11-23"' in page


class MoreTimeTests(LevelCase):
    def ask(self) -> Complaint:
        complaint = self.w.file()
        ask_hold(
            complaint, reason="Hot mix is late", new_date=self.later(days=2),
            actor=self.w.actor(self.w.omkar), at=NOW,
        )  # fmt: skip
        return complaint

    def told(self, complaint: Complaint) -> list[Notice]:
        rows = Notice.objects.filter(complaint=complaint, kind="staff_hold_asked")
        return list(rows)

    def test_the_head_is_asked_in_two_parts_at_most(self) -> None:
        for language in ("en", "hi", "mr", "it"):
            Officer.objects.filter(pk=self.w.hema.pk).update(language=language)
            bump(REFERENCE)
            [notice] = self.told(self.ask())
            assert (notice.officer, notice.language) == (self.w.hema, language)
            assert notice.segments <= 2, notice.text

    def test_the_next_one_up_is_asked_where_the_head_is_away(self) -> None:
        Leave.objects.create(
            officer=self.w.hema, from_date=date(2026, 11, 1), to_date=date(2026, 12, 1)
        )
        bump(REFERENCE)
        assert [row.officer for row in self.told(self.ask())] != [self.w.hema]

    def test_a_request_stops_no_clock(self) -> None:
        complaint = self.ask()
        self.sweep_at(hours=24)
        assert self.fresh(complaint).level == 2
        assert complaint.hold_asked is not None
        told = Notice.objects.filter(complaint=complaint, kind="delay_interim")
        assert not told.exists()


class NothingIsLeftLyingTests(LevelCase):
    """Whatever happens to it, what is open and late climbs to the top."""

    def climbs(self, complaint: Complaint, since: int) -> None:
        for days in range(since, since + 60, 4):
            self.sweep_at(days=days)
        assert self.fresh(complaint).level == 4, complaint.status
        assert complaint.step_due_at is not None

    def test_from_every_open_stage(self) -> None:
        for stage in OPEN_STATUSES:
            with self.subTest(stage=stage):
                complaint = to_stage(self.w, stage, self.later(hours=1))
                self.climbs(complaint, 2)

    def test_sorted_late_it_climbs_on(self) -> None:
        complaint = self.w.file("something is wrong")
        self.sweep_at(hours=73)
        assign(
            self.fresh(complaint), organisation=self.w.pune, office=self.w.kothrud,
            owner=None, department=self.w.roads, actor=self.w.actor(self.w.devika),
            at=self.later(hours=74),
        )  # fmt: skip
        assert self.fresh(complaint).step_reason == "level"
        self.climbs(complaint, 4)

    def test_sent_away_and_back_it_climbs_on(self) -> None:
        complaint = self.raised()
        forward(
            complaint, organisation=self.w.pune, office=self.w.aundh,
            reason="over there", department=self.w.roads,
            actor=self.w.actor(self.w.hema), at=self.later(hours=25),
        )  # fmt: skip
        self.sweep_at(days=4)
        assert self.fresh(complaint).status == Status.TRIAGE
        self.sweep_at(days=4, hours=1)  # nobody sorted it in half an hour
        assert self.fresh(complaint).step_reason == "level"
        self.climbs(complaint, 5)

    def test_held_and_asked_about_it_climbs_on(self) -> None:
        held, asked = self.raised(), self.w.file()
        hema = self.w.actor(self.w.hema)
        hold(
            held, reason="Hot mix is late", new_date=self.later(days=3), actor=hema,
            at=self.later(hours=25),
        )  # fmt: skip
        self.sweep_at(hours=26)
        ask_citizen(
            self.fresh(asked), question="Which lane?", actor=hema,
            at=self.later(hours=27),
        )  # fmt: skip
        self.climbs(held, 4)
        self.climbs(asked, 65)

    def test_the_same_step_never_fires_twice(self) -> None:
        complaint = self.raised()
        self.climbs(complaint, 2)
        steps = Step.objects.filter(complaint=complaint).values_list("name", "for_at")
        assert len(steps) == len(set(steps))
        raised = Event.objects.filter(complaint=complaint, kind="escalated")
        assert [event.data["level"] for event in raised.order_by("seq")] == [2, 3, 4]
