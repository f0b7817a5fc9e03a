from collections.abc import Callable

from notices import delivery, due, flights
from notices.delivery import tick
from notices.flights import Flights
from notices.models import ChannelAccount, Notice
from operations.ticks import drain
from tests.base import NOW
from tests.notices.provider import DeliveryTestCase, Provider, Slow


class SlowProviderTests(DeliveryTestCase):
    """The gate is shut until a test opens it: nobody waits for the clock."""

    at_once = 2

    def setUp(self) -> None:
        super().setUp()
        self.patch.setattr(delivery, "TURN_SECONDS", 0.05)
        self.slow, self.fast = self.account("slow"), self.account("console")

    def owed(self, kind: str = "registered", **over: object) -> Notice:
        """Each to somebody else: one person gets one message at a time."""
        notice = super().owed(kind, **over)
        Notice.objects.filter(pk=notice.pk).update(recipient=f"+9199999{notice.pk:05}")
        return self.now(notice)

    def states(self, account: ChannelAccount) -> list[str]:
        rows = Notice.objects.filter(account=account).order_by("pk")
        return list(rows.values_list("state", flat=True))

    def finish(self) -> None:
        Slow.gate.set()
        self.work_until(lambda: not tick(NOW))

    def work_until(self, reached: Callable[[], bool]) -> None:
        """A busy machine may need more turns; a shut gate needs them for ever."""
        for _turn in range(200):
            if reached():
                return
            tick(NOW)
        raise AssertionError("that never comes to pass")

    def test_a_fast_one_goes_past_it(self) -> None:
        for _n in range(3):
            self.owed(account=self.slow)
            self.owed(account=self.fast)
        self.work_until(lambda: self.states(self.fast) == ["sent"] * 3)
        assert self.states(self.slow) == ["sending", "sending", "queued"]

    def test_its_backlog_does_not_stand_before_the_others(self) -> None:
        self.patch.setattr(due, "BATCH", 4)
        for _n in range(9):
            self.owed(account=self.slow)
        self.owed(account=self.fast)
        self.work_until(lambda: self.states(self.fast) == ["sent"])
        self.owed(account=self.fast)
        self.work_until(lambda: self.states(self.fast) == ["sent", "sent"])
        assert self.states(self.slow).count("sending") == 2

    def test_many_to_one_person_do_not_stand_before_the_others(self) -> None:
        self.patch.setattr(due, "BATCH", 4)
        for _n in range(9):
            super().owed(account=self.slow)
        self.owed(account=self.slow)
        self.work_until(lambda: self.states(self.slow)[-1] == "sending")
        assert self.states(self.slow).count("sending") == 2

    def test_what_is_under_way_is_work(self) -> None:
        self.owed(account=self.slow)
        assert tick(NOW) == 1
        assert tick(NOW) == 1
        self.finish()
        assert self.states(self.slow) == ["sent"]
        assert tick(NOW) == 0

    def test_a_drain_waits_for_it(self) -> None:
        self.owed(account=self.slow)
        tick(NOW)
        Slow.gate.set()
        with self.settings(SUNWAI_TICKS=["notices.delivery.tick"]):
            drain(clock=lambda: NOW)
        assert self.states(self.slow) == ["sent"]

    def test_never_more_than_its_share_at_once(self) -> None:
        for _n in range(5):
            self.owed(account=self.slow)
        for _turn in range(3):
            tick(NOW)
        assert len(Slow.begun) == 2
        self.finish()
        assert self.states(self.slow) == ["sent"] * 5
        assert len(set(Slow.begun)) == 5

    def test_a_stop_meanwhile_loses_nothing(self) -> None:
        self.owed(account=self.slow)
        tick(NOW)
        self.patch.setattr(delivery, "_flights", Flights())  # a new worker
        assert tick(NOW) == 0
        tick(NOW + due.LEASE)
        assert self.states(self.slow) == ["unsure"]


class ManyTests(DeliveryTestCase):
    at_once = flights.MOST_AT_ONCE

    def test_all_go_in_one_turn_each_once(self) -> None:
        for _n in range(20):
            self.owed()
        self.patch.setattr(delivery, "TURN_SECONDS", 10.0)
        assert tick(NOW) == 20
        assert sorted({m.notice_id for m in Provider.sent}) == sorted(
            Notice.objects.filter(state="sent").values_list("pk", flat=True)
        )
        assert len(Provider.sent) == 20
