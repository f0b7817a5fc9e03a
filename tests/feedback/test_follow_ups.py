from datetime import timedelta

import pytest

from complaints.models import Complaint
from complaints.refusals import Conflict, Invalid, NotAllowed
from complaints.status import Status
from feedback import follow_ups, owners
from feedback.follow_ups import close_follow_up, may_take, take_follow_up
from feedback.models import FollowUp, Rating, RatingRequest
from feedback.reference import reference_for
from feedback.working_days import working_days_after
from notices.models import Notice
from officers.models import (
    Holiday,
    Leave,
    Officer,
    Organisation,
    Posting,
    Role,
    Shift,
)
from operations.generation import forget_all
from tests.base import NOW, names
from tests.feedback.test_rating import RatingCase


class FollowUpCase(RatingCase):
    def follow_up(self, score: int = 1, *, solved: bool = True) -> FollowUp:
        if not Rating.objects.exists():
            self.answer(self.asked(), 5)
        rating = self.answer(self.asked(), score, solved=solved)
        return FollowUp.objects.select_related("rating", "complaint").get(rating=rating)

    def closed(self, follow_up: FollowUp, **given: str) -> None:
        said = {"reason": "late", "outcome": "Phoned, said sorry"} | given
        actor = self.w.actor(self.w.sunil)
        close_follow_up(follow_up, **said, actor=actor, at=self.later(hours=1))
        follow_up.refresh_from_db()

    def second(self) -> RatingRequest:
        return RatingRequest.objects.get(second=True)


class OwnerTests(FollowUpCase):
    def people(self, *officers: Officer) -> None:
        """Nobody else is at the desk."""
        desk = Posting.objects.filter(role__in=owners.ROLES)
        desk.exclude(officer__in=officers).update(valid_to=NOW - timedelta(days=30))
        forget_all()

    def test_the_system_chooses_who_has_the_fewest(self) -> None:
        self.people(self.w.asha, self.w.sunil)
        owned = [self.follow_up().owner for _n in range(4)]
        assert owned == [self.w.asha, self.w.sunil] * 2

    def test_nobody_of_the_office_that_was_rated(self) -> None:
        """Asha sits at the counter of Kothrud too."""
        Posting.objects.create(
            officer=self.w.asha, role=Role.OFFICER, organisation=self.w.pune,
            area=self.w.kothrud,
        )  # fmt: skip
        self.people(self.w.asha, self.w.sunil)
        follow_up = self.follow_up()
        assert follow_up.owner == self.w.sunil
        with self.assertRaises(NotAllowed):
            take_follow_up(follow_up, actor=self.w.actor(self.w.asha), at=NOW)
        assert self.follow_up().owner == self.w.sunil

    def test_nobody_of_the_rated_office_after_it_went_elsewhere(self) -> None:
        Posting.objects.create(
            officer=self.w.asha, role=Role.OFFICER, organisation=self.w.pune,
            area=self.w.kothrud,
        )  # fmt: skip
        follow_up = self.follow_up()
        follow_up.complaint.office = self.w.aundh
        assert not follow_ups.may_follow_up(self.w.actor(self.w.asha), follow_up)
        assert follow_ups.may_follow_up(self.w.actor(self.w.sunil), follow_up)

    def test_who_is_away_or_on_leave_gets_none(self) -> None:
        self.people(self.w.asha, self.w.sunil)
        day = NOW.date()
        Leave.objects.create(officer=self.w.asha, from_date=day, to_date=day)
        assert self.follow_up().owner == self.w.sunil
        Officer.objects.filter(pk=self.w.sunil.pk).update(away=True)
        assert self.follow_up().owner is None

    def test_whose_shift_it_is_comes_first(self) -> None:
        self.people(self.w.asha, self.w.sunil)
        Shift.objects.filter(officer=self.w.asha).update(hours="mon 10:00-12:00")
        assert [self.follow_up().owner for _n in range(2)] == [self.w.sunil] * 2
        Shift.objects.filter(officer=self.w.sunil).update(hours="mon 10:00-12:00")
        assert self.follow_up().owner == self.w.asha

    def test_the_owner_is_told_and_without_one_the_zone_head(self) -> None:
        self.people(self.w.sunil)
        self.follow_up()
        Officer.objects.filter(pk=self.w.sunil.pk).update(away=True)
        self.follow_up()
        told = Notice.objects.filter(kind="staff_low_rating").order_by("pk")
        assert [row.officer for row in told] == [self.w.sunil, self.w.zoya]
        assert "/admin/follow-ups/" in told[0].text


