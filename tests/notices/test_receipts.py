from datetime import timedelta
from itertools import permutations

from notices.delivery import tick
from notices.models import ChannelAccount, Notice
from notices.receipts import receive
from tests.base import NOW
from tests.notices.provider import DeliveryTestCase

LATER = NOW + timedelta(seconds=9)


class ReceiptTests(DeliveryTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.ours = self.account()

    def sent(self) -> Notice:
        notice = self.owed(account=self.ours)
        tick(NOW)
        return self.now(notice)

    def says(self, *outcomes: str, account: ChannelAccount | None = None) -> bool:
        pk = (account or self.ours).pk
        known = [
            receive(pk, "p1", each, error=f"E-{each}", at=LATER) for each in outcomes
        ]
        return all(known)

    def test_delivered_is_the_end(self) -> None:
        notice = self.sent()
        assert self.says("delivered")
        after = self.now(notice)
        assert (after.state, after.delivered_at, after.sent_at) == (
            "delivered",
            LATER,
            NOW,
        )

    def test_it_is_repeated_without_harm(self) -> None:
        notice = self.sent()
        assert self.says("sent", "sent", "delivered", "delivered", "sent")
        assert self.now(notice).state == "delivered"

    def test_any_order_ends_the_same(self) -> None:
        notice = self.sent()
        for outcomes, end in (
            (("sent", "delivered"), "delivered"),
            (("sent", "failed"), "failed"),
            (("sent", "failed", "delivered"), "delivered"),
        ):
            for order in permutations(outcomes):
                Notice.objects.filter(pk=notice.pk).update(state="sent")
                assert self.says(*order)
                assert self.now(notice).state == end, order

    def test_a_failure_keeps_the_providers_code(self) -> None:
        notice = self.sent()
        self.says("failed")
        after = self.now(notice)
        assert (after.state, after.error) == ("failed", "E-failed")
        self.says("sent")
        assert self.now(notice).state == "failed"

    def test_before_our_own_write_it_is_not_known_yet(self) -> None:
        """The provider is quicker than our database: the inbox tries once more."""
        notice = self.owed(account=self.ours)
        assert not self.says("delivered")
        tick(NOW)
        assert self.says("delivered")
        assert self.now(notice).state == "delivered"

    def test_our_own_write_comes_too_late_to_rewind_it(self) -> None:
        notice = self.owed(account=self.ours)
        Notice.objects.filter(pk=notice.pk).update(provider_id="p1", state="unsure")
        assert self.says("delivered")
        tick(NOW)
        after = self.now(notice)
        assert (after.state, after.sent_at) == ("delivered", LATER)

    def test_another_accounts_receipt_is_not_ours(self) -> None:
        notice = self.sent()
        other = self.account(address="OTHER", code="other")
        assert not self.says("delivered", account=other)
        assert self.now(notice).state == "sent"

    def test_what_nobody_knows_changes_nothing(self) -> None:
        notice = self.sent()
        assert self.says("read")
        assert self.now(notice).state == "sent"
        assert not receive(self.ours.pk, "", "delivered", at=LATER)
        assert not receive(self.ours.pk, "p2", "delivered", at=LATER)
