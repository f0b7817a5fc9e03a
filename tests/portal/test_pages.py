import gzip
import math
from pathlib import Path
from unittest import mock

import pytest
from django.conf import settings
from django.test import RequestFactory, override_settings

from portal import errors
from portal.limits import client_address
from tests.portal.base import PortalTestCase

MOST_BYTES = 50 * 1024
STATIC = Path(settings.BASE_DIR) / "static"


class WeightTests(PortalTestCase):
    def _pages(self) -> list[str]:
        complaint = self.w.file()
        opened = self.opened(complaint)
        return ["/", self.form_url, "/new/UPP/", opened, opened + "sent/", "/help/"]

    def test_no_page_is_heavier_than_fifty_kilobytes(self) -> None:
        css = gzip.compress((STATIC / "css/sunwai.css").read_bytes())
        script = gzip.compress((STATIC / "js/place.js").read_bytes())
        for url in self._pages():
            page = self.client.get(url)
            self.assertEqual(page.status_code, 200, url)
            weight = len(gzip.compress(page.content)) + len(css) + len(script)
            self.assertLess(weight, MOST_BYTES, url)

    def test_no_page_needs_more_than_three_requests(self) -> None:
        for url in self._pages():
            page = self.client.get(url).content.decode()
            asked = page.count('rel="stylesheet"') + page.count("<script ")
            asked += page.count('src="/') - page.count("<script src")
            self.assertLessEqual(1 + asked, 3, url)

    def test_the_stylesheet_is_small(self) -> None:
        self.assertLessEqual((STATIC / "css/sunwai.css").stat().st_size, 14 * 1024)

    def test_no_page_has_script_or_style_inside(self) -> None:
        for url in [*self._pages(), f"{self.form_url}?"]:
            page = self.client.get(url).content.decode()
            for inline in (" style=", "<style", " onclick=", "javascript:"):
                self.assertNotIn(inline, page, url)


class QueryTests(PortalTestCase):
    def _count(self, url: str, most: int) -> None:
        with mock.patch("operations.generation.CHECK_EVERY_SECONDS", math.inf):
            self.client.get(url)
            with self.assertNumQueries(most):
                self.client.get(url)

    def test_the_first_page_asks_nothing(self) -> None:
        self._count("/", 0)

    def test_the_form_asks_nothing(self) -> None:
        self._count(self.form_url, 0)

    def test_the_help_asks_nothing(self) -> None:
        self._count("/help/?org=PUNE", 0)

    def test_the_public_status_page_asks_little(self) -> None:
        # session look-up, the count of this address, the complaint
        complaint = self.w.file()
        self._count(f"/c/{complaint.number}/", 2)

    def test_the_whole_status_page_asks_the_same_for_a_long_story(self) -> None:
        complaint = self.w.file()
        url = self.opened(complaint)
        self._count(url, 9)
        for words in ("One", "Two", "Three"):
            self.client.post(f"{url}add/", {"text": words})
        self._count(url, 9)


class ErrorPageTests(PortalTestCase):
    def test_they_speak_the_persons_language(self) -> None:
        page = self.client.get("/nothing/here/", headers={"accept-language": "mr"})
        self.assertEqual(page.status_code, 404)

    def test_each_has_its_page(self) -> None:
        request = RequestFactory().get("/")
        for view, status in (
            (errors.bad_request, 400),
            (errors.forbidden, 403),
            (errors.not_found, 404),
        ):
            page = view(request, Exception())
            self.assertEqual(page.status_code, status)
            self.assertIn(b"Sunwai", page.content)
        self.assertEqual(errors.too_large(request).status_code, 413)
        self.assertEqual(errors.too_many(request).status_code, 429)

    def test_the_last_one_needs_no_database(self) -> None:
        with self.assertNumQueries(0):
            page = errors.server_error(RequestFactory().get("/"))
        self.assertEqual(page.status_code, 500)
        self.assertIn(b"Something broke", page.content)

    @override_settings(CSRF_FAILURE_VIEW="portal.errors.csrf_failure")
    def test_an_expired_page_says_what_to_do(self) -> None:
        self.client = self.client_class(enforce_csrf_checks=True)
        page = self.client.post("/language/", {"language": "hi"})
        self.assertContains(page, "open for too long", status_code=403)

    @override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=1000)
    def test_too_much_text_gets_its_own_page(self) -> None:
        with mock.patch("config.urls.handler400", errors.bad_request, create=True):
            page = self.press(text="x" * 5000)
        self.assertIn(page.status_code, (400, 413))


@pytest.mark.parametrize(
    ("proxies", "forwarded", "remote", "address"),
    [
        (0, "198.51.100.9", "203.0.113.5", "203.0.113.5"),
        (1, "198.51.100.9", "10.0.0.1", "198.51.100.9"),
        (1, "1.2.3.4, 198.51.100.9", "10.0.0.1", "198.51.100.9"),
        (2, "1.2.3.4, 198.51.100.9, 10.0.0.2", "10.0.0.1", "198.51.100.9"),
        (2, "", "10.0.0.1", "10.0.0.1"),
        (0, "", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        (1, "<script>", "10.0.0.1", "<script>"),
    ],
)
def test_an_address_is_what_our_own_proxies_saw(
    proxies: int, forwarded: str, remote: str, address: str
) -> None:
    request = RequestFactory().get(
        "/", headers={"x-forwarded-for": forwarded}, REMOTE_ADDR=remote
    )
    with override_settings(TRUSTED_PROXIES=proxies):
        assert client_address(request) == address
