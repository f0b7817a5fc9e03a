"""A desk that listens, and the provider that stands in for Twilio."""

from datetime import datetime, timedelta
from unittest import mock

from django.test import Client, LiveServerTestCase, override_settings
from django.utils import translation

from channels_in.models import Inbound
from channels_in.sms_twilio import sending
from complaints.models import Complaint, FailedReaction
from officers.models import Officer
from operations.generation import forget_all
from operations.ticks import drain
from tests.base import NOW, WorldTransactionTestCase
from tests.builders import photo
from tests.simulator import NUMBER, give_account, running_simulator, sms_account
from tests.telephones import Phones

PUBLIC = "https://desk.example.org"


class TelephoneTestCase(WorldTransactionTestCase, LiveServerTestCase):
    """`self.text(phone, words)`, then `self.phones.heard(phone, language)`."""

    def setUp(self) -> None:
        super().setUp()
        self.addCleanup(translation.activate, "en")
        self.now = NOW
        clock = mock.patch("django.utils.timezone.now", side_effect=self._now)
        clock.start()
        self.addCleanup(clock.stop)
        self.enterContext(override_settings(PUBLIC_URL=PUBLIC))
        self.simulator = self.enterContext(running_simulator())
        self.enterContext(override_settings(SUNWAI_SIMULATOR_URL=self.simulator.url))
        self.addCleanup(sending._made.cache_clear)
        sms_account(self.w.pune)
        give_account(self.simulator, public=PUBLIC, reach=self.live_server_url)
        forget_all()
        self.phones = Phones(self.simulator, self.w.pune)

    def _now(self) -> datetime:
        return self.now

    def pass_time(self, **delta: float) -> None:
        self.now += timedelta(**delta)

    # people ------------------------------------------------------------------
    def text(self, phone: str, words: str) -> None:
        """An SMS to the desk, and all that the worker does about it."""
        self.pass_time(minutes=1)
        _sid, told = self.simulator.say(phone, NUMBER, words)
        assert [each["status"] for each in told] == [200], told
        self.work()

    # the desk ----------------------------------------------------------------
    def work(self) -> None:
        """Two seconds of the worker, by a clock that stands still."""
        drain(clock=self._now)
        assert not FailedReaction.objects.exists(), list(FailedReaction.objects.all())
        assert not Inbound.objects.filter(what="message").exclude(state="done")

    def did(self, officer: Officer, complaint: Complaint, deed: str) -> None:
        """A button of the officer's phone page."""
        self._press(officer, complaint, deed, {})

    def solved(self, officer: Officer, complaint: Complaint, words: str) -> None:
        form = {"action_taken": words, "cause": self.w.wear.pk, "photo": photo()}
        self._press(officer, complaint, "solved", form)

    def _press(
        self,
        officer: Officer,
        complaint: Complaint,
        deed: str,
        form: dict[str, object],
    ) -> None:
        self.pass_time(minutes=30)
        complaint.refresh_from_db()
        page = Client()
        page.force_login(officer)
        where = f"/field/{complaint.number}/{deed}/"
        answer = page.post(where, {"version": complaint.version, **form})
        assert answer.status_code in (302, 303), answer.content.decode()
        self.work()
        complaint.refresh_from_db()
