from datetime import timedelta

from notices.delivery import tick
from notices.models import Notice, OptOut
from notices.optouts import start, stop, stopped
from tests.base import MEERA, NOW
from tests.notices.provider import DeliveryTestCase, Provider

RAMESH = "+919999900002"


class OptOutTests(DeliveryTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.ours = self.account()

    def outcome(self, kind: str = "registered", **over: object) -> str:
        notice = self.owed(kind, **{"account": self.ours} | over)
        tick(NOW)
        return self.now(notice).state

    def test_who_asked_to_stop_hears_nothing(self) -> None:
        stop(self.ours, MEERA, NOW)
        assert self.outcome() == "stopped"
        assert Provider.sent == []

    def test_others_do(self) -> None:
        stop(self.ours, RAMESH, NOW)
        assert self.outcome() == "sent"

    def test_who_starts_again_hears_the_next(self) -> None:
        stop(self.ours, MEERA, NOW)
        assert self.outcome() == "stopped"
        start(self.ours, MEERA)
        assert self.outcome() == "sent"
        assert Notice.objects.filter(state="stopped").count() == 1

    def test_codes_answers_and_dangers_still_go(self) -> None:
        stop(self.ours, MEERA, NOW)
        for kind in ("code", "stop_reply", "status_reply", "emergency"):
            assert self.outcome(kind) == "sent", kind

    def test_it_is_the_whole_house_that_is_silent(self) -> None:
        """UP Power's companies share one STOP; the city of Pune has its own."""
        theirs = self.account(address="UPP", code="upp", organisation=self.w.upp)
        below = self.account(address="KES", code="kes", organisation=self.w.kes)
        stop(theirs, MEERA, NOW)
        assert self.outcome(account=below) == "stopped"
        assert self.outcome() == "sent"

    def test_another_channel_goes_on(self) -> None:
        stop(self.ours, MEERA, NOW)
        mail = self.account(channel="email", address="desk@example.org", code="mail")
        assert self.outcome(account=mail, channel="email", recipient=MEERA) == "sent"

    def test_without_an_account_silence_does_less_harm(self) -> None:
        stop(self.ours, MEERA, NOW)
        assert self.outcome(account=None) == "stopped"

    def test_staff_get_their_work(self) -> None:
        stop(self.ours, MEERA, NOW)
        assert self.outcome("staff_assigned", audience="staff") == "sent"

    def test_asking_twice_is_no_harm(self) -> None:
        stop(self.ours, MEERA, NOW)
        stop(self.ours, MEERA, NOW + timedelta(days=1))
        assert OptOut.objects.get().since == NOW
        start(self.ours, MEERA)
        start(self.ours, MEERA)
        assert not OptOut.objects.exists()

    def test_it_is_asked_by_address(self) -> None:
        stop(self.ours, MEERA, NOW)
        both = [MEERA, RAMESH]
        assert stopped("sms", both, self.w.pune.pk) == {MEERA}
        assert stopped("sms", both, self.w.upp.pk) == set()
        assert stopped("whatsapp", both, self.w.pune.pk) == set()

    def test_a_batch_asks_once(self) -> None:
        for _n in range(3):
            self.owed(account=self.ours, not_before=NOW + timedelta(hours=1))
        tick(NOW)
        with self.assertNumQueries(3 + 6):
            tick(NOW)
        stop(self.ours, MEERA, NOW)
        # … who is stopped, and their rows
        with self.assertNumQueries(3 + 6 + 2):
            tick(NOW + timedelta(hours=1))
        assert Notice.objects.filter(state="stopped").count() == 3
