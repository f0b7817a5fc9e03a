"""A rule written in a real browser: said in plain words while typing, moved by keys."""

from escalation import reference
from escalation.models import RoutingRule
from operations.generation import bump
from tests.e2e.browser import BrowserTestCase

LIST = "/admin/escalation/routingrule/"


class RuleFormTests(BrowserTestCase):
    def setUp(self) -> None:
        super().setUp()
        for position, name in enumerate(("Schools", "Press"), start=1):
            RoutingRule.objects.create(
                organisation=self.w.pune, name=name, position=10 * position,
                active=True, words=[name], flags=[name.lower()],
                to_office=self.w.aundh,
            )  # fmt: skip
        bump(reference.LEVELS)

    def test_it_says_what_is_typed_and_saves_it(self) -> None:
        page = self.page_for(self.w.admin)
        self.goto(page, f"{LIST}add/")
        page.get_by_label("Name:", exact=True).fill("Lake")
        page.get_by_label("Organisation:", exact=True).select_option(
            str(self.w.pune.pk)
        )
        page.get_by_label("Words:").fill("lake\njheel")
        page.get_by_label("Place", exact=True).get_by_label("Aundh").check()
        page.get_by_label("To the office:").select_option(str(self.w.kothrud.pk))
        said = page.locator("[data-rule-words]")
        said.get_by_text(
            "If the text speaks of “lake” or “jheel” and the place lies in Aundh:"
            " send it to Kothrud ward office."
        ).wait_for()
        self.assert_quiet(page)
        self.assert_accessible(page)
        self.assert_accessible(page, dark=True)
        self.assert_fits(page)
        page.get_by_role("button", name="Save", exact=True).click()
        page.wait_for_url(f"**{LIST}")
        assert RoutingRule.objects.get(name="Lake").words == ["lake", "jheel"]

    def test_it_moves_by_keys_and_keeps_its_place(self) -> None:
        page = self.page_for(self.w.admin)
        self.goto(page, LIST)
        self.assert_accessible(page)
        self.assert_quiet(page)
        page.get_by_role("button", name="Move “Press” up").focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**#up-*")
        order = page.locator(".field-name").all_inner_texts()
        assert order == ["Press", "Schools"]
        page.wait_for_function("document.activeElement.id.startsWith('up-')")
        self.assert_fits(page)

    def test_it_fits_a_small_screen(self) -> None:
        page = self.page_for(self.w.admin, phone=True)
        rule = RoutingRule.objects.get(name="Press")
        self.goto(page, f"{LIST}{rule.pk}/change/")
        self.assert_fits(page)
        self.assert_accessible(page)
