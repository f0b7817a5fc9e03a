"""All presets in one database, loaded once for a class of tests."""

from datetime import UTC, datetime
from typing import Any, ClassVar
from unittest import mock

from django.conf import settings
from django.test import TestCase
from django.utils import translation

from complaints.actors import Actor
from complaints.models import Complaint
from complaints.services import Intake, register
from helpline.templatetags import desk
from officers.models import Officer, Organisation
from operations.generation import forget_all
from presets.load import load
from presets.reader import known_presets, presets_root

# A Monday, noon in India and half past seven in Italy.
NOON = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)
ROOTS = ("PMC", "UPPCL", "MPPMCL", "DOT", "TITALIA")
# One who takes calls or posts at each of them.
AGENTS = {
    "PMC": "agent.asha", "UPPCL": "agent.lucknow", "MPPMCL": "agent.jabalpur",
    "DOT": "agent.dot", "TITALIA": "social.giulia",
}  # fmt: skip
# Each finds its office by its words alone.
TEXTS = {
    "PMC": "Big pothole on Karve Road in Kothrud",
    "UPPCL": "No power at home in Gomti Nagar since morning",
    "MPPMCL": "जबलपुर में मेरे घर की बिजली नहीं है",
    "DOT": "BSNL landline dead in Nagpur",
    "TITALIA": "TIM: il cellulare non prende a Torino",
}


class FiveTestCase(TestCase):
    filed: ClassVar[dict[str, Complaint]]

    @classmethod
    def setUpTestData(cls) -> None:
        forget_all()
        for name in known_presets(presets_root()):
            load(name, at=NOON)
        # As a process that started now: what reads them keeps them for a while.
        forget_all()
        translation.activate("en")
        cls.filed = {code: cls.file(code, text) for code, text in TEXTS.items()}

    @classmethod
    def tearDownClass(cls) -> None:
        super().tearDownClass()
        forget_all()

    def setUp(self) -> None:
        forget_all()
        translation.activate("en")
        desk.watch.forget()
        clock = mock.patch("django.utils.timezone.now", return_value=NOON)
        clock.start()
        self.addCleanup(clock.stop)

    @staticmethod
    def file(code: str, text: str, **over: Any) -> Complaint:
        given: dict[str, Any] = {
            "organisation": Organisation.objects.get(code=code), "text": text,
            "source": "x", "name": "Meera Joshi", "phone": "+919999900001",
            "language": "en",
        } | over  # fmt: skip
        actor = Actor(kind="citizen", by="x")
        complaint = register(Intake(**given), actor=actor, at=NOON)
        complaint.refresh_from_db()
        return complaint

    @staticmethod
    def actor(username: str) -> Actor:
        return Actor.of(officer(username), NOON)

    def sees(self, username: str) -> set[str]:
        """The roots whose complaint this person may read."""
        mine = Complaint.objects.visible_to(self.actor(username))
        shown = set(mine.values_list("pk", flat=True))
        return {code for code, row in self.filed.items() if row.pk in shown}

    def sit(self, username: str) -> None:
        self.client.force_login(officer(username))
        self.client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"


def officer(username: str) -> Officer:
    return Officer.objects.get(username=username)
