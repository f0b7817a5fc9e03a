"""To one person one message at a time: "registered" before "with the office"."""

from collections import Counter
from time import sleep
from typing import ClassVar

import pytest
from django.test import override_settings

from notices import delivery, due, flights
from notices.delivery import tick
from notices.flights import Flights
from notices.models import Notice
from notices.port import OutboundMessage, Sender
from tests.base import NOW, WorldTransactionTestCase
from tests.notices.provider import BUSY, DeliveryTestCase, Provider, Slow
from tests.notices.test_claim_races import together

RAMESH = "+919999900002"


class OrderTests(DeliveryTestCase):
    at_once = flights.MOST_AT_ONCE

    def test_the_second_waits_for_the_first(self) -> None:
        self.patch.setattr(delivery, "TURN_SECONDS", 0.05)
        self.account("slow")
        first, second = self.owed().pk, self.owed().pk
        other = self.owed(recipient=RAMESH).pk
        for _turn in range(3):
            tick(NOW)
        assert sorted(Slow.begun) == [first, other]
        Slow.gate.set()
        for _turn in range(200):
            if not tick(NOW):
                break
        assert sorted(Slow.begun) == [first, second, other]
        assert Slow.begun.index(first) < Slow.begun.index(second)

    def test_from_another_account_it_may_go(self) -> None:
        self.patch.setattr(delivery, "TURN_SECONDS", 0.05)
        self.account("slow")
        first = self.owed().pk
        self.owed(account=self.account("console"))
        for _turn in range(200):
            tick(NOW)
            if Provider.sent:
                break
        assert Slow.begun == [first]

    def test_they_leave_as_they_were_written(self) -> None:
        written = [self.owed().pk for _n in range(12)]
        self.patch.setattr(delivery, "TURN_SECONDS", 10.0)
        tick(NOW)
        assert [m.notice_id for m in Provider.sent] == written

    def test_the_urgent_one_goes_first(self) -> None:
        usual = self.owed().pk
        urgent = self.owed(priority=0).pk
        tick(NOW)
        assert [m.notice_id for m in Provider.sent] == [urgent, usual]

    def test_one_under_way_at_another_worker_is_waited_for(self) -> None:
        first, second = self.owed(), self.owed()
        theirs = Notice.objects.filter(pk=first.pk)
        theirs.update(state="sending", claim="theirs", lease_until=NOW + due.LEASE)
        assert tick(NOW) == 0
        theirs.update(state="sent", lease_until=None)
        assert tick(NOW) == 1
        assert [m.notice_id for m in Provider.sent] == [second.pk]

    def test_one_that_another_worker_took_first_keeps_its_place(self) -> None:
        first = self.owed()
        self.owed()
        other = self.owed(recipient=RAMESH)
        pick = due.pick

        def late(*given: object) -> object:
            picked = pick(*given)  # type: ignore[arg-type]  # as they came
            Notice.objects.filter(pk=first.pk).update(
                state="sending", claim="theirs", lease_until=NOW + due.LEASE
            )
            return picked

        self.patch.setattr(due, "under_way", lambda at: set())
        self.patch.setattr(due, "pick", late)
        tick(NOW)
        assert [m.notice_id for m in Provider.sent] == [other.pk]

    def test_what_has_to_be_tried_again_keeps_its_place(self) -> None:
        complaint = self.w.file()
        first = Notice.objects.get(complaint=complaint)
        second = self.now(first)
        second.pk, second.kind = None, "assigned"
        second.save()
        Provider.does = [BUSY]
        tick(NOW)
        after = self.now(first)
        assert (after.state, after.attempts) == ("queued", 1)
        tick(after.not_before)
        assert [m.kind for m in Provider.sent] == ["registered", "assigned"]


class Counting(Sender):
    """Which went out in which order, and whether two ever were on their way at once."""

    sent: ClassVar[list[int]] = []
    on_their_way: ClassVar[Counter[str]] = Counter()
    most: ClassVar[int] = 0

    def send(self, message: OutboundMessage) -> str:
        kind = type(self)
        kind.on_their_way[message.recipient] += 1
        kind.most = max(kind.most, kind.on_their_way[message.recipient])
        sleep(0.02)  # long enough for the others to look
        kind.on_their_way[message.recipient] -= 1
        kind.sent.append(message.notice_id)
        return f"c{message.notice_id}"


@pytest.mark.postgres
@override_settings(
    SUNWAI_REACTIONS=["notices.reactions.REACTIONS"],
    SUNWAI_CHANNELS={"console": f"{__name__}.Counting"},
)
class TwoWorkersTests(WorldTransactionTestCase):
    def test_they_keep_the_order_between_them(self) -> None:
        people = [f"+9199999000{n:02}" for n in range(3)]
        for _n in range(12):
            for phone in people:
                self.w.file(phone=phone)

        def work() -> None:
            flights = Flights()
            for _turn in range(400):
                left = delivery._Turn(NOW, flights).run()
                if not left and not Notice.objects.exclude(state="sent").exists():
                    return

        together(work)
        of = dict(Notice.objects.values_list("pk", "recipient"))
        assert sorted(Counting.sent) == sorted(of)
        assert Counting.most == 1
        for phone in people:
            gone = [pk for pk in Counting.sent if of[pk] == phone]
            assert gone == sorted(gone)
