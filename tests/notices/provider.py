"""A provider that does what a test tells it, and the world it delivers in."""

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Event
from typing import ClassVar

import pytest
from django.test import override_settings

from notices import delivery, flights
from notices.delivery import tick
from notices.flights import Flights
from notices.models import ChannelAccount, Notice
from notices.port import DeliveryError, OutboundMessage, Sender
from operations.generation import bump
from tests.base import NOW
from tests.notices.cases import CHANNELS, NoticesTestCase

Does = BaseException | Callable[[], str]


class Provider(Sender):
    """What the last test told it to do; remembers what it was sent."""

    sent: ClassVar[list[OutboundMessage]] = []
    does: ClassVar[list[Does]] = []
    has: ClassVar[str | None] = None
    asked: ClassVar[list[OutboundMessage]] = []

    def send(self, message: OutboundMessage) -> str:
        if self.does:
            act = self.does.pop(0)
            if not isinstance(act, DeliveryError) or act.unknown:
                self.sent.append(message)
            if isinstance(act, BaseException):
                raise act
            return act()
        self.sent.append(message)
        return f"p{len(self.sent)}"

    def look_up(self, message: OutboundMessage) -> str | None:
        self.asked.append(message)
        return self.has


class Slow(Sender):
    """Answers when the test opens the gate."""

    gate: ClassVar[Event] = Event()
    begun: ClassVar[list[int]] = []

    def send(self, message: OutboundMessage) -> str:
        self.begun.append(message.notice_id)
        assert self.gate.wait(10), "nobody opened the gate"
        return f"slow-{message.notice_id}"


WIRED = {
    "console": "tests.notices.provider.Provider",
    "slow": "tests.notices.provider.Slow",
}
BUSY = DeliveryError("busy")


class DeliveryTestCase(NoticesTestCase):
    """One message at a time, so that each test knows which comes first."""

    at_once = 1

    def setUp(self) -> None:
        super().setUp()
        Provider.sent, Provider.does, Provider.has = [], [], None
        Provider.asked = []
        Slow.gate, Slow.begun = Event(), []
        self.addCleanup(Slow.gate.set)
        wired = override_settings(SUNWAI_CHANNELS=CHANNELS | WIRED)
        wired.enable()
        self.addCleanup(wired.disable)
        patch = pytest.MonkeyPatch()
        self.addCleanup(patch.undo)
        patch.setattr(flights, "MOST_AT_ONCE", self.at_once)
        patch.setattr(delivery, "_flights", Flights())
        self.patch = patch

    def owed(self, kind: str = "registered", **over: object) -> Notice:
        complaint = self.w.file()
        notice = Notice.objects.get(complaint=complaint)
        Notice.objects.filter(pk=notice.pk).update(
            **{"kind": kind, "expires_at": NOW + timedelta(days=3)} | over
        )
        return self.now(notice)

    def now(self, notice: Notice) -> Notice:
        return Notice.objects.get(pk=notice.pk)

    def account(self, sender: str = "console", **over: object) -> ChannelAccount:
        given = {
            "organisation": self.w.pune, "channel": "sms", "sender": sender,
            "address": sender.upper(), "code": sender,
        } | over  # fmt: skip
        account = ChannelAccount.objects.create(**given)
        bump("notices")
        return account

    def crash(self, notice: Notice, at: datetime = NOW) -> None:
        """Sent, and then the worker is gone before it can write that."""
        Provider.does = [SystemExit()]
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(delivery._Turn, "_land", lambda *args: False)
            patch.setattr(delivery, "TURN_SECONDS", 0.0)
            tick(at)
        self.patch.setattr(delivery, "_flights", Flights())  # a new worker
        assert self.now(notice).state == "sending"
