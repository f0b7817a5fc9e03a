"""A small world with named people, so that tests read as prose.

City "pune" (Marathi, Hindi, English): wards Aundh and Kothrud in zone Two, departments
Roads, Water and Vigilance. Power company "upp" above discoms "mvv" and "kes".
"""

import math
from collections.abc import Iterator
from copy import deepcopy
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any
from unittest import mock

import pytest
from django.db import connection
from django.test import TestCase, TransactionTestCase
from django.utils import translation

from complaints import append_only
from complaints.actors import Actor
from complaints.models import Category, Cause, Complaint, RejectReason, Source
from complaints.services import Intake, register
from escalation.models import EmergencyPhrase, ServiceLevel
from officers.models import (
    Area,
    AreaPin,
    Calendar,
    Department,
    Officer,
    Organisation,
    Posting,
    Role,
    Shift,
)
from operations import generation
from operations.generation import forget_all
from presets.reader import presets_root, read_texts

# A Saturday, 09:12 in India.
NOW = datetime(2026, 11, 21, 3, 42, tzinfo=UTC)
MEERA = "+919999900001"
PASSWORD = "correct horse battery"


def names(en: str, hi: str = "", mr: str = "", it: str = "") -> dict[str, str]:
    return {"en": en, "hi": hi or en, "mr": mr or en, "it": it or en}


_TEXT = """
INSERT INTO notices_template
    (organisation_id, key, audience, language, channel, text, registered_id)
VALUES (%s, %s, %s, %s, %s, %s, '')
"""


@cache
def _city_texts() -> list[tuple[str, ...]]:
    return [
        (row.key, row.audience, row.language, row.channel, row.text)
        for row in read_texts(presets_root() / "pmc")
    ]


def give_texts(*organisations: Organisation) -> None:
    """A city's real texts: what is sent is part of what is tested.

    Past the models, which take as long over them as over the rest of the world.
    """
    with connection.cursor() as cursor:
        for each in organisations:
            cursor.executemany(_TEXT, [(each.pk, *text) for text in _city_texts()])


