from datetime import datetime, timedelta
from pathlib import Path
from typing import ClassVar

import pytest
from django.conf import settings
from django.db import OperationalError, connection
from django.test import override_settings

from notices import delivery
from notices.delivery import DOUBT, LEASE, MOST_ATTEMPTS, pause_after, tick
from notices.models import ChannelAccount, Notice
from notices.outbox import tell_citizen
from notices.port import DeliveryError, OutboundMessage, Sender
from tests.base import NOW, WorldTransactionTestCase
from tests.notices.cases import CHANNELS, NoticesTestCase


class Crash(BaseException):
    """A worker killed between sending and writing down."""


class Provider(Sender):
    """What the last test told it to do; remembers what it was sent."""

    sent: ClassVar[list[OutboundMessage]] = []
    does: ClassVar[list[BaseException]] = []
    has: ClassVar[str | None] = None
    in_transaction: ClassVar[list[bool]] = []

    def send(self, message: OutboundMessage) -> str:
        Provider.in_transaction.append(connection.in_atomic_block)
        if Provider.does:
            error = Provider.does.pop(0)
            if not isinstance(error, DeliveryError) or error.unknown:
                Provider.sent.append(message)
            raise error
        Provider.sent.append(message)
        return f"p{len(Provider.sent)}"

    def look_up(self, message: OutboundMessage) -> str | None:
        return Provider.has


WIRED = {"console": "tests.notices.test_delivery.Provider"}


class DeliveryTestCase(NoticesTestCase):
    def setUp(self) -> None:
        super().setUp()
        Provider.sent, Provider.does, Provider.has = [], [], None
        wired = override_settings(SUNWAI_CHANNELS=CHANNELS | WIRED)
        wired.enable()
        self.addCleanup(wired.disable)

    def owed(self, kind: str = "registered", **over: object) -> Notice:
        complaint = self.w.file()
        notice = Notice.objects.get(complaint=complaint)
        Notice.objects.filter(pk=notice.pk).update(
            **{"kind": kind, "expires_at": NOW + timedelta(days=3)} | over
        )
        return self.now(notice)

    def now(self, notice: Notice) -> Notice:
        return Notice.objects.get(pk=notice.pk)

    def crash(self, notice: Notice, at: datetime = NOW) -> None:
        """Sent, and then the worker is gone before it can write that."""
        Provider.does = [Crash()]
        with pytest.raises(Crash):
            tick(at)
        assert self.now(notice).state == "sending"


class TickTests(DeliveryTestCase):
    def test_it_sends_once_and_keeps_the_providers_id(self) -> None:
        notice = self.owed()
        assert tick(NOW) == 1
        assert tick(NOW) == 0
        after = self.now(notice)
        assert (after.state, after.provider_id, after.sent_at) == ("sent", "p1", NOW)
        assert (after.attempts, after.lease_until) == (1, None)
        assert [m.recipient for m in Provider.sent] == ["+919999900001"]

    def test_it_waits_for_its_hour(self) -> None:
        self.owed(not_before=NOW + timedelta(seconds=1))
        assert tick(NOW) == 0
        assert tick(NOW + timedelta(seconds=1)) == 1

    def test_what_is_too_late_is_dropped(self) -> None:
        notice = self.owed(expires_at=NOW)
        assert tick(NOW) == 1
        assert self.now(notice).state == "expired"
        assert Provider.sent == []

    def test_emergencies_go_first(self) -> None:
        for _n in range(3):
            self.owed()
        last = self.w.file()
        tell_citizen(last.events.get(), "emergency")
        tick(NOW)
        assert [m.kind for m in Provider.sent][:2] == ["emergency", "registered"]

    def test_it_takes_a_batch_at_a_time(self) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(delivery, "BATCH", 2)
            for _n in range(3):
                self.owed()
            assert [tick(NOW), tick(NOW), tick(NOW)] == [2, 1, 0]

    def test_a_slow_provider_gives_the_loop_its_turn(self) -> None:
        for _n in range(3):
            self.owed()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(delivery, "TURN_SECONDS", -1.0)
            assert tick(NOW) == 0

    def test_an_idle_round_is_a_few_small_looks(self) -> None:
        with self.assertNumQueries(1 + len(delivery.PRIORITIES)):
            assert tick(NOW) == 0

    def test_another_workers_claim_is_left_alone(self) -> None:
        notice = self.owed()
        Notice.objects.filter(pk=notice.pk).update(
            state="sending", claim="theirs", lease_until=NOW + LEASE
        )
        assert delivery._claim(notice, NOW) == ""
        assert tick(NOW) == 0
        assert Provider.sent == []


