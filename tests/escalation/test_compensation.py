"""A missed promise offers compensation: once, with the exact minutes and sums."""

from datetime import date, timedelta
from decimal import Decimal

from complaints.models import Complaint
from complaints.services import (
    Intake,
    ask_citizen,
    cancel,
    citizen_replied,
    confirm,
    dispute,
    erase_personal,
    escalate,
    merge,
    register,
    reopen,
    set_category,
)
from escalation.claims import claim_number, compensation
from escalation.claims.compensation import sums
from escalation.ladder.lateness import lateness, minutes_late
from escalation.models import Claim
from tests.base import NOW
from tests.escalation.compensated import CompensationTestCase, compensate


class OfferTests(CompensationTestCase):
    def test_it_offers_one_with_its_own_number_and_tells_the_citizen(self) -> None:
        complaint = self.w.file()

        self.sweep_at(hours=25, minutes=7)

        claim = self.claim_of(complaint)
        assert claim.state == "offered"
        assert claim.due_at == self.later(hours=24)
        assert claim.minutes_late == 67
        assert claim_number.check(claim.number) == claim.number
        assert self.kinds(complaint)[2:] == ["escalated", "claim_offered"]
        (text,) = self.told("compensation")
        assert claim_number.grouped(claim.number) in text
        assert "67 min late" in text and "Rs 100 a day" in text
        assert "UP draft list" in text and "S-GV" not in text
        assert f"/s/{complaint.token}" in text

    def test_it_offers_once_though_the_sweep_runs_twice_and_goes_on(self) -> None:
        complaint = self.w.file()

        for hours in (24, 24, 24.1, 36, 48, 60, 600):
            self.sweep_at(hours=hours)

        assert Claim.objects.filter(complaint=complaint).count() == 1
        assert self.kinds(complaint).count("claim_offered") == 1
        assert len(self.told("compensation")) == 1

    def test_after_a_sweep_that_was_off_for_six_hours_the_minutes_are_exact(
        self,
    ) -> None:
        claim = self.late(hours=30, minutes=0)
        assert claim.minutes_late == 360
        assert claim.offered_at == self.later(hours=30)

    def test_it_offers_nothing_before_the_date_or_for_work_done_on_time(self) -> None:
        early, done = self.w.file(), self.w.file()
        self.solved(done, hours=24)

        self.sweep_at(hours=23, minutes=59)
        confirm(done, actor=self.w.citizen(done), at=self.later(hours=25))
        self.solved(early, hours=23, minutes=59)
        self.sweep_at(hours=100)

        assert not Claim.objects.exists()

    def test_it_offers_when_solved_late_before_any_sweep_saw_it(self) -> None:
        complaint = self.w.file()

        self.solved(complaint, hours=50, minutes=37)

        claim = self.claim_of(complaint)
        assert claim.minutes_late == 26 * 60 + 37
        assert self.kinds(complaint)[-2:] == ["resolved", "claim_offered"]
        assert len(self.told("compensation")) == 1

    def test_it_offers_for_what_was_called_solved_on_time_and_was_not(self) -> None:
        """Opened again it stands at the second level, where no sweep looks for it."""
        complaint = self.w.file()
        self.solved(complaint, hours=20)
        dispute(
            complaint, text="It is still there", actor=self.w.citizen(complaint),
            at=self.later(hours=22),
        )  # fmt: skip
        complaint.refresh_from_db()

        self.sweep_at(hours=23)
        assert not Claim.objects.exists()
        self.sweep_at(hours=24, minutes=7)
        self.sweep_at(hours=24, minutes=9)

        claim = self.claim_of(complaint)
        assert (claim.due_at, claim.minutes_late) == (self.later(hours=24), 7)
        assert self.kinds(complaint).count("claim_offered") == 1

    def test_raised_early_by_a_person_it_is_still_missed_on_its_date(self) -> None:
        complaint = self.w.file()
        escalate(
            complaint, level=2, to_officer_id=self.w.hema.pk, why="asked",
            actor=self.w.actor(self.w.sunil), at=self.later(hours=2),
        )  # fmt: skip
        self.sweep_at(hours=24, minutes=1)
        assert self.claim_of(complaint).minutes_late == 1

    def test_a_step_that_waits_goes_with_the_promise_when_that_moves(self) -> None:
        complaint = self.w.file()
        escalate(
            complaint, level=2, to_officer_id=self.w.hema.pk, why="asked",
            actor=self.w.actor(self.w.sunil), at=self.later(hours=2),
        )  # fmt: skip
        ask_citizen(
            complaint, question="Which lane is it?", at=self.later(hours=3),
            actor=self.w.actor(self.w.omkar),
        )  # fmt: skip
        self.sweep_at(hours=25)
        citizen_replied(
            complaint, text="The first", actor=self.w.citizen(complaint),
            at=self.later(hours=30),
        )  # fmt: skip
        complaint.refresh_from_db()
        assert complaint.due_at == self.later(hours=51)
        self.sweep_at(hours=50)
        assert not Claim.objects.exists()
        self.sweep_at(hours=51, minutes=2)
        assert self.claim_of(complaint).minutes_late == 2

    def test_opened_again_after_its_date_it_was_missed(self) -> None:
        complaint = self.w.file()
        self.solved(complaint, hours=20)
        confirm(complaint, actor=self.w.citizen(complaint), at=self.later(hours=21))
        reopen(
            complaint, text="It broke again", actor=self.w.citizen(complaint),
            at=self.later(hours=30),
        )  # fmt: skip

        assert self.claim_of(complaint).minutes_late == 360

    def test_other_kinds_and_suggestions_carry_none(self) -> None:
        other = self.w.file("no water in Kothrud")
        intake = Intake(
            organisation=self.w.pune, text="Big pothole near the school in Kothrud",
            source="web", kind="suggestion", phone="+919999900009",
        )  # fmt: skip
        idea = register(intake, actor=self.w.citizen(other), at=NOW)

        self.sweep_at(hours=100)

        assert self.kinds(other).count("escalated")
        assert not Claim.objects.filter(complaint__in=(other, idea)).exists()

    def test_the_rule_of_the_day_of_registration_counts(self) -> None:
        self.row.valid_to = NOW.date()
        self.row.save()
        compensate(
            self.w, amount=Decimal(250), valid_from=NOW.date() + timedelta(days=1)
        )
        first = self.w.file()
        second = self.w.file(at=self.later(days=1))
        before = self.w.file(at=NOW.replace(year=2019))

        for _round in range(3):
            self.sweep_at(days=3)

        assert self.claim_of(first).compensation.amount == 100
        assert self.claim_of(second).compensation.amount == 250
        assert not Claim.objects.filter(complaint=before).exists()

    def test_a_rule_that_ended_gives_nothing(self) -> None:
        self.row.valid_to = date(2026, 1, 1)
        self.row.save()
        complaint = self.w.file()
        self.sweep_at(hours=25)
        assert not Claim.objects.filter(complaint=complaint).exists()

    def test_it_costs_a_desk_without_compensation_nothing(self) -> None:
        self.row.delete()
        complaint = self.w.file()
        complaint.organisation  # noqa: B018  (read before it is counted)
        compensation.compensations.get()
        with self.assertNumQueries(0):
            assert compensation.offer(complaint, self.later(days=3)) is None


