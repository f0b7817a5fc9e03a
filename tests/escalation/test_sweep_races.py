"""Several workers sweep at the same moment, for real: each step is taken once."""

from datetime import datetime, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection

from complaints.models import Event
from escalation.ladder import sweep
from escalation.models import Step
from escalation.promise.ledger_check import Report, check
from notices.models import Notice
from tests.base import NOW, WorldTransactionTestCase

pytestmark = pytest.mark.long

WORKERS = 4
COMPLAINTS = 6


@pytest.mark.postgres
class SweepRaceTests(WorldTransactionTestCase):
    def setUp(self) -> None:
        super().setUp()
        sweep._aside.clear()

    def sweep_together(self, at: datetime) -> None:
        together = Barrier(WORKERS)

        def work() -> None:
            try:
                together.wait(timeout=10)
                sweep.tick(at)
            finally:
                connection.close()

        threads = [Thread(target=work) for _each in range(WORKERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=60)

    def test_it_raises_each_once_with_four_workers(self) -> None:
        for _each in range(COMPLAINTS):
            self.w.file()
        late = NOW.replace(day=25)
        self.sweep_together(late)

        assert Event.objects.filter(kind="escalated").count() == COMPLAINTS
        assert Step.objects.filter(name="due").count() == COMPLAINTS
        assert Notice.objects.filter(kind="staff_escalated").count() == COMPLAINTS

        # Rows that another worker had in hand were set aside for a minute.
        sweep.tick(late + timedelta(minutes=2))
        assert not Step.objects.filter(at=None).exists()

    def test_it_climbs_the_whole_ladder_once_with_four_workers(self) -> None:
        complaints = [self.w.file() for _each in range(COMPLAINTS)]
        for hours in (24, 36, 48, 49):
            self.sweep_together(NOW + timedelta(hours=hours))
            sweep._aside.clear()

        for complaint in complaints:
            raised = Event.objects.filter(complaint=complaint, kind="escalated")
            levels = [event.data["level"] for event in raised.order_by("seq")]
            assert levels == [2, 3, 4]
        told = Notice.objects.filter(kind="escalated", audience="citizen")
        assert told.count() == 3 * COMPLAINTS
        assert [*check(NOW + timedelta(hours=49), Report())] == []
