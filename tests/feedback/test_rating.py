from datetime import datetime

from complaints.models import Complaint
from complaints.models.complaint import ClosedHow
from complaints.refusals import Conflict, Invalid, NotAllowed, WrongStage
from complaints.status import Status
from feedback.models import FollowUp, Rating, RatingRequest
from feedback.reference import NOTHING_KNOWN, reference_for
from feedback.services import (
    ask,
    close_follow_up,
    latest_request,
    open_request,
    rate,
    take_follow_up,
)
from officers.trees import root_of
from tests.base import NOW, WorldTestCase
from tests.complaints.stage import solved, to_stage


class RatingCase(WorldTestCase):
    def asked(self) -> RatingRequest:
        complaint = to_stage(self.w, Status.RESOLVED)
        return ask(complaint.events.get(kind="resolved"))

    def answer(
        self,
        request: RatingRequest,
        score: int,
        solved: bool = True,
        at: datetime = NOW,
    ) -> Rating:
        return rate(
            request,
            score=score,
            solved=solved,
            comment="",
            channel="web",
            actor=self.w.citizen(request.complaint),
            at=at,
        )


class RatingTests(RatingCase):
    def test_a_good_rating_closes_by_the_citizens_word(self) -> None:
        request = self.asked()
        self.answer(request, 5)
        complaint = Complaint.objects.get(pk=request.complaint_id)
        assert (complaint.status, complaint.rating) == (Status.CLOSED, 5)
        assert complaint.closed_how == ClosedHow.CONFIRMED
        assert not FollowUp.objects.exists()

    def test_not_solved_opens_again_whatever_the_score(self) -> None:
        request = self.asked()
        self.answer(request, 5, solved=False)
        complaint = Complaint.objects.get(pk=request.complaint_id)
        assert complaint.reopened == 1
        assert FollowUp.objects.get().rank == 1

    def test_one_rating_per_resolution(self) -> None:
        request = self.asked()
        self.answer(request, 4)
        with self.assertRaises(Conflict):
            self.answer(RatingRequest.objects.get(pk=request.pk), 1)
        assert Rating.objects.get().score == 4

    def test_a_new_resolution_is_asked_about_anew(self) -> None:
        first = self.asked()
        self.answer(first, 2, solved=False)
        complaint = Complaint.objects.get(pk=first.complaint_id)
        if complaint.status == Status.REOPENED:
            Complaint.objects.filter(pk=complaint.pk).update(status=Status.ASSIGNED)
            complaint.refresh_from_db()
        solved(self.w, complaint, self.later(hours=2))
        second = latest_request(complaint) or ask(
            complaint.events.filter(kind="resolved").latest("seq")
        )
        assert second.pk != first.pk
        self.answer(second, 4, at=self.later(hours=3))
        assert Rating.objects.filter(complaint=complaint).count() == 2

    def test_an_old_link_after_a_new_resolution_is_refused(self) -> None:
        first = self.asked()
        complaint = Complaint.objects.get(pk=first.complaint_id)
        Complaint.objects.filter(pk=complaint.pk).update(status=Status.IN_PROGRESS)
        with self.assertRaises(WrongStage):
            self.answer(first, 3)

    def test_a_late_or_odd_rating_is_refused(self) -> None:
        request = self.asked()
        for score in (0, 6, -1):
            with self.assertRaises(Invalid):
                self.answer(request, score)
        with self.assertRaises(WrongStage):
            self.answer(request, 3, at=self.later(days=60))

    def test_an_unknown_link_is_nothing(self) -> None:
        assert open_request("x" * 32) is None


class ReferenceTests(RatingCase):
    def test_below_the_reference_becomes_a_follow_up_and_none_is_lost(self) -> None:
        for score in (4, 5):
            self.answer(self.asked(), score)
        below = [self.answer(self.asked(), score) for score in (4, 1, 2, 3)]
        assert {f.rating for f in FollowUp.objects.all()} == set(below)
        ranks = FollowUp.objects.order_by("rating__score").values_list(
            "rank", flat=True
        )
        assert list(ranks) == [1, 1, 2, 3]

    def test_a_few_ratings_weigh_little_against_the_city(self) -> None:
        request = self.asked()
        complaint = request.complaint
        root = root_of(complaint.received_by_id)
        for n in range(3):
            self.answer(self.asked(), 5, at=self.later(minutes=n))
        found = reference_for(
            root_id=root,
            category_id=complaint.category_id,
            office_id=complaint.office_id,
            at=self.later(hours=1),
        )
        assert (found.n, found.mean) == (3, 5.0)
        other = reference_for(
            root_id=root,
            category_id=complaint.category_id,
            office_id=self.w.aundh.pk,
            at=self.later(hours=1),
        )
        assert (other.n, other.mean) == (0, 5.0)
        old = reference_for(
            root_id=root,
            category_id=complaint.category_id,
            office_id=None,
            at=self.later(days=91),
        )
        assert old.mean == NOTHING_KNOWN


class FollowUpTests(RatingCase):
    def follow_up(self) -> FollowUp:
        self.answer(self.asked(), 1)
        return FollowUp.objects.get()

    def test_the_office_that_was_rated_does_not_follow_up_itself(self) -> None:
        with self.assertRaises(NotAllowed):
            take_follow_up(self.follow_up(), actor=self.w.actor(self.w.omkar))

    def test_one_takes_it_and_closes_it_with_reason_and_outcome(self) -> None:
        follow_up = self.follow_up()
        sunil = self.w.actor(self.w.sunil)
        take_follow_up(follow_up, actor=sunil)
        with self.assertRaises(Conflict):
            take_follow_up(follow_up, actor=self.w.actor(self.w.asha))
        with self.assertRaises(Invalid):
            close_follow_up(follow_up, reason="", outcome="Phoned", actor=sunil, at=NOW)
        close_follow_up(
            follow_up, reason="late", outcome="Phoned, said sorry", actor=sunil, at=NOW
        )
        follow_up.refresh_from_db()
        assert (follow_up.state, follow_up.owner) == ("done", self.w.sunil)
        with self.assertRaises(Conflict):
            close_follow_up(
                follow_up, reason="late", outcome="Again", actor=sunil, at=NOW
            )
