from datetime import timedelta

from notices.breaker import Breakers
from notices.delivery import tick
from notices.figures import figures
from notices.models import Notice
from tests.base import NOW
from tests.notices.provider import DeliveryTestCase

MINUTE = timedelta(minutes=1)


class FiguresTests(DeliveryTestCase):
    def test_a_quiet_desk_shows_noughts(self) -> None:
        found = figures(NOW)
        assert found['outbox_oldest_seconds{sender="console"}'] == 0
        assert found['outbox_oldest_seconds{sender="email"}'] == 0
        assert (found["outbox_breakers_open"], found["outbox_unsure"]) == (0, 0)

    def test_it_says_how_long_the_oldest_waits_at_each(self) -> None:
        slow = self.account("slow")
        self.owed(account=slow, not_before=NOW - 3 * MINUTE)
        self.owed(account=slow, not_before=NOW - MINUTE)
        self.owed(account=None, not_before=NOW - 2 * MINUTE)
        self.owed(not_before=NOW + MINUTE)
        found = figures(NOW)
        assert found['outbox_oldest_seconds{sender="slow"}'] == 180
        assert found['outbox_oldest_seconds{sender="console"}'] == 120

    def test_it_names_the_open_breakers(self) -> None:
        for _n in range(5):
            Breakers().failed("sms_twilio:7", NOW)
        Breakers().failed("console:-", NOW)
        found = figures(NOW + timedelta(hours=1))
        assert found["outbox_breakers_open"] == 1
        assert found['outbox_breaker_open{sender="sms_twilio",account="7"}'] == 1

    def test_it_counts_the_doubts(self) -> None:
        self.owed()
        tick(NOW)
        Notice.objects.update(state="unsure")
        assert figures(NOW)["outbox_unsure"] == 1

    def test_it_asks_little(self) -> None:
        figures(NOW)
        with self.assertNumQueries(8):
            figures(NOW)
