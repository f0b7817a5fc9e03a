"""A code goes from the outbox with its message, by whichever way that ends."""

from datetime import timedelta

from notices.delivery import tick
from notices.models import Notice
from notices.port import DeliveryError
from notices.spent import without_code
from tests.base import NOW
from tests.notices.provider import DeliveryTestCase, Provider

WORDS = "Pune: 482193 closes complaint 148302975116. Call 18001030222, PIN 411038-x."


class SpentTests(DeliveryTestCase):
    def code(self, kind: str = "closure_otp", **over: object) -> Notice:
        return self.owed(kind, text="PUNE: 482193 is the code.", **over)

    def gone(self, notice: Notice, state: str) -> None:
        after = self.now(notice)
        assert after.state == state
        assert "482193" not in after.text + after.subject

    def test_when_it_has_left(self) -> None:
        for kind in ("closure_otp", "code"):
            notice = self.code(kind)
            tick(NOW)
            assert "482193" in Provider.sent[-1].text
            self.gone(notice, "sent")
            assert self.now(notice).text == "PUNE: ••• is the code."

    def test_when_it_can_never_go(self) -> None:
        Provider.does[:] = [DeliveryError("no such number", permanent=True)]
        notice = self.code()
        tick(NOW)
        self.gone(notice, "failed")

    def test_not_while_it_is_tried_again(self) -> None:
        Provider.does[:] = [DeliveryError("busy")]
        notice = self.code()
        tick(NOW)
        assert "482193" in self.now(notice).text
        tick(NOW + timedelta(minutes=2))
        self.gone(notice, "sent")

    def test_when_it_is_too_late(self) -> None:
        notice = self.code(expires_at=NOW)
        tick(NOW)
        self.gone(notice, "expired")

    def test_when_nobody_ever_knows(self) -> None:
        Provider.does[:] = [DeliveryError("time-out", unknown=True)]
        notice = self.code()
        tick(NOW)
        assert "482193" in self.now(notice).text  # the provider is asked with it
        later = self.now(notice).lease_until
        assert later is not None
        Provider.has = None
        tick(later)
        self.gone(notice, "unsure")

    def test_other_words_stay(self) -> None:
        notice = self.owed("registered", text=WORDS)
        tick(NOW)
        assert self.now(notice).text == WORDS

    def test_only_six_digits_that_stand_alone_are_a_code(self) -> None:
        kept = without_code("code", WORDS)
        assert "482193" not in kept
        assert "148302975116" in kept
        assert "18001030222" in kept
