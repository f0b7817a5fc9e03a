"""A rule tried in a real browser: asked for, watched, read, on a desk and a phone."""

from escalation import reference
from escalation.models import RoutingRule
from operations.generation import bump
from operations.running import run_waiting
from tests.e2e.browser import BrowserTestCase


class TryingTests(BrowserTestCase):
    def setUp(self) -> None:
        super().setUp()
        for place in ("Kothrud", "Aundh", "Kothrud"):
            self.w.file(f"Pothole near the school in {place}")
        self.rule = RoutingRule.objects.create(
            organisation=self.w.pune, name="Schools", words=["school"],
            to_department=self.w.water, criticality="low",
        )  # fmt: skip
        bump(reference.LEVELS)

    def test_it_is_asked_for_watched_and_read(self) -> None:
        page = self.page_for(self.w.chitra)
        self.goto(page, f"/admin/escalation/routingrule/{self.rule.pk}/try/")
        self.assert_accessible(page)
        self.assert_fits(page)
        page.get_by_role("button", name="Try it").focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**/tries/**")
        page.get_by_role("button", name="Stop").wait_for()
        self.assert_accessible(page)
        run_waiting(clock=self._now)
        page.get_by_text("Would go elsewhere").wait_for()  # by itself
        self.assert_quiet(page)
        self.assert_accessible(page)
        self.assert_accessible(page, dark=True)
        self.assert_fits(page)
        page.get_by_role("link", name="Fetch the list as CSV").wait_for()

    def test_it_fits_a_small_screen(self) -> None:
        page = self.page_for(self.w.chitra, phone=True)
        self.goto(page, f"/admin/escalation/routingrule/{self.rule.pk}/try/")
        page.get_by_role("button", name="Try it").click()
        page.wait_for_url("**/tries/**")
        run_waiting(clock=self._now)
        page.get_by_text("Would go elsewhere").wait_for()
        self.assert_fits(page)
        self.assert_accessible(page)
