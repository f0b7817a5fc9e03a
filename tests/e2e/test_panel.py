"""The area panel: its pages looked at by axe, a call made by keys alone."""

import os
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Page

from complaints.models import Complaint
from feedback.models import PanelSeat
from feedback.panel import asking
from tests.base import NOW
from tests.e2e.browser import DESK, PHONE, BrowserTestCase
from tests.feedback.panels import consumers, drawn, questions, seats
from tests.feedback.test_panel_answers import by_link

# Pictures to be looked at, where somebody names a folder for them.
SHOTS = os.environ.get("SUNWAI_SHOTS", "")


class PanelPagesTests(BrowserTestCase):
    def setUp(self) -> None:
        super().setUp()
        questions(self.w)
        consumers(self.w, self.w.kothrud, 9, language="hi")
        consumers(self.w, self.w.aundh, 6, language="en")
        self.panel = drawn(self.w)
        asking.tick(NOW)
        self.rows = seats(self.panel)
        for seat in self.rows[:6]:
            by_link(seat, supply="no" if seat.place == 1 else "yes")
        self.now = NOW + timedelta(days=1, hours=1)  # ten on Sunday
        PanelSeat.objects.filter(state="waiting").update(next_at=self.now)

    def look(self, page: Page, path: str, name: str) -> None:
        for language in ("en", "hi"):
            self.speak(page, language)
            self.goto(page, path)
            self.assert_accessible(page)
            self.assert_accessible(page, dark=True)
            self.assert_quiet(page)
            for size in (PHONE, DESK):
                page.set_viewport_size(size)
                self.assert_fits(page)
                if SHOTS:
                    file = f"{name}-{language}-{size['width']}.png"
                    page.screenshot(path=Path(SHOTS) / file, full_page=True)

    def test_the_citizens_pages_are_right(self) -> None:
        page = self.citizen_page(script=True)
        self.look(page, f"/p/{self.rows[-1].token}", "link")
        self.look(page, f"/p/{self.rows[1].token}", "thanks")

    def test_the_desks_and_the_reports_are_right(self) -> None:
        page = self.page_for(self.w.asha)
        self.look(page, "/admin/panel/", "desk")
        self.look(page, f"/admin/panel/{self.rows[-1].pk}/", "call")
        page = self.page_for(self.w.chitra)
        self.look(page, "/reports/panel/?month=2026-11", "report")

    def test_a_call_is_made_by_keys_alone(self) -> None:
        page = self.page_for(self.w.asha, language="en")
        self.goto(page, "/admin/panel/")
        page.keyboard.press("n")
        page.wait_for_url("**/admin/panel/*/")
        seat = PanelSeat.objects.get(pk=page.url.split("/")[-2])
        assert page.get_by_role("link", name="+9199999").is_visible()
        for key in ("y", "3", "4", "8"):
            page.keyboard.press(key)
        page.keyboard.press("Control+Enter")
        page.wait_for_url(lambda url: f"/{seat.pk}/" not in url)
        seat.refresh_from_db()
        assert (seat.supply, seat.reading, seat.bill) == ("no", "yes", "partly")
        assert Complaint.objects.latest("pk").citizen_id == seat.citizen_id
