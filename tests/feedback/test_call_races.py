"""Two agents, two answers, two workers at one moment: one of each, nothing doubled."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import TypeVar

import pytest
from django.db import connection

from complaints.models import Complaint, Event
from complaints.refusals import Refused
from feedback import calls
from feedback.calls import Said
from feedback.models import CallBack, ContactTry, Rating, SampleDraw
from feedback.sample import draw
from officers.models import Officer, Organisation
from tests.base import NOW, WorldTransactionTestCase
from tests.feedback.calling import DAY, call_of, solved_now, urgent

pytestmark = pytest.mark.long

T = TypeVar("T")
TEN = NOW + timedelta(hours=1)
ROUNDS = 10


class CallRaceTests(WorldTransactionTestCase):
    def at_once(self, *jobs: Callable[[], T]) -> list[T | str]:
        gate = Barrier(len(jobs))

        def run(job: Callable[[], T]) -> T | str:
            try:
                gate.wait(timeout=60)
                return job()
            except Refused as refused:
                return refused.code
            finally:
                connection.close()

        with ThreadPoolExecutor(len(jobs)) as pool:
            return list(pool.map(run, jobs))

    def call(self, n: int) -> CallBack:
        complaint = urgent(self.w, phone=f"+9199999{n:05d}")
        return CallBack.objects.select_related("complaint").get(
            pk=call_of(complaint).pk
        )

    def test_of_two_takers_one_gets_the_call(self) -> None:
        def taker(call: CallBack, officer: Officer) -> Callable[[], bool]:
            actor = self.w.actor(officer)
            return lambda: calls.take(call, actor=actor, at=TEN)

        for n in range(ROUNDS):
            call = self.call(n)
            people = (self.w.asha, self.w.sunil, self.w.devika)
            won = self.at_once(*(taker(call, each) for each in people))
            assert won.count(True) == 1, won

    def test_of_yes_and_no_one_counts(self) -> None:
        def answers(call: CallBack, solved: bool) -> Callable[[], str]:
            officer = self.w.asha if solved else self.w.sunil
            actor = self.w.actor(officer)

            def answer() -> str:
                said = Said(solved=solved, score=4)
                calls.answered(call, said, seen=0, actor=actor, at=TEN)
                return "won"

            return answer

        for n in range(ROUNDS):
            call = self.call(n)
            found = self.at_once(answers(call, True), answers(call, False))
            assert found.count("won") == 1, found
            of = {"complaint": call.complaint_id}
            assert ContactTry.objects.filter(**of).count() == 1
            assert Rating.objects.filter(**of).count() == 1
            ends = Event.objects.filter(**of, kind__in=["closed", "disputed"])
            assert ends.count() == 1
            assert Event.objects.filter(**of, kind="phoned").count() == 1

    def test_two_workers_draw_once(self) -> None:
        for n in range(8):
            solved_now(self.w, phone=f"+9199999{n:05d}")
        pune = Organisation.objects.get(pk=self.w.pune.pk)
        for back in range(3):
            day = NOW.date() - back * DAY
            rows = self.at_once(*(lambda day=day: draw(pune, day, TEN),) * 3)
            assert sum(row is not None for row in rows) == 1
        assert SampleDraw.objects.count() == 3
        assert CallBack.objects.filter(why="sample").count() == 1
        assert Complaint.objects.count() == 8
