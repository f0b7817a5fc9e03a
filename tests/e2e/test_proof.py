"""A proof from the phone to the head: the code, the place, and what contradicts it."""

from playwright.sync_api import Geolocation, expect

from complaints.models import Attachment, Category, ClosingCode, Complaint, Event
from complaints.services.closing_code import digits_of
from feedback.models import Doubt
from tests.e2e.browser import BrowserTestCase
from tests.proofs import taken

# In Kothrud, and four kilometres from there.
THERE = (18.51, 73.83)
AWAY: Geolocation = {"latitude": 18.51, "longitude": 73.868}


class ProofTests(BrowserTestCase):
    def setUp(self) -> None:
        super().setUp()
        kinds = Category.objects.filter(pk=self.w.pothole.pk)
        kinds.update(code_required=True, reading_required=True)
        self.complaint = self.w.file(
            category=self.w.pothole, area=self.w.kothrud, latitude=THERE[0],
            longitude=THERE[1],
        )  # fmt: skip

    def test_the_engineer_meets_the_citizen(self) -> None:
        page = self.page_for(self.w.omkar, phone=True, language="en")
        page.context.grant_permissions(["geolocation"])
        page.context.set_geolocation(AWAY)
        self.goto(page, f"/field/{self.complaint.number}/solved/")
        self.assert_accessible(page)
        self.assert_accessible(page, dark=True)
        self.assert_fits(page)
        page.fill("[name=action_taken]", "Filled the hole with hot mix")
        page.select_option("[name=cause]", label="Wear")
        page.fill("[name=reading]", "०१२३४")
        page.set_input_files(
            "[name=photo]",
            {"name": "done.jpg", "mimeType": "image/jpeg", "buffer": taken(seed=1)},
        )
        expect(page.locator("[name=here]")).to_have_value("18.510000,73.868000")
        page.click("[name=send_code]")
        expect(page.locator("#code-sent")).to_contain_text("+91 ••••• •0001")
        expect(page.locator("[name=action_taken]")).to_have_value(
            "Filled the hole with hot mix"
        )
        expect(page.locator(".kept")).to_contain_text("done.jpg")
        self.assert_accessible(page)
        self.assert_accessible(page, dark=True)
        page.fill("[name=code]", "00")
        page.press("[name=code]", "Enter")
        expect(page.locator(".error-summary")).to_contain_text("six digits")
        assert ClosingCode.objects.count() == 1
        page.fill("[name=code]", digits_of(ClosingCode.objects.get()))
        page.press("[name=code]", "Enter")
        page.wait_for_url("**/?done=solved")
        told = Event.objects.get(complaint=self.complaint, kind="resolved").data
        assert (told["proof"], told["reading"]) == ("code", "01234")
        proof = Attachment.objects.get(complaint=self.complaint)
        assert (proof.latitude, proof.longitude) == (18.51, 73.868)
        self.assert_quiet(page)
        self.the_head_looks()

    def the_head_looks(self) -> None:
        """By keys alone."""
        page = self.page_for(self.w.hema, language="en")
        self.pass_time(hours=1)
        self.goto(page, "/admin/doubts/")
        expect(page.locator("#content")).to_contain_text("Taken 4.0 km from the place")
        self.assert_accessible(page)
        self.assert_accessible(page, dark=True)
        self.assert_fits(page)
        page.keyboard.press("x")
        page.keyboard.type("I went there: nothing is filled")
        page.keyboard.press("Control+Enter")
        expect(page.locator("#content")).to_contain_text("No proof is in doubt")
        assert Doubt.objects.get().verdict == "false"
        after = Complaint.objects.get(pk=self.complaint.pk)
        assert (after.resolved_at, after.owner) == (None, self.w.hema)
        self.assert_quiet(page)

    def test_a_key_says_that_it_was_done(self) -> None:
        page = self.page_for(self.w.omkar, phone=True, language="en")
        page.context.grant_permissions(["geolocation"])
        page.context.set_geolocation(AWAY)
        self.goto(page, f"/field/{self.complaint.number}/solved/")
        page.fill("[name=action_taken]", "Filled the hole with hot mix")
        page.select_option("[name=cause]", label="Wear")
        page.fill("[name=reading]", "12")
        page.select_option("[name=unreachable]", "not_home")
        page.set_input_files(
            "[name=photo]",
            {"name": "done.jpg", "mimeType": "image/jpeg", "buffer": taken(seed=2)},
        )
        expect(page.locator("[name=here]")).not_to_have_value("")
        page.click(".bar .btn.big")
        page.wait_for_url("**/?done=solved")
        head = self.page_for(self.w.hema, language="en")
        self.goto(head, "/admin/doubts/")
        head.keyboard.press("y")
        expect(head.locator("#content")).to_contain_text("No proof is in doubt")
        assert Doubt.objects.get().verdict == "fine"
