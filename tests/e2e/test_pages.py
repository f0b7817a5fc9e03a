"""Every page: axe, both colour schemes, both scripts, small screens, no mistakes."""

from collections.abc import Callable, Iterable

from playwright.sync_api import Page

from tests.e2e.browser import DESK, PHONE, BrowserTestCase
from tests.e2e.scene import Scene

LANGUAGES = ("en", "hi")
SCREENS = {"phone": PHONE, "desk": DESK}


class PagesTestCase(BrowserTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.scene = Scene(self.w)
        self.pass_time(hours=3)
        self.wrong: list[str] = []

    def look(self, page: Page, paths: dict[str, str], *screens: str) -> None:
        """Both languages on each; what is wrong is gathered, and told at once."""
        for language in LANGUAGES:
            self.speak(page, language)
            for name, path in paths.items():
                self.pass_time(seconds=5)
                self.goto(page, path)
                assert page.get_attribute("html", "lang") == language, path
                self.check(page, f"{name} ({language})", screens)
        self.tell()

    def check(self, page: Page, name: str, screens: Iterable[str]) -> None:
        checks: list[Callable[[], None]] = [
            lambda: self.assert_accessible(page),
            lambda: self.assert_accessible(page, dark=True),
            lambda: self.assert_quiet(page),
        ]
        self.collect(name, checks)
        for screen in screens:
            page.set_viewport_size(SCREENS[screen])
            self.collect(f"{name}, {screen}", [lambda: self.assert_fits(page)])

    def collect(self, name: str, checks: Iterable[Callable[[], None]]) -> None:
        for check in checks:
            try:
                check()
            except AssertionError as error:
                self.wrong.append(f"== {name}: {error}")

    def tell(self) -> None:
        assert not self.wrong, "\n".join(self.wrong)


class CitizenPagesTests(PagesTestCase):
    def test_they_are_right(self) -> None:
        page = self.citizen_page(script=True)
        self.look(page, self.scene.citizen_pages(), "phone", "desk")

    def test_so_are_those_behind_a_button(self) -> None:
        page = self.citizen_page(script=True)
        for language in LANGUAGES:
            self.speak(page, language)
            self.goto(page, "/new/PUNE/")
            page.click("[name=go][value=check].btn")
            self.check(page, f"errors ({language})", ("phone",))
            page.fill("[name=text]", "गड्ढा, पानी नहीं, सब खराब है, कोथरूड")
            page.fill("[name=phone]", "9999900001")
            page.click("[name=go][value^=map]")
            self.check(page, f"map ({language})", ("phone",))
            page.click("[name=go][value=check].btn")
            self.check(page, f"check ({language})", ("phone",))
            path = f"/c/{self.scene.fresh.number}/"
            self.goto(page, path)
            page.context.clear_cookies(name="sunwai_session")
            self.goto(page, path)
            page.fill("[name=secret]", "1234")
            page.press("[name=secret]", "Enter")
            self.check(page, f"wrong digits ({language})", ("phone",))
        self.tell()

    def test_without_script_they_are_light(self) -> None:
        page = self.citizen_page(language="hi")
        for name, path in self.scene.citizen_pages().items():
            self.pass_time(seconds=5)
            self.goto(page, path)
            self.collect(name, [lambda: self.assert_quiet(page)])
            self.collect(name, [lambda: self.assert_light(page)])
        self.tell()


class StaffPagesTests(PagesTestCase):
    def test_the_engineers_are_right(self) -> None:
        page = self.page_for(self.w.omkar, phone=True)
        self.look(page, self.scene.field_pages(), "phone")

    def test_the_desks_are_right(self) -> None:
        page = self.page_for(self.w.sunil)
        self.look(page, self.scene.desk_pages(), "desk", "phone")

    def test_the_settings_are_right(self) -> None:
        page = self.page_for(self.w.admin)
        self.look(page, self.scene.settings_pages(), "desk", "phone")

    def test_the_heads_are_right(self) -> None:
        page = self.page_for(self.w.hema)
        self.look(page, self.scene.office_pages(), "desk", "phone")