class FailureTests(DeliveryTestCase):
    def test_a_passing_failure_is_tried_later_and_later(self) -> None:
        notice = self.owed()
        at, pauses = NOW, []
        for attempt in range(1, MOST_ATTEMPTS + 1):
            Provider.does = [DeliveryError("busy")]
            assert tick(at) == 1
            after = self.now(notice)
            assert after.attempts == attempt
            if after.state == "queued":
                pauses.append(after.not_before - at)
                at = after.not_before
        assert self.now(notice).state == "failed"
        assert self.now(notice).error == "busy"
        assert pauses == sorted(pauses)
        assert pauses[0] >= timedelta(seconds=30)
        assert pauses[-1] <= timedelta(hours=1.25)

    def test_the_pause_is_the_same_each_time_it_is_asked(self) -> None:
        notice = self.owed(attempts=2)
        assert pause_after(notice) == pause_after(self.now(notice))

    def test_what_can_never_go_fails_at_once(self) -> None:
        notice = self.owed()
        Provider.does = [DeliveryError("no such number", permanent=True)]
        tick(NOW)
        assert self.now(notice).state == "failed"
        assert tick(NOW + timedelta(days=1)) == 0

    def test_one_bad_row_does_not_stop_the_others(self) -> None:
        self.owed()
        good = self.owed()
        Provider.does = [ValueError("+919999900001 is in this message")]
        assert tick(NOW) == 2
        assert self.now(good).state == "sent"
        bad = Notice.objects.exclude(pk=good.pk).get()
        assert (bad.state, bad.error) == ("unsure", "ValueError")

    def test_a_lost_database_stops_the_round(self) -> None:
        self.owed()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(delivery, "_finish", _lost)
            with pytest.raises(OperationalError):
                tick(NOW)

    def test_an_unwired_sender_is_waited_for(self) -> None:
        notice = self.owed()
        with override_settings(SUNWAI_CHANNELS={}):
            tick(NOW)
        after = self.now(notice)
        assert (after.state, after.error) == ("queued", "no sender console")
        assert tick(after.not_before) == 1
        assert self.now(notice).state == "sent"


def _lost(*args: object, **fields: object) -> None:
    raise OperationalError("the server closed the connection")


class DoubtTests(DeliveryTestCase):
    def test_a_crash_leaves_it_unsure_and_not_twice_sent(self) -> None:
        notice = self.owed()
        self.crash(notice)
        assert tick(NOW + LEASE - timedelta(seconds=1)) == 0
        tick(NOW + LEASE)
        after = self.now(notice)
        assert (after.state, after.error) == ("unsure", "lease ran out")
        tick(NOW + LEASE + DOUBT - timedelta(seconds=1))
        assert len(Provider.sent) == 1

    def test_a_stage_is_sent_once_more_and_never_again(self) -> None:
        notice = self.owed()
        self.crash(notice)
        tick(NOW + LEASE)
        Provider.does = [DeliveryError("time-out", unknown=True)]
        tick(NOW + LEASE + DOUBT)
        after = self.now(notice)
        assert (after.state, after.resent, after.lease_until) == ("unsure", True, None)
        assert tick(NOW + timedelta(days=2)) == 0
        assert len(Provider.sent) == 2

    def test_the_second_copy_may_arrive(self) -> None:
        notice = self.owed()
        Provider.does = [DeliveryError("time-out", unknown=True)]
        tick(NOW)
        tick(NOW + DOUBT)
        after = self.now(notice)
        assert (after.state, after.resent, after.error) == ("sent", True, "")

    def test_a_code_is_never_sent_twice(self) -> None:
        notice = self.owed("code")
        self.crash(notice)
        tick(NOW + LEASE)
        assert self.now(notice).state == "unsure"
        assert tick(NOW + timedelta(days=1)) == 0
        assert len(Provider.sent) == 1

    def test_the_provider_is_asked_first(self) -> None:
        notice = self.owed()
        self.crash(notice)
        tick(NOW + LEASE)
        Provider.has = "p-known"
        tick(NOW + LEASE + DOUBT)
        after = self.now(notice)
        assert (after.state, after.provider_id) == ("sent", "p-known")
        assert len(Provider.sent) == 1

    def test_a_doubt_past_its_time_rests(self) -> None:
        notice = self.owed(expires_at=NOW + timedelta(minutes=5))
        self.crash(notice)
        tick(NOW + LEASE)
        tick(NOW + LEASE + DOUBT)
        assert self.now(notice).state == "unsure"
        assert len(Provider.sent) == 1

    def test_a_late_finish_does_not_overwrite(self) -> None:
        notice = self.owed()
        delivery._finish(notice, "not ours", state="failed")
        assert self.now(notice).state == "queued"


class OutsideTests(WorldTransactionTestCase):
    @override_settings(
        SUNWAI_REACTIONS=["notices.reactions.REACTIONS"], SUNWAI_CHANNELS=WIRED
    )
    def test_no_transaction_is_open_while_it_sends(self) -> None:
        Provider.in_transaction, Provider.does = [], []
        self.w.file()
        tick(NOW)
        assert Provider.in_transaction
        assert not any(Provider.in_transaction)


class ConsoleTests(NoticesTestCase):
    def test_it_logs_a_masked_line(self) -> None:
        self.w.file()
        with self.assertLogs("notices.senders.console", "INFO") as logs:
            tick(NOW)
        assert "registered" in logs.output[0]
        assert "99999" not in logs.output[0]
        assert Notice.objects.get().provider_id.startswith("console-")

    def test_the_demonstration_keeps_the_text(self) -> None:
        with override_settings(DEMO=True):
            complaint = self.w.file()
            tick(NOW)
        lines = (Path(settings.DATA_ROOT) / "outbox.log").read_text().splitlines()
        assert complaint.token in lines[-1]
        assert "•0001" in lines[-1]
        assert "+919999900001" not in lines[-1]

    def test_it_shows_the_account_to_the_sender(self) -> None:
        account = ChannelAccount.objects.create(
            organisation=self.w.pune, channel="sms", address="PMCIND", sender="console"
        )
        notice = Notice(account=account, channel="sms", language="mr", recipient="x")
        message = delivery.message_of(notice)
        assert message.sender_address == "PMCIND"
        assert message.sender_name == "पुणे शहर"
