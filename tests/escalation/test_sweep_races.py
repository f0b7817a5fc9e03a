"""Two workers sweep at the same moment, for real: each step is taken once."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection

from complaints.models import Event
from escalation import sweep
from escalation.models import Step
from notices.models import Notice
from tests.base import NOW, WorldTransactionTestCase

WORKERS = 4
COMPLAINTS = 6


@pytest.mark.postgres
class SweepRaceTests(WorldTransactionTestCase):
    def test_it_raises_each_once_with_four_workers(self) -> None:
        for _each in range(COMPLAINTS):
            self.w.file()
        late = NOW.replace(day=25)
        together = Barrier(WORKERS)

        def work() -> None:
            try:
                together.wait(timeout=10)
                sweep.tick(late)
            finally:
                connection.close()

        threads = [Thread(target=work) for _each in range(WORKERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=60)

        assert Event.objects.filter(kind="escalated").count() == COMPLAINTS
        assert Step.objects.filter(name="due").count() == COMPLAINTS
        assert Notice.objects.filter(kind="staff_escalated").count() == COMPLAINTS

        # Rows that another worker had in hand were set aside for a minute.
        sweep.tick(late + timedelta(minutes=2))
        assert not Step.objects.filter(at=None).exists()
