"""A call that is owed, by keys alone; "phone today" on a phone, by thumb."""

from datetime import timedelta

from playwright.sync_api import expect

from complaints.models import Complaint
from complaints.services import not_solved
from feedback.models import CallBack, ContactTry, Rating
from tests.base import NOW
from tests.e2e.browser import BrowserTestCase
from tests.feedback.calling import call_of, urgent


class CallKeysTests(BrowserTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.first, self.second = (
            urgent(self.w, phone=f"+91999990000{n}") for n in (1, 2)
        )
        self.now = NOW + timedelta(hours=1)

    def test_taken_read_out_and_answered_without_a_mouse(self) -> None:
        page = self.page_for(self.w.asha, language="en")
        keys = page.keyboard
        self.goto(page, "/admin/console/")
        keys.press("Alt+b")
        page.wait_for_url("**/call-backs/")
        self.assert_accessible(page)
        self.assert_accessible(page, dark=True)
        self.assert_fits(page)
        keys.press("n")
        page.wait_for_url(f"**/call-backs/{call_of(self.first).pk}/")
        self.assert_accessible(page)
        self.assert_accessible(page, dark=True)
        self.assert_fits(page)
        keys.press("v")
        expect(page.locator("a[href^='tel:']")).to_be_visible()
        keys.press("y")
        keys.press("h")
        keys.type("2")
        keys.press("Escape")
        keys.press("e")
        keys.press("4")
        expect(page.locator("[name=score][value='4']")).to_be_checked()
        keys.press("Control+Enter")
        page.wait_for_url(f"**/call-backs/{call_of(self.second).pk}/")
        rating = Rating.objects.get()
        assert (rating.took_minutes, rating.trouble, rating.score) == (120, False, 4)
        keys.press("n")
        keys.press("Control+Enter")
        page.wait_for_url("**/call-backs/?side=desk")
        expect(page.locator(".empty")).to_be_visible()
        assert call_of(self.second).tries == 1
        self.assert_quiet(page)


class PhoneTodayTests(BrowserTestCase):
    def owed(self) -> Complaint:
        complaint = urgent(self.w)
        not_solved(complaint, text="", actor=self.w.citizen(complaint), at=NOW)
        Complaint.objects.filter(pk=complaint.pk).update(owner=self.w.hema)
        return complaint

    def test_it_is_logged_by_one_press_on_a_phone_and_at_the_office(self) -> None:
        for path in ("/field/", "/office/"):
            complaint = self.owed()
            page = self.page_for(self.w.hema, phone=True, language="en")
            self.goto(page, path)
            for dark in (False, True):
                self.assert_accessible(page, dark=dark)
            self.assert_fits(page)
            expect(page.locator(".phone-today a[href^='tel:']").first).to_be_visible()
            row = page.locator(f"#call-{call_of(complaint, 'office').pk}")
            row.get_by_role("button", name="No answer").click()
            expect(page.locator(".notice.done")).to_be_visible()
            assert ContactTry.objects.get(complaint=complaint).outcome == "no_answer"
            self.assert_quiet(page)
        assert CallBack.objects.filter(side="office", state="open").count() == 2
