from datetime import datetime, timedelta
from unittest.mock import patch

from notices import delivery
from notices.breaker import Breakers
from notices.delivery import tick
from notices.models import Breaker, Notice
from notices.port import DeliveryError
from tests.base import NOW
from tests.notices.provider import BUSY, DeliveryTestCase, Provider

SECOND = timedelta(seconds=1)
KEY = "console:-"


class BreakerTests(DeliveryTestCase):
    def setUp(self) -> None:
        super().setUp()
        # On a busy machine the threads may take longer than a turn.
        patient = patch.object(delivery, "TURN_SECONDS", 30.0)
        patient.start()
        self.addCleanup(patient.stop)

    def out_of_order(self, owed: int = 7) -> Breaker:
        """Five sends in a row fail; two more messages wait."""
        for _n in range(owed):
            self.owed()
        Provider.does = [BUSY] * 5
        tick(NOW)
        return self.breaker()

    def breaker(self) -> Breaker:
        return Breaker.objects.get(key=KEY)

    def fresh(self) -> list[int]:
        """Tries of the messages that nobody has tried."""
        rows = Notice.objects.filter(state="queued", attempts=0)
        return list(rows.values_list("attempts", flat=True))

    def test_five_failures_in_a_row_open_it(self) -> None:
        breaker = self.out_of_order()
        assert breaker.failures == 5
        assert breaker.open_until == NOW + timedelta(seconds=5)
        assert Provider.sent == []
        assert len(self.fresh()) == 2

    def test_while_it_is_open_nothing_is_claimed(self) -> None:
        self.out_of_order()
        assert tick(NOW + 4 * SECOND) == 0
        assert self.fresh() == [0, 0]
        assert Provider.sent == []

    def test_four_do_not(self) -> None:
        for _n in range(6):
            self.owed()
        Provider.does = [BUSY] * 4
        tick(NOW)
        assert Notice.objects.filter(state="sent").count() == 2
        assert self.breaker().failures == 0

    def test_a_success_between_begins_the_count_again(self) -> None:
        for _n in range(9):
            self.owed()
        Provider.does = [*[BUSY] * 4, lambda: "p1", *[BUSY] * 4]
        tick(NOW)
        assert self.breaker().open_until is None
        assert self.breaker().failures == 4

    def test_failures_far_apart_do_not_open_it(self) -> None:
        at = NOW
        for _n in range(8):
            Breakers().failed(KEY, at)
            at += 20 * SECOND
        assert self.breaker().open_until is None

    def test_what_can_never_go_says_that_the_provider_is_there(self) -> None:
        for _n in range(6):
            self.owed()
        Provider.does = [DeliveryError("no such number", permanent=True)] * 6
        tick(NOW)
        assert not Breaker.objects.exists()
        assert Notice.objects.filter(state="failed").count() == 6

    def test_time_outs_count(self) -> None:
        for _n in range(6):
            self.owed()
        Provider.does = [DeliveryError("time-out", unknown=True)] * 6
        tick(NOW)
        assert self.breaker().open_until is not None
        assert len(Provider.does) == 1

    def test_one_probe_goes_when_the_pause_is_over(self) -> None:
        self.out_of_order()
        Provider.does = [BUSY]
        tick(NOW + 5 * SECOND)
        assert len(self.fresh()) == 1
        assert Provider.does == []
        assert self.breaker().open_until == NOW + 15 * SECOND

    def test_the_pause_doubles_up_to_a_minute(self) -> None:
        breaker = self.out_of_order()
        pauses = []
        for _n in range(6):
            assert breaker.open_until is not None
            at = breaker.open_until
            Notice.objects.update(not_before=at)
            Provider.does = [BUSY]
            tick(at)
            breaker = self.breaker()
            pauses.append(breaker.pause_seconds)
        assert pauses == [10, 20, 40, 60, 60, 60]

    def test_a_probe_that_goes_out_closes_it(self) -> None:
        self.out_of_order()
        tick(NOW + 5 * SECOND)
        breaker = self.breaker()
        assert (breaker.open_until, breaker.failures) == (None, 0)
        tick(NOW + 6 * SECOND)
        assert self.fresh() == []

    def test_only_one_worker_has_the_probe(self) -> None:
        self.out_of_order()
        at = NOW + 5 * SECOND
        ours, theirs = Breakers(), Breakers()
        assert ours.lets_through(KEY, at)
        assert not theirs.lets_through(KEY, at)
        assert not ours.lets_through(KEY, at)

    def test_a_probe_that_was_not_sent_is_given_back(self) -> None:
        self.out_of_order()
        at = NOW + 5 * SECOND
        ours, theirs = Breakers(), Breakers()
        ours.lets_through(KEY, at)
        theirs.give_back(KEY, at)  # it has none
        assert not Breakers().lets_through(KEY, at)
        ours.give_back(KEY, at)
        assert Breakers().lets_through(KEY, at)

    def test_a_worker_that_dies_with_the_probe_does_not_stop_us(self) -> None:
        self.out_of_order()
        assert Breakers().lets_through(KEY, NOW + 5 * SECOND)
        assert not Breakers().lets_through(KEY, NOW + 60 * SECOND)
        assert Breakers().lets_through(KEY, NOW + timedelta(minutes=4))

    def test_it_waits_as_long_as_the_provider_says(self) -> None:
        for _n in range(5):
            self.owed()
        Provider.does = [DeliveryError("HTTP 429", after=40)] * 5
        tick(NOW)
        assert self.breaker().open_until == NOW + 40 * SECOND

    def test_another_account_goes_on(self) -> None:
        """A wrong password of one organisation is no reason to be silent for others."""
        broken, sound = self.account(code="a"), self.account(address="B", code="b")
        mine = [self.owed(account=broken) for _n in range(6)]
        theirs = [self.owed(account=sound) for _n in range(2)]
        Provider.does = [BUSY] * 5
        tick(NOW)
        tick(NOW + SECOND)
        assert Breaker.objects.get().key == f"console:{broken.pk}"
        assert {self.now(n).state for n in mine} == {"queued"}
        assert {self.now(n).state for n in theirs} == {"sent"}

    def test_what_is_too_late_is_dropped_meanwhile(self) -> None:
        self.out_of_order()
        Notice.objects.update(expires_at=NOW + SECOND)
        tick(NOW + SECOND)
        assert set(Notice.objects.values_list("state", flat=True)) == {"expired"}


class CountTests(DeliveryTestCase):
    def failing(self, times: int, at: datetime) -> None:
        for _n in range(times):
            Breakers().failed(KEY, at)

    def test_two_workers_count_together(self) -> None:
        self.failing(4, NOW)
        assert not Breakers().open(NOW)
        self.failing(1, NOW + SECOND)
        assert Breakers().open(NOW + SECOND)

    def test_echoes_do_not_make_the_pause_longer(self) -> None:
        self.failing(8, NOW)
        assert Breakers().open(NOW) == {KEY: NOW + 5 * SECOND}
