"""Fifty people act on one complaint at once: one wins, 49 hear clearly who did."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from complaints.models import Complaint, Event
from complaints.refusals import Refused
from complaints.services import start
from tests.base import NOW, WorldTransactionTestCase
from tests.complaints.stage import to_stage

pytestmark = pytest.mark.long

PEOPLE = 50


class RaceTests(WorldTransactionTestCase):
    def test_one_of_fifty_wins_and_49_are_told(self) -> None:
        complaint = to_stage(self.w, "assigned")
        seen = complaint.version
        actor = self.w.actor(self.w.omkar)
        gate = Barrier(PEOPLE)

        def try_it(_n: int) -> str:
            mine = Complaint.objects.select_related("category").get(pk=complaint.pk)
            gate.wait(timeout=60)
            try:
                start(mine, actor=actor, at=NOW, version=seen)
            except Refused as refused:
                return str(refused)
            finally:
                connection.close()
            return "won"

        with ThreadPoolExecutor(PEOPLE) as pool:
            outcomes = list(pool.map(try_it, range(PEOPLE)))
        assert outcomes.count("won") == 1, outcomes
        losers = [text for text in outcomes if text != "won"]
        assert all("Omkar" in text or "In progress" in text for text in losers), losers
        assert Event.objects.filter(complaint=complaint, kind="started").count() == 1