class ActingTests(FollowUpCase):
    def test_the_office_that_was_rated_does_not_follow_up_itself(self) -> None:
        follow_up = self.follow_up()
        for officer in (self.w.omkar, self.w.hema, self.w.zoya):
            with self.assertRaises(NotAllowed):
                take_follow_up(follow_up, actor=self.w.actor(officer), at=NOW)

    def test_of_two_takers_one_has_it(self) -> None:
        follow_up = self.follow_up()
        FollowUp.objects.update(owner=None)
        follow_up.owner = None
        take_follow_up(follow_up, actor=self.w.actor(self.w.asha), at=NOW)
        with self.assertRaises(Conflict):
            take_follow_up(follow_up, actor=self.w.actor(self.w.sunil), at=NOW)
        follow_up.refresh_from_db()
        assert follow_up.owner == self.w.asha

    def test_another_ones_is_taken_by_a_supervisor_or_when_it_is_overdue(self) -> None:
        follow_up = self.follow_up()
        follow_up.owner = self.w.devika
        asha, sunil = self.w.actor(self.w.asha), self.w.actor(self.w.sunil)
        assert not may_take(asha, follow_up, NOW)
        assert may_take(sunil, follow_up, NOW)
        assert may_take(asha, follow_up, self.later(days=3))

    def test_it_closes_once_with_reason_and_outcome(self) -> None:
        follow_up = self.follow_up()
        with self.assertRaises(Invalid):
            self.closed(follow_up, reason="")
        with self.assertRaises(Invalid):
            self.closed(follow_up, outcome="ok")
        self.closed(follow_up)
        assert (follow_up.state, follow_up.owner) == ("done", self.w.sunil)
        with self.assertRaises(Conflict):
            self.closed(follow_up)
        event = follow_up.complaint.events.get(kind="followed_up")
        assert event.data == {"follow_up": follow_up.pk, "reason": "late", "ask": True}

    def test_the_worst_are_due_in_two_working_days(self) -> None:
        assert self.follow_up(3).due_at == NOW + timedelta(days=7)
        assert self.follow_up(1).due_at == NOW + timedelta(days=2)
        pune = Organisation.objects.get(pk=self.w.pune.pk)
        pune.calendar = self.w.office_hours
        # from Saturday: Monday is a holiday, so Tuesday and Wednesday
        Holiday.objects.create(
            calendar=self.w.office_hours, date=self.later(days=2).date(),
            names=names("Gurpurab"),
        )  # fmt: skip
        due = working_days_after(NOW, 2, pune)
        assert due.astimezone(NOW.tzinfo).isoformat() == "2026-11-25T18:30:00+00:00"


