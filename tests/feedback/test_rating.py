from datetime import datetime

from django.test import SimpleTestCase
from hypothesis import given
from hypothesis import strategies as st

from complaints.models import Complaint
from complaints.models.complaint import ClosedHow
from complaints.refusals import Conflict, Invalid, NotAllowed, WrongStage
from complaints.services import confirm
from complaints.status import Status
from feedback.models import FollowUp, Rating, RatingRequest
from feedback.reference import NOTHING_KNOWN, WEIGHT, reference_for, shrunk
from feedback.services import ask, latest_request, open_request, rate
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


class ThreeQuestionsTests(RatingCase):
    def told(
        self, *, solved: bool = True, took: int | None = None, due: bool = True
    ) -> Complaint:
        request = self.asked()
        complaint = request.complaint
        if not due:
            Complaint.objects.filter(pk=complaint.pk).update(due_at=None)
        rate(
            request, score=5, solved=solved, comment="", channel="web",
            took_minutes=took, trouble=True, actor=self.w.citizen(complaint), at=NOW,
        )  # fmt: skip
        return Complaint.objects.get(pk=complaint.pk)

    def test_in_time_is_what_the_citizen_says_it_took(self) -> None:
        """The promise of a pothole is a day."""
        assert self.told(took=1440).told_in_time is True
        assert self.told(took=1441).told_in_time is False
        assert Rating.objects.filter(took_minutes=1441, trouble=True).exists()

    def test_without_a_time_a_promise_or_a_solving_nothing_is_told(self) -> None:
        assert self.told().told_in_time is None
        assert self.told(took=10, due=False).told_in_time is None
        assert self.told(took=10, solved=False).told_in_time is None

    def test_a_time_that_nobody_waits_is_refused(self) -> None:
        with self.assertRaises(Invalid):
            self.told(took=10**8)
        assert not Rating.objects.exists()

    def test_who_did_the_work_does_not_take_the_citizens_word(self) -> None:
        request = self.asked()
        Complaint.objects.filter(pk=request.complaint_id).update(
            resolved_by=self.w.asha
        )
        with self.assertRaises(NotAllowed):
            rate(
                request, score=5, solved=True, comment="", channel="phone",
                actor=self.w.actor(self.w.asha), at=NOW,
            )  # fmt: skip

    def test_not_solved_after_closing_opens_it_again_too(self) -> None:
        request = self.asked()
        complaint = Complaint.objects.get(pk=request.complaint_id)
        confirm(complaint, actor=self.w.citizen(complaint), at=NOW)
        self.answer(request, 2, solved=False)
        complaint.refresh_from_db()
        assert (complaint.reopened, complaint.rating) == (1, 2)

    def test_not_solved_that_comes_too_often_is_kept_as_a_rating(self) -> None:
        request = self.asked()
        complaint = Complaint.objects.get(pk=request.complaint_id)
        confirm(complaint, actor=self.w.citizen(complaint), at=NOW)
        Complaint.objects.filter(pk=complaint.pk).update(reopened=2)
        self.answer(request, 1, solved=False)
        complaint.refresh_from_db()
        assert (complaint.status, complaint.rating) == (Status.CLOSED, 1)


class ShrunkTests(SimpleTestCase):
    @given(st.integers(0, 500), st.floats(1, 5), st.floats(1, 5), st.integers(1, 100))
    def test_it_lies_between_the_own_mean_and_the_parents(
        self, n: int, own: float, parent: float, weight: int
    ) -> None:
        found = shrunk(own * n, n, parent, weight)
        assert min(own, parent) - 1e-9 <= found <= max(own, parent) + 1e-9

    def test_twenty_ratings_weigh_as_much_as_the_city(self) -> None:
        assert shrunk(0, 0, 4.2) == 4.2
        assert shrunk(WEIGHT * 2.0, WEIGHT, 4.0) == 3.0
