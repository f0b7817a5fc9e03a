"""Two people at the same moment, with real commits: one outcome."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from decimal import Decimal
from threading import Barrier

import pytest
from django.db import connection

from complaints.models import Complaint, Event
from complaints.refusals import Refused
from escalation.claims import compensation
from escalation.ladder import sweep
from escalation.models import Claim
from notices.models import Notice
from tests.base import NOW, WorldTransactionTestCase
from tests.escalation.compensated import compensate, solve

pytestmark = pytest.mark.long


def at_once(*acts: Callable[[], object]) -> list[str]:
    gate = Barrier(len(acts))

    def run(act: Callable[[], object]) -> str:
        gate.wait(timeout=60)
        try:
            act()
        except Refused as refused:
            return str(refused)
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


class ClaimRaceTests(WorldTransactionTestCase):
    def setUp(self) -> None:
        super().setUp()
        sweep._aside.clear()
        compensate(self.w)
        self.complaint = self.w.file()

    def at(self, hours: float) -> datetime:
        return NOW + timedelta(hours=hours)

    def count(self, *kinds: str) -> int:
        rows = Event.objects.filter(complaint=self.complaint, kind__in=kinds)
        return rows.count()

    def claimed(self) -> Claim:
        sweep.tick(self.at(25))
        claim = Claim.objects.get()
        citizen = self.w.citizen(self.complaint)
        return compensation.claim(claim, actor=citizen, at=self.at(26))

    def test_a_sweep_and_a_late_solution_offer_one(self) -> None:
        def late() -> None:
            mine = Complaint.objects.get(pk=self.complaint.pk)
            solve(self.w, mine, self.at(30))

        at_once(lambda: sweep.tick(self.at(30)), late, lambda: sweep.tick(self.at(30)))
        sweep.tick(self.at(30) + timedelta(minutes=2))

        assert Claim.objects.count() == self.count("claim_offered") == 1
        assert Notice.objects.filter(kind="compensation").count() == 1
        assert Claim.objects.get().minutes_late == 360

    def test_pressed_many_times_at_once_it_is_claimed_once(self) -> None:
        sweep.tick(self.at(25))
        citizen, pk = self.w.citizen(self.complaint), Claim.objects.get().pk

        def press() -> None:
            mine = Claim.objects.get(pk=pk)
            compensation.claim(mine, actor=citizen, at=self.at(26))

        assert at_once(*[press] * 8) == ["done"] * 8
        assert self.count("claimed") == 1

    def test_of_two_who_decide_one_wins_and_one_is_told(self) -> None:
        pk = self.claimed().pk
        hema, sunil = (self.w.actor(each) for each in (self.w.hema, self.w.sunil))

        def grant() -> None:
            mine = Claim.objects.get(pk=pk)
            compensation.grant(mine, amount=Decimal(100), actor=hema, at=self.at(28))

        def refuse() -> None:
            mine = Claim.objects.get(pk=pk)
            compensation.refuse(
                mine, reason="Not our road at all", actor=sunil, at=self.at(28)
            )

        outcomes = at_once(grant, refuse)

        assert outcomes.count("done") == 1, outcomes
        (told,) = [text for text in outcomes if text != "done"]
        assert "Hema" in told or "Sunil" in told
        assert self.count("claim_granted", "claim_refused") == 1
        found = Claim.objects.get(pk=pk)
        assert (found.state == "granted") == (outcomes[0] == "done")
        assert (found.amount is None) == (found.state == "refused")

    def test_solved_and_claimed_at_once_both_hold(self) -> None:
        sweep.tick(self.at(25))
        pk, citizen = Claim.objects.get().pk, self.w.citizen(self.complaint)

        def claim() -> None:
            mine = Claim.objects.get(pk=pk)
            compensation.claim(mine, actor=citizen, at=self.at(30))

        def done() -> None:
            for _try in range(3):  # who was second looks again
                mine = Complaint.objects.get(pk=self.complaint.pk)
                if mine.resolved_at is None:
                    try:
                        solve(self.w, mine, self.at(30))
                    except Refused:
                        continue

        assert at_once(claim, done) == ["done", "done"]
        found = Claim.objects.get(pk=pk)
        assert (found.state, found.minutes_late) == ("claimed", 360)
        assert self.count("resolved") == self.count("claimed") == 1
