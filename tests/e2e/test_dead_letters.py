"""/admin/dead-letters/ in a browser: right in both languages, and without a mouse."""

from channels_in.models import Inbound
from complaints.models import Complaint
from tests.base import NOW
from tests.channels_in.stage import account_of
from tests.e2e.browser import DESK, PHONE, BrowserTestCase


class DeadLetterPageTests(BrowserTestCase):
    def setUp(self) -> None:
        super().setUp()
        account = account_of(self.w.pune)
        for number, (body, sender) in enumerate(
            (
                (b"Body=Big+pothole+near+the+school&MediaUrl0=x&From=", ""),
                ("Body=कोथरूड शाळेजवळ मोठा खड्डा आहे".encode(), "+919999900001"),
                (b'{"text": "no water", "from": "+919999900077"}', ""),
                (b"", "AX-BANK"),
            )
        ):
            Inbound.objects.create(
                account=account, wire="sms_twilio", what="message",
                provider_id=f"SM{number}", body=body, sender=sender,
                received_at=NOW, not_before=NOW, state="dead", attempts=1 + 4 * number,
                error="unreadable: no_sender",
            )  # fmt: skip

    def test_it_is_right(self) -> None:
        page = self.page_for(self.w.asha)
        for language in ("en", "hi"):
            self.speak(page, language)
            self.goto(page, "/admin/dead-letters/")
            self.assert_accessible(page)
            self.assert_accessible(page, dark=True)
            self.assert_quiet(page)
            for size in (PHONE, DESK):
                page.set_viewport_size(size)
                self.assert_fits(page)

    def test_it_needs_no_mouse(self) -> None:
        page = self.page_for(self.w.asha)
        self.goto(page, "/admin/dead-letters/")
        summary = page.locator("details.more > summary").last
        summary.focus()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        page.keyboard.type("Big pothole near the school")
        page.keyboard.press("Tab")
        page.keyboard.type("Kothrud")
        form = page.locator("li").last.locator("form.deed-form")
        form.locator("button").focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**/admin/dead-letters/")
        page.wait_for_selector(".notice.success")
        assert Complaint.objects.get().office == self.w.kothrud
