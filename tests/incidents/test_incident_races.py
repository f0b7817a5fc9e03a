"""Many at once: two who end it, thirty who join it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from complaints.actors import SYSTEM_ACTOR
from complaints.models import Complaint
from complaints.refusals import Refused
from incidents.models import Incident, Membership, Update
from incidents.services import join, restore
from tests.base import NOW, WorldTransactionTestCase
from tests.incidents.stage import burst_pipe, declared, dry, prepare

pytestmark = pytest.mark.long

PEOPLE = 30


def at_once(n: int, act: Callable[[int], None]) -> list[str]:
    gate = Barrier(n)

    def run(place: int) -> str:
        gate.wait(timeout=60)
        try:
            act(place)
        except Refused as refused:
            return str(refused)
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(n) as pool:
        return list(pool.map(run, range(n)))


class IncidentRaceTests(WorldTransactionTestCase):
    def setUp(self) -> None:
        super().setUp()
        prepare(self.w)
        self.incident = declared(self.w)

    def test_of_two_who_end_it_one_wins_and_one_is_told(self) -> None:
        cause = burst_pipe(self.w)
        actors = [self.w.actor(each) for each in (self.w.devika, self.w.sunil)]

        def end(place: int) -> None:
            mine = Incident.objects.select_related(
                "organisation", "area", "category", "cause"
            ).get(pk=self.incident.pk)
            restore(
                mine, cause=cause, actor=actors[place], at=NOW,
                version=self.incident.version,
            )  # fmt: skip

        outcomes = at_once(2, end)
        assert outcomes.count("done") == 1, outcomes
        (told,) = [text for text in outcomes if text != "done"]
        assert "Devika" in told or "Sunil" in told
        assert Update.objects.filter(kind="restored").count() == 1

    def test_thirty_join_and_nobody_waits_for_the_incidents_row(self) -> None:
        complaints = [dry(self.w, n) for n in range(PEOPLE)]
        before = Incident.objects.filter(pk=self.incident.pk).values().get()

        def join_it(place: int) -> None:
            mine = Complaint.objects.get(pk=complaints[place].pk)
            join(mine, self.incident, actor=SYSTEM_ACTOR, at=NOW, by="word")

        assert at_once(PEOPLE, join_it) == ["done"] * PEOPLE
        assert Membership.objects.filter(incident=self.incident).count() == PEOPLE
        assert Incident.objects.filter(pk=self.incident.pk).values().get() == before

    def test_one_complaint_joins_once(self) -> None:
        complaint = dry(self.w)

        def join_it(_place: int) -> None:
            mine = Complaint.objects.get(pk=complaint.pk)
            join(mine, self.incident, actor=SYSTEM_ACTOR, at=NOW, by="word")

        outcomes = at_once(5, join_it)
        assert "done" in outcomes
        assert Membership.objects.count() == 1
        assert complaint.events.filter(kind="joined_incident").count() == 1
