"""A real Chromium before a live server; every page is looked at by axe.

The clock stands still at NOW for the test and for the server, which is a thread of the
same process: `self.pass_time(hours=1)` moves both.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib.resources import files
from typing import Any, ClassVar
from unittest import mock

import pytest
from django.conf import settings
from django.contrib.staticfiles.testing import StaticLiveServerTestCase
from django.test import Client, override_settings
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Playwright,
    Response,
    ViewportSize,
    sync_playwright,
)

from officers.models import Officer
from operations.ticks import drain
from tests.base import NOW, World, WorldTransactionTestCase
from tests.e2e.chromium import ARGS, CHROMIUM

PHONE: ViewportSize = {"width": 360, "height": 740}
DESK: ViewportSize = {"width": 1280, "height": 800}
AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
# Without the styles that axe would fetch again, against our security policy.
QUICKLY = {"resultTypes": ["violations"], "preload": False}
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# What another colour scheme can break.
COLOURS = ["color-contrast", "link-in-text-block"]
# Playwright's loop runs in the thread in which the tests use the database.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


@dataclass
class Watch:
    """What a page said and fetched since it was last asked."""

    wrong: list[str] = field(default_factory=list)
    fetched: list[Response] = field(default_factory=list)

    def hear(self, message: ConsoleMessage) -> None:
        # The browser tells of a refused page as it does of a broken script.
        refused = "Failed to load resource" in message.text and " 4" in message.text
        if message.type == "error" and not refused:
            self.wrong.append(f"{message.text} ({message.location.get('url')})")

    def answered(self, response: Response) -> None:
        self.fetched.append(response)
        if response.request.resource_type != "document" and response.status >= 400:
            self.wrong.append(f"{response.status} {response.url}")


@pytest.mark.browser
class BrowserTestCase(WorldTransactionTestCase, StaticLiveServerTestCase):
    """`self.page_for(officer)` and `self.citizen_page()` open signed-in pages."""

    browser: ClassVar[Browser]
    _playwright: ClassVar[Playwright]
    w: World

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        if not CHROMIUM:
            raise RuntimeError("Install chromium: the browser tests need a real one.")
        cls._playwright = sync_playwright().start()
        cls.addClassCleanup(cls._playwright.stop)
        cls.browser = cls._playwright.chromium.launch(
            executable_path=CHROMIUM, args=ARGS
        )
        cls.addClassCleanup(cls.browser.close)

    def setUp(self) -> None:
        super().setUp()
        self.now = NOW
        clock = mock.patch("django.utils.timezone.now", side_effect=self._now)
        clock.start()
        self.addCleanup(clock.stop)
        public = override_settings(PUBLIC_URL=self.live_server_url)
        public.enable()
        self.addCleanup(public.disable)
        self.watches: dict[Page, Watch] = {}

    def _now(self) -> datetime:
        return self.now

    def pass_time(self, **delta: float) -> datetime:
        self.now += timedelta(**delta)
        return self.now

    def work(self) -> None:
        """What the worker would do until nothing is left."""
        drain(clock=self._now)

    def url(self, path: str) -> str:
        return self.live_server_url + path

    # pages ---------------------------------------------------------------------
    def citizen_page(
        self, *, language: str = "en", script: bool = False, desk: bool = False
    ) -> Page:
        """A cheap phone, by default without script."""
        context = self.browser.new_context(
            viewport=DESK if desk else PHONE, java_script_enabled=script
        )
        return self._page(context, language)

    def page_for(
        self, officer: Officer, *, phone: bool = False, language: str = ""
    ) -> Page:
        context = self.browser.new_context(viewport=PHONE if phone else DESK)
        client = Client()
        client.force_login(officer)
        name = settings.SESSION_COOKIE_NAME
        self._cookie(context, name, client.cookies[name].value)
        return self._page(context, language or officer.language)

    def speak(self, page: Page, language: str) -> None:
        self._cookie(page.context, settings.LANGUAGE_COOKIE_NAME, language)

    def _cookie(self, context: BrowserContext, name: str, value: str) -> None:
        cookie: Any = {"name": name, "value": value, "url": self.live_server_url}
        context.add_cookies([cookie])

    def _page(self, context: BrowserContext, language: str) -> Page:
        self.addCleanup(context.close)
        page = context.new_page()
        self.speak(page, language)
        page.set_default_timeout(15_000)
        watch = self.watches[page] = Watch()
        page.on("console", watch.hear)
        page.on("pageerror", lambda error: watch.wrong.append(str(error)))
        page.on("response", watch.answered)
        return page

    # what is asked of each page ------------------------------------------------
    def assert_quiet(self, page: Page) -> None:
        """No script failed, nothing was refused by the content security policy."""
        wrong = self.watches[page].wrong
        assert wrong == [], (page.url, wrong)

    def assert_accessible(self, page: Page, *, dark: bool = False) -> None:
        """axe finds nothing. It needs script."""
        if not page.evaluate("'axe' in window"):
            page.evaluate(AXE)
        with _scheme(page, "dark" if dark else "light"):
            found = page.evaluate(
                "options => axe.run(options).then((found) => found.violations)",
                {"runOnly": COLOURS if dark else WCAG, **QUICKLY},
            )
        assert found == [], (page.url, dark, [_told(each) for each in found])

    def assert_fits(self, page: Page) -> None:
        """Nothing to the right of the screen."""
        wide: list[int] = page.evaluate(
            "[document.documentElement.scrollWidth, window.innerWidth]"
        )
        assert wide[0] <= wide[1], (page.url, wide, _too_wide(page))

    def assert_light(
        self, page: Page, *, kilobytes: int = 50, requests: int = 3
    ) -> None:
        """All that the last page took, in bytes as they came over the wire."""
        fetched = self.watches[page].fetched
        size = sum(_weight(response) for response in fetched)
        urls = [response.url for response in fetched]
        assert len(urls) <= requests, urls
        assert size <= kilobytes * 1024, (size, urls)

    def goto(self, page: Page, path: str) -> Response:
        """Opens it afresh: what the watch holds afterwards is of this page only."""
        watch = self.watches[page]
        watch.wrong.clear()
        watch.fetched.clear()
        response = page.goto(path if "://" in path else self.url(path))
        assert response is not None
        return response


@contextmanager
def _scheme(page: Page, name: Any) -> Iterator[None]:
    page.emulate_media(color_scheme=name, reduced_motion="reduce")
    # the admin's links fade from one colour to the other
    page.evaluate(
        "Promise.all(document.getAnimations().map((one) => one.finished)).then(Boolean)"
    )
    yield
    page.emulate_media(color_scheme="light")


def _told(violation: dict[str, Any]) -> str:
    where = [
        node["html"][:160] + " " + node["failureSummary"] for node in violation["nodes"]
    ]
    return f"{violation['id']}: {where[:4]}"


def _too_wide(page: Page) -> list[str]:
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll("body *")]
        .filter((each) => each.getBoundingClientRect().right > window.innerWidth)
        .slice(0, 8).map((each) => each.outerHTML.slice(0, 120))"""
    )
    return found


def _weight(response: Response) -> int:
    sizes = response.request.sizes()
    return sizes["responseBodySize"] + sizes["responseHeadersSize"]
