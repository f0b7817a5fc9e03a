"""Twelve at once: one rating per question, one follow-up per rating, one owner."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from complaints.models import Event
from complaints.refusals import Refused
from complaints.status import Status
from feedback import follow_ups
from feedback.follow_ups import close_follow_up, take_follow_up
from feedback.models import FollowUp, Rating, RatingRequest
from feedback.services import latest_request, rate
from tests.base import NOW, WorldTransactionTestCase
from tests.complaints.stage import to_stage

pytestmark = pytest.mark.long

PEOPLE = 12


def at_once(deed: Callable[[int], object]) -> int:
    """How many of them won."""
    gate = Barrier(PEOPLE)

    def try_it(n: int) -> bool:
        gate.wait(timeout=60)
        try:
            deed(n)
        except Refused:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(PEOPLE) as pool:
        return sum(pool.map(try_it, range(PEOPLE)))


class RatingRaceTests(WorldTransactionTestCase):
    def rated(self) -> int:
        complaint = to_stage(self.w, Status.RESOLVED)
        request = latest_request(complaint)
        assert request is not None
        actor = self.w.citizen(complaint)
        return at_once(
            lambda n: rate(
                RatingRequest.objects.get(pk=request.pk), score=1 + n % 2, solved=True,
                comment="", channel="web", actor=actor, at=NOW,
            )
        )  # fmt: skip

    def test_one_of_many_ratings_counts_and_makes_one_task(self) -> None:
        assert self.rated() == 1
        assert FollowUp.objects.get().rating == Rating.objects.get()
        for kind in ("rated", "low_rated", "closed"):
            assert Event.objects.filter(kind=kind).count() == 1, kind

    def test_of_many_takers_one_has_it_and_of_many_ends_one_counts(self) -> None:
        self.rated()
        FollowUp.objects.update(owner=None)
        rows = FollowUp.objects.select_related("rating", "complaint")
        people = [self.w.actor(each) for each in (self.w.asha, self.w.sunil)]
        seen = [rows.get() for _n in range(PEOPLE)]
        at_once(lambda n: take_follow_up(seen[n], actor=people[n % 2], at=NOW))
        owner = FollowUp.objects.get().owner
        assert owner in (self.w.asha, self.w.sunil)
        won = at_once(
            lambda n: close_follow_up(
                rows.get(), reason="late", outcome=f"Phoned, {n}", actor=people[n % 2],
                at=NOW,
            )
        )  # fmt: skip
        assert won == 1
        assert RatingRequest.objects.filter(second=True).count() == 1
        assert Event.objects.filter(kind="followed_up").count() == 1

    def test_many_workers_put_the_second_question_once(self) -> None:
        self.rated()
        FollowUp.objects.update(rank=3, due_at=NOW)
        at_once(lambda _n: follow_ups.tick(NOW))
        assert RatingRequest.objects.filter(second=True).count() == 1
