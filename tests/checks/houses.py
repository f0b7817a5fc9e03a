"""A real organisation from its preset, its numbers at the provider, its people."""

from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from unittest import mock

from django.conf import settings
from django.test import Client, TestCase, override_settings
from django.utils import translation

from channels_in.models import Inbound
from channels_in.sms_twilio import sending
from complaints.models import FailedReaction
from notices.models import ChannelAccount
from officers.models import Officer, Organisation
from operations.generation import forget_all
from operations.ticks import drain
from presets import simulated
from presets.load import load
from tests.checks.stage import PUBLIC
from tests.portal.api import Program
from tests.simulator import SLUG, running_simulator
from tests.telephones import Phones, posting_here

# A Monday, noon in India.
NOON = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)


class HouseTestCase(TestCase):
    """`self.text(phone, "kesco-sms", words)`; `self.phones.heard(…)`."""

    preset: ClassVar[str]
    root: ClassVar[str]

    @classmethod
    def setUpTestData(cls) -> None:
        forget_all()
        load(cls.preset, at=NOON)

    @classmethod
    def tearDownClass(cls) -> None:
        super().tearDownClass()
        forget_all()

    def setUp(self) -> None:
        forget_all()
        translation.activate("en")
        self.addCleanup(translation.activate, "en")
        self.now = NOON
        clock = mock.patch("django.utils.timezone.now", side_effect=self._now)
        clock.start()
        self.addCleanup(clock.stop)
        self.simulator = self.enterContext(running_simulator())
        self.simulator.turn(SLUG, receipts="none")
        self.enterContext(
            override_settings(
                PUBLIC_URL=PUBLIC, SUNWAI_SIMULATOR_URL=self.simulator.url
            )
        )
        self.addCleanup(sending._made.cache_clear)
        self.enterContext(posting_here())
        # as `make run` gives its numbers to the simulator
        simulated.equip()
        simulated.register(port=9)
        forget_all()
        house = Organisation.objects.get(code=self.root)
        self.phones = Phones(self.simulator, house)

    def _now(self) -> datetime:
        return self.now

    def number(self, code: str) -> str:
        return ChannelAccount.objects.get(code=code).address

    def text(self, phone: str, code: str, words: str) -> None:
        """An SMS to one of the house's numbers, and what the worker does about it."""
        self.now += timedelta(minutes=1)
        _sid, told = self.simulator.say(phone, self.number(code), words)
        assert [each["status"] for each in told] == [200], told
        self.work()

    def work(self) -> None:
        drain(clock=self._now)
        assert not FailedReaction.objects.exists(), list(FailedReaction.objects.all())
        assert not Inbound.objects.exclude(state="done").exists()

    def program(self, username: str) -> Program:
        return Program(officer(username))

    def seat(self, username: str) -> Client:
        """A browser in which this person has signed in, in English."""
        client = Client()
        client.force_login(officer(username))
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
        return client


def officer(username: str) -> Officer:
    return Officer.objects.get(username=username)


def told(answer: Any, status: int = 200) -> Any:
    """What a program was answered."""
    assert answer.status_code == status, answer.content.decode()
    return answer.json()