class MinutesTests(CompensationTestCase):
    def test_seconds_are_left_out_as_on_a_clock_on_the_wall(self) -> None:
        complaint = self.w.file(at=NOW + timedelta(seconds=40))
        assert minutes_late(complaint, self.later(hours=24, seconds=40)) == 0
        assert minutes_late(complaint, self.later(hours=24, seconds=41)) == 1
        assert minutes_late(complaint, self.later(hours=25, minutes=7, seconds=3)) == 67

    def test_they_stand_still_once_it_is_solved(self) -> None:
        claim = self.late()
        complaint = self.solved(claim.complaint, hours=50, minutes=37)

        for days in (3, 30):
            assert minutes_late(complaint, self.later(days=days)) == 1597
        claim = self.claim_of(complaint)
        assert claim.minutes_late == 1597
        assert claim.counted_to == self.later(hours=50, minutes=37)

    def test_they_go_on_when_it_was_not_solved_after_all(self) -> None:
        complaint = self.late().complaint
        self.solved(complaint, hours=30)
        dispute(
            complaint, text="Still a hole", actor=self.w.citizen(complaint),
            at=self.later(hours=40),
        )  # fmt: skip
        complaint.refresh_from_db()
        assert self.claim_of(complaint).minutes_late == 16 * 60

        self.solved(complaint, hours=44)
        assert self.claim_of(complaint).minutes_late == 20 * 60
        assert self.kinds(complaint).count("claim_offered") == 1

    def test_the_wait_for_an_answer_before_the_date_moves_the_promise(self) -> None:
        complaint = self._asked(1, answered=11)
        assert complaint.due_at == self.later(hours=34)
        assert minutes_late(complaint, self.later(hours=35)) == 60

    def test_the_wait_for_an_answer_after_the_date_is_left_out(self) -> None:
        self.late()
        complaint = Complaint.objects.get()
        complaint = self._asked(26, answered=30, complaint=complaint)
        assert complaint.due_at == self.later(hours=24)

        late = lateness(complaint, self.later(hours=31))

        assert (late.minutes, late.waited) == (3 * 60, 4 * 60)

    def test_it_stands_still_while_the_answer_is_awaited_seven_days_at_most(
        self,
    ) -> None:
        self.late()
        complaint = self._asked(26, complaint=Complaint.objects.get())
        assert minutes_late(complaint, self.later(hours=29)) == 120
        assert minutes_late(complaint, self.later(hours=26, days=7)) == 120
        assert minutes_late(complaint, self.later(hours=27, days=7)) == 180

    def test_asked_before_its_date_it_is_not_late_while_it_waits(self) -> None:
        complaint = self._asked(1)
        assert minutes_late(complaint, self.later(hours=40)) == 0
        assert compensation.offer(complaint, self.later(hours=40)) is None

    def test_withdrawn_it_is_counted_to_its_end(self) -> None:
        self.row.category.safety = False
        self.row.category.save()
        complaint = self.late().complaint
        cancel(complaint, actor=self.w.actor(self.w.sunil), at=self.later(hours=26))
        assert self.claim_of(complaint).minutes_late == 120
        assert minutes_late(complaint, self.later(days=9)) == 120

    def test_joined_to_another_it_is_as_late_as_that_one(self) -> None:
        claim = self.late()
        other = self.w.file(phone="+919999900002", at=self.later(hours=25))
        merge(
            claim.complaint, parent=other, actor=self.w.actor(self.w.asha),
            at=self.later(hours=26),
        )  # fmt: skip
        other.refresh_from_db()
        self.solved(other, hours=34)
        assert self.claim_of(claim.complaint).minutes_late == 600

    def test_a_claim_keeps_the_promise_that_was_missed(self) -> None:
        claim = self.late()
        set_category(
            claim.complaint, category=self.w.resurfacing, area=None,
            actor=self.w.actor(self.w.hema), at=self.later(hours=26),
        )  # fmt: skip
        claim.complaint.refresh_from_db()
        assert claim.complaint.due_at == self.later(hours=720)
        found = self.claim_of(claim.complaint)
        assert sums(found, self.later(hours=28)).lateness.minutes == 240

    def _asked(
        self,
        hour: int,
        *,
        answered: int | None = None,
        complaint: Complaint | None = None,
    ) -> Complaint:
        complaint = complaint or self.w.file()
        ask_citizen(
            complaint, question="Which lane is it?", at=self.later(hours=hour),
            actor=self.w.actor(self.w.omkar),
        )  # fmt: skip
        if answered is not None:
            citizen_replied(
                complaint, text="The first", actor=self.w.citizen(complaint),
                at=self.later(hours=answered),
            )  # fmt: skip
        complaint.refresh_from_db()
        return complaint


