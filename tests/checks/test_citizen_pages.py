"""Check 22: every citizen page in four languages, complete, and light."""

import re
from functools import cache
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles import finders

from officers.names import NamesField
from operations.generation import bump, forget_all
from tests.checks.stage import CheckTestCase
from tests.checks.words import latin, pattern, pretended, read
from tests.e2e.scene import Scene

LANGUAGES = [code for code, _name in settings.LANGUAGES]
DEVANAGARI = ("hi", "mr")
MOST = 50 * 1024


class CitizenPagesTests(CheckTestCase):
    scene: Scene

    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        cls.scene = Scene(cls.w)
        _name_everything()

    def pages(self, language: str) -> dict[str, str]:
        """Each page's HTML, as a visitor of that language gets it."""
        visitor, stranger = self.visitor(language), self.visitor(language)
        found: dict[str, str] = {}
        for name, path in self.scene.citizen_pages().items():
            self.now = self.later(hours=1, minutes=len(found))
            found[name] = visitor.get(path, follow=True).content.decode()
        form = {"text": "गड्ढा, पानी नहीं, सब खराब है, कोथरूड", "phone": "9999900001"}
        for go, given in {"check": form, "errors": {"pin": "1"}, "map": form}.items():
            typed = {**given, "go": go, "kind": "complaint"}
            found[go] = visitor.post("/new/PUNE/", typed).content.decode()
        case = f"/c/{self.scene.fresh.number}"
        for who, path, typed in (
            (visitor, f"/f/{self.scene.asked.token}/", {"score": "9"}),
            (visitor, f"{case}/add/", {"text": ""}),
            (stranger, f"{case}/open/", {"secret": "1234"}),
        ):
            found[f"refused {path}"] = who.post(path, typed).content.decode()
        return found

    def check(self, language: str) -> None:
        """In its language, complete, and light with its style and without a picture."""
        english = [] if language == "en" else _differing(language)

        @cache
        def other(text: str) -> bool:
            return any(each.fullmatch(text) for each in english) or (
                language in DEVANAGARI and bool(latin(text))
            )

        left = set()
        for name, html in self.pages(language).items():
            page = read(html)
            assert page.language == language, name
            assert len(html.encode()) + _style() <= MOST, (name, len(html.encode()))
            assert html.count('rel="stylesheet"') == 1, name
            assert html.count("<script") <= 1, name
            left |= {(name, text) for text in page.found if other(text)}
        assert left == set()

    def test_in_english(self) -> None:
        self.check("en")

    def test_in_hindi(self) -> None:
        self.check("hi")

    def test_in_marathi(self) -> None:
        self.check("mr")

    def test_in_italian(self) -> None:
        self.check("it")

    def test_no_words_stand_outside_the_catalogue(self) -> None:
        with pretended():
            pages = self.pages("hi")
        left = {
            (name, text)
            for name, html in pages.items()
            for text in read(html).found
            if latin(text)
        }
        assert left == set()


def _style() -> int:
    path = finders.find("css/sunwai.css")
    assert isinstance(path, str)
    return Path(path).stat().st_size


def _differing(language: str) -> list[re.Pattern[str]]:
    """The English of all texts that are another word in the language, or lack one."""
    po = settings.BASE_DIR / f"locale/{language}/LC_MESSAGES/django.po"
    if not po.exists():
        pytest.skip(f"no catalogue of {language} yet")
    found = []
    with po.open("rb") as file:
        for message in read_po(file, locale=language):
            ids, said = _forms(message.id), _forms(message.string)
            found += [one for one in ids if one not in said and "<" not in one]
    # "%(office)s, %(place)s" would fit anything
    return [pattern(one) for one in found if len(re.sub(r"%\(\w+\)s|\W", "", one)) > 3]


def _forms(text: object) -> list[str]:
    forms = text if isinstance(text, tuple | list) else [text]
    return [str(each) for each in forms if each]


def _name_everything() -> None:
    """Rows of the world named in one language only are named in this one."""
    given = {code: "नाम" if code in DEVANAGARI else "Nome" for code in LANGUAGES}
    for model in apps.get_models():
        names = [f.name for f in model._meta.fields if isinstance(f, NamesField)]
        for field in names:
            model._default_manager.update(**{field: given})
    for table in ("officers", "complaints", "escalation", "notices"):
        bump(table)
    forget_all()
