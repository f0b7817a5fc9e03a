"""The page with the phones in a real browser, with script and without."""

from django.test import override_settings

from tests.e2e.browser import BrowserTestCase
from tests.simulator import SLUG, give_account, running_simulator, sms_account


class PhonesTests(BrowserTestCase):
    def setUp(self) -> None:
        super().setUp()
        sms_account(self.w.pune)
        self.simulator = self.enterContext(running_simulator())
        give_account(self.simulator, reach=self.live_server_url)
        self.enterContext(
            override_settings(DEMO=True, SUNWAI_SIMULATOR_URL=self.simulator.url)
        )

    def test_it_sends_by_enter_and_fills_by_itself(self) -> None:
        page = self.citizen_page(script=True, desk=True)
        self.goto(page, "/simulator/")
        phone = page.locator("#phone-919999900004")
        phone.locator("textarea").fill("No water in Kothrud\nsince morning")
        phone.locator("textarea").press("Enter")
        phone.get_by_text("the desk has it").wait_for()
        assert phone.locator("textarea").input_value() == ""
        self.simulator.say("99999-00004", "+919999980001", "Another phone wrote this")
        phone.get_by_text("Another phone wrote this").wait_for()
        self.assert_quiet(page)
        self.assert_accessible(page)
        self.assert_accessible(page, dark=True)

    def test_it_says_what_was_not_sent_and_keeps_it(self) -> None:
        page = self.citizen_page(script=True)
        self.goto(page, "/simulator/")
        phone = page.locator("#phone-919999900004")
        phone.locator("textarea").fill("")
        phone.get_by_role("button", name="Send").click()
        phone.get_by_text("Write something, or choose a picture.").wait_for()
        self.assert_quiet(page)
        self.assert_fits(page)

    def test_it_works_without_script(self) -> None:
        page = self.citizen_page()
        self.goto(page, "/simulator/")
        phone = page.locator("#phone-919999900002")
        phone.get_by_role("button", name="Send").click()
        phone.get_by_text("the desk has it").wait_for()
        page.get_by_label("When we send a message, the provider").select_option("cut")
        board = page.locator("section", has=page.locator(f"#board-{SLUG}"))
        board.get_by_role("button", name="Let it go wrong like this").click()
        page.get_by_text("disturbed on purpose").wait_for()
        assert self.simulator.knobs(SLUG).fault == "cut"
        self.assert_fits(page)