class SumTests(CompensationTestCase):
    def amount(self, minutes: int, **row: object) -> Decimal:
        claim = Claim.objects.first() or self.late()
        for name, value in ({"per": "day", "most": None} | row).items():
            setattr(claim.compensation, name, value)
        at = claim.due_at + timedelta(minutes=minutes)
        return sums(claim, at).amount

    def test_each_day_begun_counts(self) -> None:
        for minutes, amount in (
            (1, 100), (1440, 100), (1441, 200), (1597, 200), (2880, 200), (14401, 1100),
        ):  # fmt: skip
            assert self.amount(minutes) == amount, minutes

    def test_once_is_once(self) -> None:
        assert self.amount(1, per="once") == self.amount(99999, per="once") == 100

    def test_it_is_never_more_than_the_limit(self) -> None:
        assert self.amount(1, most=Decimal(250)) == 100
        assert self.amount(4000, most=Decimal(250)) == 250
        assert self.amount(9999, per="once", most=Decimal(60)) == 60


class EraseTests(CompensationTestCase):
    def test_the_reason_goes_with_the_citizens_data(self) -> None:
        claim = self.claimed()
        compensation.refuse(
            claim, reason="Mrs Joshi gave no meter number",
            actor=self.w.actor(self.w.hema), at=self.later(hours=27),
        )  # fmt: skip
        complaint = self.claim_of(claim.complaint).complaint
        erase_personal(
            complaint, actor=self.w.actor(self.w.prakash), at=self.later(hours=28)
        )
        assert self.claim_of(complaint).reason == ""
        assert self.claim_of(complaint).state == "refused"

    def test_an_erased_complaint_still_counts(self) -> None:
        claim = self.late()
        erase_personal(
            claim.complaint, actor=self.w.actor(self.w.prakash),
            at=self.later(hours=28),
        )  # fmt: skip
        assert minutes_late(claim.complaint, self.later(hours=29)) == 300