class SecondTests(FollowUpCase):
    def test_the_second_rating_stands_beside_the_first_and_counts_nowhere(self) -> None:
        follow_up = self.follow_up(2)
        self.closed(follow_up)
        request = self.second()
        notice = Notice.objects.get(kind="second_survey")
        assert request.token in notice.text
        assert notice.not_before.hour == 4  # ten o'clock in India
        before = self.reference()
        rating = self.answer(request, 1, at=self.later(hours=2))
        follow_up.refresh_from_db()
        assert (rating.second, follow_up.second_score) == (True, 1)
        assert self.reference() == before
        assert FollowUp.objects.count() == 1
        complaint = Complaint.objects.get(pk=follow_up.complaint_id)
        assert (complaint.rating, complaint.status) == (2, Status.CLOSED)

    def reference(self) -> float:
        rating = Rating.objects.filter(second=False)[0]
        return reference_for(
            root_id=rating.root_id, category_id=rating.category_id,
            office_id=rating.office_id, at=self.later(days=1),
        ).mean  # fmt: skip

    def test_not_solved_there_opens_it_again(self) -> None:
        follow_up = self.follow_up(2)
        self.closed(follow_up)
        self.answer(self.second(), 3, solved=False, at=self.later(hours=2))
        complaint = Complaint.objects.get(pk=follow_up.complaint_id)
        assert (complaint.reopened, complaint.rating) == (1, 2)
        assert FollowUp.objects.count() == 1

    def test_what_is_open_again_is_asked_by_its_own_solving(self) -> None:
        follow_up = self.follow_up(1, solved=False)
        self.closed(follow_up)
        assert not RatingRequest.objects.filter(second=True).exists()
        complaint = Complaint.objects.get(pk=follow_up.complaint_id)
        Complaint.objects.filter(pk=complaint.pk).update(
            status=Status.RESOLVED, resolved_at=self.later(hours=3)
        )
        event = complaint.events.get(kind="resolved")
        RatingRequest.objects.filter(event=event).update(
            used_at=None, asked_at=self.later(hours=3)
        )
        Rating.objects.filter(complaint=complaint).update(
            request=RatingRequest.objects.create(
                complaint=complaint, event=complaint.events.get(kind="low_rated"),
                token="x", asked_at=NOW, expires_at=NOW, used_at=NOW,
            )
        )  # fmt: skip
        self.answer(RatingRequest.objects.get(event=event), 5, at=self.later(hours=4))
        follow_up.refresh_from_db()
        assert follow_up.second_score == 5

    def test_the_second_message_goes_by_itself_when_its_time_is_over(self) -> None:
        middling, worst = self.follow_up(3), self.follow_up(1)
        assert follow_ups.tick(self.later(days=6)) == 0
        assert follow_ups.tick(self.later(days=8)) == 1
        assert follow_ups.tick(self.later(days=8)) == 0
        assert self.second().complaint_id == middling.complaint_id
        middling.refresh_from_db()
        assert middling.state == FollowUp.State.OPEN
        self.closed(middling)
        assert RatingRequest.objects.filter(second=True).count() == 1
        assert Notice.objects.filter(kind="second_survey").count() == 1
        assert worst.asked_at is None


class LeftOutTests(FollowUpCase):
    def fours(self, follow: bool) -> list[FollowUp]:
        self.answer(self.asked(), 5)
        Organisation.objects.filter(pk=self.w.pune.pk).update(follow_up_fours=follow)
        forget_all()
        for score, solved in ((4, True), (4, False), (3, True)):
            self.answer(self.asked(), score, solved=solved)
        return list(FollowUp.objects.order_by("pk"))

    def test_fours_below_the_mean_come_last(self) -> None:
        assert [each.rank for each in self.fours(True)] == [3, 1, 2]

    def test_an_organisation_may_leave_the_fours_out(self) -> None:
        """But never one who says that it is not solved."""
        assert [each.rank for each in self.fours(False)] == [1, 2]
        assert Rating.objects.count() == 4

    def test_a_one_is_followed_up_where_all_are_ones(self) -> None:
        """The mean has sunk to 1: nothing lies below it, and somebody must act."""
        for _citizen in range(3):
            self.answer(self.asked(), 1)
        assert FollowUp.objects.count() == 3


@pytest.mark.parametrize(
    ("score", "solved", "rank"),
    [(5, False, 1), (1, True, 1), (2, True, 1), (3, True, 2), (4, True, 3)],
)
class RankTests:
    def test_not_solved_and_one_to_two_come_first(
        self, score: int, solved: bool, rank: int
    ) -> None:
        assert follow_ups.rank_of(score, solved) == rank
