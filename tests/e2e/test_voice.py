"""A telephone that the desk rings up, in a real browser: by keyboard, no script."""

from django.conf import settings
from django.test import override_settings

from channels_in.models import Inbound
from channels_in.simulator.exchange import keep_call
from channels_in.voice_twilio.speech import first, hook_of
from channels_in.voice_twilio.steps import Step
from tests.e2e.browser import BrowserTestCase
from tests.simulator import SECRET, SID, running_simulator, sms_account, until

SLUG, CODE, NUMBER = "voice_twilio", "pune-voice", "+919999980053"
RAMESH = "+919999900002"


class RatingCallTests(BrowserTestCase):
    def setUp(self) -> None:
        super().setUp()
        sms_account(self.w.pune)
        sms_account(
            self.w.pune, channel="voice", sender=SLUG, code=CODE, address=NUMBER
        )
        self.simulator = self.enterContext(running_simulator())
        self.simulator.register(
            SLUG, code=CODE, number=NUMBER, sid=SID, secret=SECRET,
            public=settings.PUBLIC_URL, reach=self.live_server_url,
        )  # fmt: skip
        self.enterContext(
            override_settings(DEMO=True, SUNWAI_SIMULATOR_URL=self.simulator.url)
        )

    def rings(self) -> str:
        account = self.simulator.store.one("SELECT * FROM accounts")
        assert account is not None
        words = "शिकायत 148 302 975 116 हल बताई गई है."
        call = keep_call(
            self.simulator.store,
            account,
            recipient=RAMESH,
            callback="",
            twiml=first(words, Step(7, "hi"), hook_of(CODE)),
        )
        self.simulator.exchange.ring(call["sid"])
        until(lambda: self.simulator.calls(RAMESH)[-1]["status"] == "ringing")
        return str(call["sid"])

    def test_it_is_picked_up_and_keyed_by_keyboard(self) -> None:
        page = self.citizen_page(script=True, desk=True)
        self.goto(page, "/simulator/")
        self.rings()
        phone = page.locator("#phone-919999900002")
        phone.get_by_role("button", name="Pick up").wait_for()
        self.assert_accessible(page)
        phone.get_by_role("button", name="Pick up").press("Enter")
        phone.get_by_text("1 4 8, 3 0 2").wait_for()
        self.assert_accessible(page)
        self.assert_accessible(page, dark=True)
        # What is not changed stays under the fingers while the page looks anew.
        key = phone.get_by_role("button", name="Key 4", exact=True)
        key.focus()
        page.wait_for_timeout(2500)
        assert key.evaluate("each => each === document.activeElement")
        key.press("Enter")
        phone.get_by_role("button", name="Key 1", exact=True).press("Enter")
        phone.get_by_text("is over").wait_for()
        assert Inbound.objects.filter(what="message").count() == 2
        self.assert_quiet(page)

    def test_it_fits_a_small_telephone_without_script(self) -> None:
        self.rings()
        page = self.citizen_page()
        self.goto(page, "/simulator/")
        phone = page.locator("#phone-919999900002")
        phone.get_by_role("button", name="Pick up").click()
        self.assert_fits(page)
        phone.get_by_role("button", name="Press nothing").click()
        phone.get_by_role("button", name="Hang up").click()
        phone.get_by_text("is over").wait_for()
        self.assert_quiet(page)
