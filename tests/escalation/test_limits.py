"""The present holder's limit: acceptance, dispute, the second level."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from complaints import attachments
from complaints.models import Complaint, Custody
from complaints.services import (
    accept,
    allow,
    appeal,
    assign,
    bounce,
    confirm,
    decide,
    dispute,
    escalate,
    forward,
    hold,
    not_solved,
    reopen,
    resolve,
    resume,
)
from notices.models import Notice
from officers.models import Area, Officer, Posting
from officers.trees import REFERENCE
from operations.generation import bump
from tests.base import NOW, WorldTestCase
from tests.builders import photo

MONDAY = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)  # 10:30 in India


class LimitCase(WorldTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.complaint = self.w.file("pothole in Kothrud", at=MONDAY)
        self.hema = self.w.actor(self.w.hema)
        self.citizen = self.w.citizen(self.complaint)

    def at(self, **delta: float) -> datetime:
        return MONDAY + timedelta(**delta)

    def fresh(self) -> Complaint:
        self.complaint.refresh_from_db()
        return self.complaint

    def resolved_by(self, officer: Officer, **delta: float) -> Complaint:
        at = self.at(**delta)
        resolve(
            self.complaint, action_taken="Filled with asphalt", cause=self.w.wear,
            files=(attachments.store(photo(), at=at),), actor=self.w.actor(officer),
            at=at,
        )  # fmt: skip
        return self.fresh()

    def forwarded(self, office: Area, **delta: float) -> Complaint:
        forward(
            self.complaint, organisation=self.w.pune, office=office,
            reason="over there", department=self.w.roads,
            actor=self.hema, at=self.at(**delta),
        )  # fmt: skip
        return self.fresh()


class AcceptTests(LimitCase):
    def test_it_gives_four_working_hours_to_accept(self) -> None:
        complaint = self.forwarded(self.w.aundh, hours=1)

        # 11:30 to 13:30, lunch, 14:00 to 16:00
        assert complaint.step_due_at == self.at(hours=5, minutes=30)
        assert complaint.step_reason == "accept"

    def test_it_ends_when_somebody_accepts(self) -> None:
        self.forwarded(self.w.aundh, hours=1)

        accept(
            self.complaint, owner=self.w.nitin, actor=self.w.actor(self.w.zoya),
            at=self.at(hours=2),
        )  # fmt: skip

        complaint = self.fresh()
        assert (complaint.step_due_at, complaint.step_reason) == (None, "")
        assert complaint.owner == self.w.nitin

    def test_it_chooses_an_officer_where_none_was_named(self) -> None:
        self.forwarded(self.w.aundh, hours=1)

        accept(
            self.complaint, owner=None, actor=self.w.actor(self.w.zoya),
            at=self.at(hours=2),
        )  # fmt: skip

        assert self.fresh().owner == self.w.nitin
        assert self.told_of_work() == [self.w.nitin.pk]

    def test_who_was_named_hears_of_it_once_too(self) -> None:
        self.forwarded(self.w.aundh, hours=1)

        accept(
            self.complaint, owner=self.w.nitin, actor=self.w.actor(self.w.zoya),
            at=self.at(hours=2),
        )  # fmt: skip

        assert self.told_of_work() == [self.w.nitin.pk]

    def test_who_gets_what_the_second_level_decided_hears_of_it_once(self) -> None:
        Complaint.objects.filter(pk=self.complaint.pk).update(bounced=2)
        self.fresh()
        self.forwarded(self.w.aundh, hours=1)

        decide(
            self.complaint, organisation=self.w.pune, office=self.w.aundh,
            department=self.w.roads, owner=None, reason="It lies in Aundh",
            actor=self.w.actor(self.w.chitra), at=self.at(hours=2),
        )  # fmt: skip

        assert self.fresh().owner == self.w.nitin
        assert self.told_of_work() == [self.w.nitin.pk]

    def told_of_work(self) -> list[int | None]:
        """After the forwarding: who was told of new work, each time."""
        rows = Notice.objects.filter(
            complaint=self.complaint, kind="staff_assigned",
            created_at__gte=self.at(hours=2),
        )  # fmt: skip
        return list(rows.order_by("pk").values_list("officer", flat=True))

    def test_it_is_sorted_anew_when_it_comes_back(self) -> None:
        self.forwarded(self.w.aundh, hours=1)

        bounce(
            self.complaint, reason="not ours", actor=self.w.actor(self.w.zoya),
            at=self.at(hours=2),
        )  # fmt: skip

        complaint = self.fresh()
        assert complaint.status == "triage"
        assert complaint.step_due_at == self.at(hours=2, minutes=30)
        assert complaint.step_reason == "triage"

    def test_it_ends_the_triage_limit_when_a_person_assigns(self) -> None:
        complaint = self.w.file("something is wrong")

        assign(
            complaint, organisation=self.w.pune, office=self.w.kothrud, owner=None,
            department=self.w.roads, actor=self.w.actor(self.w.devika), at=NOW,
        )  # fmt: skip

        complaint.refresh_from_db()
        assert (complaint.step_due_at, complaint.step_reason) == (None, "")


class SecondLevelTests(LimitCase):
    def test_it_goes_to_the_head_for_half_the_time(self) -> None:
        self.resolved_by(self.w.omkar, hours=2)

        dispute(
            self.complaint, text="not done", actor=self.citizen, at=self.at(hours=3)
        )

        complaint = self.fresh()
        assert (complaint.status, complaint.level) == ("assigned", 2)
        assert complaint.owner == self.w.hema
        assert complaint.responsible == self.w.omkar
        assert complaint.step_due_at == self.at(hours=15)
        assert complaint.step_reason == "dispute"
        assert complaint.due_at == self.at(hours=24)

    def test_it_never_goes_to_who_called_it_solved(self) -> None:
        self.resolved_by(self.w.hema, hours=2)

        dispute(
            self.complaint, text="not done", actor=self.citizen, at=self.at(hours=3)
        )

        assert self.fresh().owner == self.w.zoya

    def test_the_second_time_it_goes_one_level_higher(self) -> None:
        for hours, owner, level in ((2, self.w.hema, 2), (5, self.w.zoya, 3)):
            self.resolved_by(self.fresh().owner or self.w.omkar, hours=hours)
            not_solved(
                self.complaint, text="", actor=self.citizen, at=self.at(hours=hours + 1)
            )
            complaint = self.fresh()
            assert (complaint.owner, complaint.level) == (owner, level)
            assert complaint.step_due_at == self.at(hours=hours + 13)
            assert complaint.due_at == self.at(hours=24)

    def test_whoever_closed_it_falsely_is_passed_over_for_ever(self) -> None:
        """Omkar first, then Hema; then the zone sends it to Kothrud once more."""
        for hours in (2, 5):
            self.resolved_by(self.fresh().owner or self.w.omkar, hours=hours)
            not_solved(
                self.complaint, text="", actor=self.citizen, at=self.at(hours=hours + 1)
            )
        forward(
            self.fresh(), organisation=self.w.pune, office=self.w.aundh,
            department=self.w.roads, reason="Beyond the bridge",
            actor=self.w.actor(self.w.zoya), at=self.at(hours=8),
        )  # fmt: skip
        for officer in (self.w.omkar, self.w.hema):
            Posting.objects.create(
                officer=officer, role="officer", organisation=self.w.pune,
                area=self.w.aundh, department=self.w.roads,
            )  # fmt: skip
        bump(REFERENCE)
        accept(
            self.complaint, owner=None, actor=self.w.actor(self.w.zoya),
            at=self.at(hours=9),
        )  # fmt: skip
        assert self.fresh().owner == self.w.nitin

    def test_what_everybody_above_closed_falsely_falls_back_to_who_is_left(
        self,
    ) -> None:
        Posting.objects.filter(officer__in=[self.w.zoya, self.w.chitra]).delete()
        bump(REFERENCE)
        self.resolved_by(self.w.omkar, hours=2)
        Complaint.objects.filter(pk=self.complaint.pk).update(level=3)
        self.fresh()
        not_solved(self.complaint, text="", actor=self.citizen, at=self.at(hours=3))
        complaint = self.fresh()
        assert (complaint.owner, complaint.level) == (self.w.hema, 4)

    def test_it_goes_the_same_way_after_closing(self) -> None:
        self.resolved_by(self.w.omkar, hours=2)
        confirm(self.complaint, actor=self.citizen, at=self.at(hours=3))

        reopen(
            self.complaint, text="broken again", actor=self.citizen, at=self.at(days=1)
        )

        complaint = self.fresh()
        assert (complaint.owner, complaint.level) == (self.w.hema, 2)
        assert complaint.step_due_at == self.at(days=1, hours=12)

    def test_it_goes_the_same_way_after_an_appeal(self) -> None:
        self.resolved_by(self.w.omkar, hours=2)
        confirm(self.complaint, actor=self.citizen, at=self.at(hours=3))
        appeal(
            self.complaint, text="It was never done at all", actor=self.citizen,
            at=self.at(hours=4),
        )  # fmt: skip

        allow(
            self.complaint, order="The work was not done. Do it properly.",
            actor=self.w.actor(self.w.anand), at=self.at(hours=5),
        )  # fmt: skip

        assert self.fresh().owner == self.w.hema

    def test_it_leaves_no_gap_in_the_ledger(self) -> None:
        self.resolved_by(self.w.omkar, hours=2)
        dispute(
            self.complaint, text="not done", actor=self.citizen, at=self.at(hours=3)
        )

        legs = list(Custody.objects.filter(complaint=self.complaint).order_by("pk"))
        for leg, following in pairwise(legs):
            assert leg.to_at == following.from_at
        assert legs[-1].to_at is None
        assert legs[-1].officer == self.w.hema

    def test_it_goes_to_the_office_though_nobody_heads_anything(self) -> None:
        self.resolved_by(self.w.omkar, hours=2)
        Posting.objects.exclude(officer=self.w.omkar).delete()
        bump(REFERENCE)

        dispute(
            self.complaint, text="not done", actor=self.citizen, at=self.at(hours=3)
        )

        complaint = self.fresh()
        assert (complaint.status, complaint.owner) == ("assigned", None)

    def test_it_waits_for_a_person_where_no_office_is_left(self) -> None:
        self.resolved_by(self.w.omkar, hours=2)
        Complaint.objects.filter(pk=self.complaint.pk).update(office=None, area=None)
        Area.objects.update(office=False)
        bump(REFERENCE)
        self.fresh()

        dispute(
            self.complaint, text="not done", actor=self.citizen, at=self.at(hours=3)
        )

        complaint = self.fresh()
        assert complaint.status == "reopened"
        assert complaint.step_due_at == self.at(hours=15)


class LadderTests(LimitCase):
    def test_it_limits_a_level_that_a_person_raised_it_to(self) -> None:
        escalate(
            self.complaint, level=2, to_officer_id=self.w.hema.pk, why="citizen_called",
            actor=self.w.actor(self.w.sunil), at=self.at(hours=1),
        )  # fmt: skip

        complaint = self.fresh()
        assert complaint.step_due_at == self.at(
            hours=36
        )  # half again after the promise
        assert complaint.step_reason == "level"

    def test_it_runs_again_after_a_hold(self) -> None:
        escalate(
            self.complaint, level=2, to_officer_id=self.w.hema.pk, why="citizen_called",
            actor=self.w.actor(self.w.sunil), at=self.at(hours=1),
        )  # fmt: skip
        hold(
            self.fresh(), reason="Spare part ordered", new_date=self.at(hours=20),
            actor=self.hema, at=self.at(hours=2),
        )  # fmt: skip
        assert self.fresh().step_reason == "held"

        resume(self.complaint, actor=self.hema, at=self.at(hours=3))

        assert self.fresh().step_reason == "level"
        assert self.complaint.step_due_at == self.at(hours=36)

    def test_it_gives_long_work_seven_days_a_level(self) -> None:
        complaint = self.w.file("bad road in Kothrud, resurfacing", at=MONDAY)
        assert complaint.category == self.w.resurfacing

        escalate(
            complaint, level=3, to_officer_id=self.w.zoya.pk, why="citizen_called",
            actor=self.w.actor(self.w.sunil), at=self.at(hours=1),
        )  # fmt: skip

        complaint.refresh_from_db()
        assert complaint.step_due_at == self.at(hours=720, days=7)

    def test_it_keeps_the_limit_of_a_stage_while_it_climbs(self) -> None:
        self.forwarded(self.w.aundh, hours=1)

        escalate(
            self.complaint, level=2, to_officer_id=self.w.zoya.pk, why="citizen_called",
            actor=self.w.actor(self.w.sunil), at=self.at(hours=2),
        )  # fmt: skip

        assert self.fresh().step_reason == "accept"