class World:
    """Reference rows and people; attributes are the rows."""

    def __init__(self) -> None:
        self._sources()
        self._city()
        self._power()
        self._people()
        give_texts(self.pune, self.upp)

    def __deepcopy__(self, memo: dict[int, Any]) -> "World":
        """Each test gets a copy of the class's: of those rows only that it names."""
        copied = World.__new__(World)
        vars(copied).update(_of_class=self, _copied=memo)
        return copied

    if not TYPE_CHECKING:  # the names are those that __init__ gives

        def __getattr__(self, name: str) -> Any:
            try:
                row = deepcopy(vars(self)["_of_class"].__dict__[name], self._copied)
            except KeyError:
                raise AttributeError(name) from None
            setattr(self, name, row)
            return row

    def _sources(self) -> None:
        for code in ("phone", "web", "walk_in", "email", "sms", "paper", "lokshahi"):
            Source.objects.get_or_create(
                code=code, defaults={"names": names(code.title())}
            )
        self.abuse, _made = RejectReason.objects.get_or_create(
            code="abuse", defaults={"names": names("Abuse", "अभद्र", "अपशब्द", "Abuso")}
        )

    def _city(self) -> None:
        self.pune = Organisation.objects.create(
            code="PUNE", kind="city", names=names("Pune city", "पुणे शहर", "पुणे शहर"),
            languages=["mr", "hi", "en"], phone="18001030222",
            safety=names(
                "Keep away. Call {danger}.", "दूर रहें. {danger} पर फोन करें.",
                "दूर राहा. {danger} वर फोन करा.", "State lontani. Chiamate il {danger}.",
            ),
            hashtags=["#pune"], words=["pmc"],
        )  # fmt: skip
        self.always = self._calendar(self.pune, "always", "round_the_clock", "")
        self.office_hours = self._calendar(
            self.pune, "office", "office_hours", "mon-fri 10:00-13:30 14:00-18:00"
        )
        Organisation.objects.filter(pk=self.pune.pk).update(calendar=self.always)
        self.pune.refresh_from_db()
        self.roads = self._department(self.pune, "ROAD", "Roads")
        self.water = self._department(self.pune, "WATER", "Water supply")
        self.vigilance = self._department(self.pune, "VIG", "Vigilance")
        self.desk = self._department(self.pune, "CC", "Call centre")
        self.city = self._area(self.pune, "PUNE", "Pune", None, "corporation", True)
        self.zone = self._area(self.pune, "Z2", "Zone 2", self.city, "zone", True)
        self.aundh = self._ward("Aundh", "औंध", ["Aundh", "औंध", "Baner"], "411007", 0)
        self.kothrud = self._ward(
            "Kothrud", "कोथरूड", ["Kothrud", "कोथरूड", "Karve Nagar"], "411038", 1
        )
        self.sus = self._area(self.pune, "SUS", "Sus", self.aundh, "village", False)
        Area.objects.filter(pk=self.sus.pk).update(kind="rural", words=["Sus", "सूस"])
        self.sus.refresh_from_db()
        self._city_categories()

    def _city_categories(self) -> None:
        self.pothole = self._category(
            self.pune, "MU01", "Pothole", self.roads, 24,
            {"en": ["pothole", "hole in road"], "hi": ["सड़क में गड्ढा", "गड्ढा"],
             "mr": ["रस्त्यावरील खड्डा", "खड्डा"], "hinglish": ["gaddha", "sadak me gadda"],
             "it": ["buca stradale"]},
            hi="सड़क में गड्ढा", mr="रस्त्यावरील खड्डा", it="Buca stradale",
            criticality="high", photo_required=True, safety=True,
        )  # fmt: skip
        self.no_water = self._category(
            self.pune, "MU24", "No water", self.water, 24,
            {"en": ["no water"], "hi": ["पानी नहीं"], "mr": ["पाणी नाही"],
             "hinglish": ["pani nahi"], "it": ["manca l'acqua"]},
            hi="पानी नहीं", mr="पाणी नाही", it="Manca l'acqua",
        )  # fmt: skip
        self.resurfacing = self._category(
            self.pune, "MU02", "Road needs resurfacing", self.roads, 720,
            {"en": ["bad road", "resurfacing"], "hi": ["सड़क खराब"]},
            hi="सड़क खराब", mr="रस्ता खराब", it="Strada da rifare", horizon="long",
        )  # fmt: skip
        self.open_manhole = self._category(
            self.pune, "MU19", "Manhole cover missing", self.roads, 24,
            {"en": ["open manhole"], "hi": ["मैनहोल खुला"],
             "hinglish": ["manhole khula"]},
            hi="मैनहोल खुला", mr="मॅनहोल उघडे", it="Tombino aperto",
            criticality="emergency", safety=True,
        )  # fmt: skip
        self.bribe = self._category(
            self.pune, "MU59", "Bribe demand", self.vigilance, 168,
            {"en": ["bribe"], "hi": ["रिश्वत"]}, hi="रिश्वत", mr="लाच", it="Tangenti",
            confidential=True, answered_elsewhere=True,
        )  # fmt: skip
        EmergencyPhrase.objects.create(
            organisation=self.pune, language="en", words="fell in manhole",
            category=self.open_manhole,
        )  # fmt: skip
        EmergencyPhrase.objects.create(
            organisation=self.pune, language="hi", words="मैनहोल में गिर गया",
            category=self.open_manhole,
        )  # fmt: skip
        self.wear = Cause.objects.create(
            organisation=self.pune, code="WEAR", names=names("Wear", "घिसाव", "झीज")
        )

    def _power(self) -> None:
        self.upp = Organisation.objects.create(
            code="UPP", kind="company", names=names("UP Power", "यूपी पावर"),
            languages=["hi", "en"], phone="1912",
        )  # fmt: skip
        self.mvv = Organisation.objects.create(
            code="MVV", parent=self.upp, kind="discom", names=names("Madhya discom"),
            languages=["hi", "en"], phone="1912", hashtags=["#mvv"], public=False,
        )  # fmt: skip
        self.kes = Organisation.objects.create(
            code="KES", parent=self.upp, kind="discom", names=names("Kanpur company"),
            languages=["hi", "en"], phone="1912", hashtags=["#kesco"], public=False,
        )  # fmt: skip
        self.upp_always = self._calendar(self.upp, "always", "round_the_clock", "")
        self.om = self._department(self.upp, "OM", "Operation and maintenance")
        self.gomti = self._area(
            self.mvv, "GOMTI", "Gomti Nagar", None, "division", True
        )
        Area.objects.filter(pk=self.gomti.pk).update(words=["Gomti Nagar", "गोमती नगर"])
        AreaPin.objects.create(area=self.gomti, pin="226010")
        self.gomti.refresh_from_db()
        self.no_supply = self._category(
            self.upp, "EL01", "No supply", self.om, 4,
            {"en": ["no power", "no light"], "hi": ["बिजली नहीं", "लाइट नहीं"],
             "hinglish": ["light nahi", "bijli nahi"]},
            hi="बिजली नहीं", mr="वीज नाही", it="Manca la corrente",
            calendar=self.upp_always,
        )  # fmt: skip

    def _people(self) -> None:
        pune = self.pune
        self.asha = self._officer("asha", "Asha", "mr", Role.AGENT, pune)
        self.devika = self._officer("devika", "Devika", "en", Role.DISPATCHER, pune)
        self.sunil = self._officer("sunil", "Sunil", "hi", Role.SUPERVISOR, pune)
        self.omkar = self._officer(
            "omkar", "Omkar", "mr", Role.OFFICER, pune, self.kothrud, self.roads
        )
        self.nitin = self._officer(
            "nitin", "Nitin", "en", Role.OFFICER, pune, self.aundh, self.roads
        )
        self.wasim = self._officer(
            "wasim", "Wasim", "hi", Role.OFFICER, pune, self.kothrud, self.water
        )
        self.farhan = self._officer(
            "farhan", "Farhan", "hi", Role.FIELD_STAFF, pune, self.kothrud, self.roads
        )
        self.hema = self._officer(
            "hema", "Hema", "mr", Role.DEPT_HEAD, pune, self.kothrud
        )
        self.zoya = self._officer("zoya", "Zoya", "en", Role.ZONE_HEAD, pune, self.zone)
        self.chitra = self._officer("chitra", "Chitra", "en", Role.COMMISSIONER, pune)
        self.vikram = self._officer(
            "vikram", "Vikram", "en", Role.OFFICER, pune, self.city, self.vigilance
        )
        self.prakash = self._officer(
            "prakash", "Prakash", "en", Role.PRIVACY_OFFICER, pune
        )
        self.anand = self._officer(
            "anand", "Anand", "en", Role.APPELLATE_AUTHORITY, pune
        )
        self.admin = self._officer("amrita", "Amrita", "en", Role.ADMIN, pune)
        self.ravi = self._officer(
            "ravi", "Ravi", "hi", Role.OFFICER, self.mvv, self.gomti, self.om
        )
        self.lata = self._officer("lata", "Lata", "hi", Role.AGENT, self.upp)

    # builders of single rows ------------------------------------------------
    def _calendar(
        self, org: Organisation, code: str, kind: str, hours: str
    ) -> Calendar:
        return Calendar.objects.create(
            organisation=org, code=code, kind=kind, hours=hours, names=names(code)
        )

    def _department(self, org: Organisation, code: str, name: str) -> Department:
        return Department.objects.create(organisation=org, code=code, names=names(name))

    def _area(
        self,
        org: Organisation,
        code: str,
        name: str,
        parent: Area | None,
        level: str,
        office: bool,
    ) -> Area:
        return Area.objects.create(
            organisation=org, code=code, names=names(name), parent=parent, level=level,
            level_names=names(level.replace("_", " ")), office=office, words=[name],
        )  # fmt: skip

    def _ward(self, en: str, hi: str, words: list[str], pin: str, east: int) -> Area:
        left = 73.80 + east * 0.02
        square = [
            [left, 18.50], [left + 0.02, 18.50], [left + 0.02, 18.52],
            [left, 18.52], [left, 18.50],
        ]  # fmt: skip
        area = Area.objects.create(
            organisation=self.pune, code=f"Z2-{en.upper()}", names=names(en, hi, hi),
            parent=self.zone, level="ward_office",
            level_names=names("ward office", "वार्ड कार्यालय", "क्षेत्रीय कार्यालय"),
            office=True, words=words,
            boundary={"type": "Polygon", "coordinates": [square]},
        )  # fmt: skip
        AreaPin.objects.create(area=area, pin=pin)
        return area

    def _category(
        self,
        org: Organisation,
        code: str,
        name: str,
        department: Department,
        hours: int,
        words: dict[str, list[str]],
        *,
        hi: str,
        mr: str,
        it: str,
        calendar: Calendar | None = None,
        criticality: str = "normal",
        horizon: str = "immediate",
        **flags: Any,
    ) -> Category:
        category = Category.objects.create(
            organisation=org, code=code, group_code=code[:3],
            names=names(name, hi, mr, it),
            group_names=names("Group " + code[:3]), department=department,
            criticality=criticality, horizon=horizon, words=words, **flags,
        )  # fmt: skip
        for kind in ("urban", "rural"):
            ServiceLevel.objects.create(
                category=category, area_kind=kind, hours=hours,
                calendar=calendar or self.always, basis="sourced",
                source="Citizen charter", valid_from=date(2020, 1, 1),
            )  # fmt: skip
        return category

    def _officer(
        self,
        username: str,
        first: str,
        language: str,
        role: str,
        org: Organisation,
        area: Area | None = None,
        department: Department | None = None,
    ) -> Officer:
        officer = Officer.objects.create(
            username=username, first_name=first, language=language, is_staff=True,
            phone=f"+9199999{50000 + Officer.objects.count():05d}",
            email=f"{username}@example.org",
        )  # fmt: skip
        Posting.objects.create(
            officer=officer, role=role, organisation=org, area=area,
            department=department, valid_from=date(2020, 1, 1),
        )  # fmt: skip
        Shift.objects.create(officer=officer, hours="always")
        return officer

    # doing things -----------------------------------------------------------
    def actor(self, officer: Officer, at: datetime = NOW) -> Actor:
        return Actor.of(officer, at)

    def file(self, text: str = "", at: datetime = NOW, **over: Any) -> Complaint:
        """Meera complains by web of a pothole in Kothrud; `over` changes that."""
        given: dict[str, Any] = {
            "organisation": self.pune,
            "text": text or "Big pothole near the school in Kothrud",
            "source": "web",
            "language": "en",
            "name": "Meera Joshi",
            "phone": MEERA,
        } | over
        actor = given.pop("actor", Actor(kind="citizen", by="web"))
        complaint = register(Intake(**given), actor=actor, at=at)
        complaint.refresh_from_db()
        return complaint

    def citizen(self, complaint: Complaint) -> Actor:
        return Actor(
            kind="citizen",
            citizen_id=complaint.citizen_id,
            complaint_id=complaint.pk,
            by="web",
        )


class WorldTestCase(TestCase):
    """One world per class; `self.w` names everybody."""

    w: World

    @classmethod
    def setUpTestData(cls) -> None:
        forget_all()
        cls.w = World()

    def setUp(self) -> None:
        forget_all()
        translation.activate("en")  # a request before left its reader's language
        # a slow machine must not add a query to those that are counted
        patcher = mock.patch.object(generation, "CHECK_EVERY_SECONDS", math.inf)
        patcher.start()
        self.addCleanup(patcher.stop)

    def later(self, **delta: float) -> datetime:
        return NOW + timedelta(**delta)


class WorldTransactionTestCase(TransactionTestCase):
    """For races: real commits. Lifts the append-only triggers in teardown only."""

    w: World

    def setUp(self) -> None:
        forget_all()
        translation.activate("en")
        self.w = World()

    def _fixture_teardown(self) -> None:
        append_only.lift(connection)
        try:
            super()._fixture_teardown()  # type: ignore[misc]  # private to Django
        finally:
            append_only.install(connection)
            forget_all()


@pytest.fixture
def world(db: None) -> Iterator[World]:
    forget_all()
    yield World()
    forget_all()
