import os
from datetime import UTC, datetime, timedelta

import pytest
from django.test import TestCase

from operations import heartbeat
from operations.heartbeat import (
    NameLostError,
    NameTakenError,
    beat,
    leave,
    take,
    worker_silent,
)
from operations.models import Heartbeat

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def elsewhere(**fields: object) -> None:
    Heartbeat.objects.update(host="other.example.org", **fields)


class HeartbeatTests(TestCase):
    def test_it_refuses_a_name_that_is_kept_elsewhere(self) -> None:
        take("worker", at=NOON)
        elsewhere()
        with pytest.raises(NameTakenError, match=r"other\.example\.org"):
            take("worker", at=NOON + 30 * SECOND)

    def test_it_takes_a_name_that_went_stale(self) -> None:
        take("worker", at=NOON)
        elsewhere()
        assert take("worker", at=NOON + 31 * SECOND).pid == os.getpid()
        assert Heartbeat.objects.count() == 1

    def test_it_takes_the_name_of_a_dead_process_here_at_once(self) -> None:
        take("worker", at=NOON)
        # Above the kernel's highest process id.
        Heartbeat.objects.update(pid=2**30)
        assert take("worker", at=NOON + SECOND).pid == os.getpid()

    def test_it_refuses_the_name_of_a_process_that_lives_here(self) -> None:
        take("worker", at=NOON)
        Heartbeat.objects.update(pid=os.getppid())
        with pytest.raises(NameTakenError):
            take("worker", at=NOON + SECOND)

    def test_it_takes_its_own_name_in_a_container_started_again(self) -> None:
        take("worker", at=NOON)
        assert take("worker", at=NOON + SECOND).started_at == NOON + SECOND

    def test_it_lets_other_names_work_beside_it(self) -> None:
        take("one", at=NOON)
        take("two", at=NOON)
        assert Heartbeat.objects.count() == 2

    def test_it_notices_that_its_name_was_taken(self) -> None:
        hold = take("worker", at=NOON)
        with self.assertNumQueries(1):
            beat(hold, at=NOON + SECOND, progress_at=NOON)
        elsewhere()
        with pytest.raises(NameLostError):
            beat(hold, at=NOON + 2 * SECOND, progress_at=NOON)
        leave(hold)
        assert Heartbeat.objects.count() == 1

    def test_it_is_silent_without_progress_for_ninety_seconds(self) -> None:
        assert worker_silent(NOON)
        hold = take("worker", at=NOON)
        assert not worker_silent(NOON + 90 * SECOND)
        # Alive, but stuck in one tick.
        beat(hold, at=NOON + 91 * SECOND, progress_at=NOON)
        with self.assertNumQueries(1):
            assert worker_silent(NOON + 91 * SECOND)

    def test_it_drops_rows_of_workers_long_gone(self) -> None:
        take("worker", at=NOON)
        assert heartbeat.prune(NOON + timedelta(hours=23)) == 0
        assert heartbeat.prune(NOON + timedelta(hours=25)) == 1
