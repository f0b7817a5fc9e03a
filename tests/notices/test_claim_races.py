"""Two workers reach for the same rows at the same moment, for real."""

from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.test import override_settings

from notices import due
from notices.breaker import Breakers
from notices.due import Blocked
from notices.models import Breaker, Notice
from tests.base import NOW, WorldTransactionTestCase

pytestmark = pytest.mark.long

WORKERS = 4
NOBODY = Blocked(frozenset(), frozenset())


def together(work: Callable[[], object]) -> None:
    start = Barrier(WORKERS)

    def run() -> None:
        try:
            start.wait(timeout=10)
            work()
        finally:
            connection.close()

    threads = [Thread(target=run) for _each in range(WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)


@pytest.mark.postgres
@override_settings(SUNWAI_REACTIONS=["notices.reactions.REACTIONS"])
class ClaimRaceTests(WorldTransactionTestCase):
    def test_each_message_is_taken_once(self) -> None:
        for _n in range(30):
            self.w.file()
        taken: list[int] = []

        def work() -> None:
            for _turn in range(8):
                rows, _stopped = due.pick(NOW, NOBODY)
                taken.extend(row.pk for row in due.claim(rows[:8], NOW))
                # … and from the other end, so that they meet head-on
                taken.extend(row.pk for row in due.claim(rows[:-9:-1], NOW))

        together(work)
        assert len(taken) == len(set(taken)) == 30
        assert set(Notice.objects.values_list("attempts", flat=True)) == {1}

    def test_one_of_them_has_the_probe(self) -> None:
        Breaker.objects.create(key="console:-", failures=5, since=NOW, open_until=NOW)
        probes: list[bool] = []
        together(lambda: probes.append(Breakers().lets_through("console:-", NOW)))
        assert sorted(probes) == [False, False, False, True]

    def test_failures_of_all_are_counted(self) -> None:
        together(lambda: Breakers().failed("console:-", NOW))
        Breakers().failed("console:-", NOW)
        breaker = Breaker.objects.get()
        assert breaker.failures in (4, 5)  # a count that was passed by three times
        assert (breaker.open_until is not None) is (breaker.failures == 5)
