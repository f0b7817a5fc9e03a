"""Sorting by keys alone: a guess taken, and one text made into two complaints."""

from playwright.sync_api import expect

from complaints.models import Complaint
from complaints.number import grouped
from tests.e2e.test_keyboard import KeyboardTestCase

TWO = "Big pothole near the school in Kothrud and no water since Monday"


class SortingKeysTests(KeyboardTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.page = self.page_for(self.w.devika, language="en")
        self.keys = self.page.keyboard

    def sorted_now(self, complaint: Complaint) -> None:
        complaint.refresh_from_db()
        assert (complaint.status, complaint.category) == ("assigned", self.w.pothole)
        assert complaint.owner == self.w.omkar

    def waiting(self) -> Complaint:
        """Sure of nothing but the place."""
        complaint = self.w.file("pothole, or only a bad road?", area=self.w.kothrud)
        Complaint.objects.filter(pk=complaint.pk).update(
            status="triage", category=None, office=None, department=None, owner=None
        )
        return complaint

    def test_a_key_takes_a_guess_of_the_row(self) -> None:
        complaint = self.waiting()
        self.goto(self.page, "/admin/queue/?view=triage")
        self.assert_accessible(self.page)
        self.keys.press("j")
        self.keys.press("1")
        self.page.wait_for_url("**/queue/?view=triage")
        expect(self.page.locator("body")).to_contain_text("went to Kothrud")
        self.sorted_now(complaint)
        self.assert_quiet(self.page)

    def test_a_key_takes_a_guess_of_the_page(self) -> None:
        complaint = self.waiting()
        self.goto(self.page, f"/admin/complaint/{complaint.number}/")
        self.assert_accessible(self.page)
        self.assert_fits(self.page)
        self.keys.press("1")
        self.page.wait_for_url("**/queue/?view=triage")
        self.sorted_now(complaint)
        self.assert_quiet(self.page)

    def test_a_key_gives_the_second_matter_a_number(self) -> None:
        first = self.w.file(TWO, category=self.w.pothole)
        page = self.page
        self.goto(page, f"/admin/complaint/{first.number}/")
        expect(page.locator("main, #content").first).to_contain_text(
            "This speaks of two things: Pothole and No water."
        )
        self.assert_accessible(page)
        self.assert_fits(page)
        self.keys.press("g")
        assert page.input_value("#deed-split [name=text]") == "no water since Monday"
        chosen = page.input_value("#deed-split [name=category]")
        assert chosen == str(self.w.no_water.pk)
        self.keys.press("Control+Enter")
        page.wait_for_selector("text=Two things in one text")
        second = Complaint.objects.exclude(pk=first.pk).get()
        page.click(f"text={grouped(second.number)}")
        page.wait_for_url(f"**/complaint/{second.number}/")
        expect(page.locator("dl.facts").nth(1)).to_contain_text(grouped(first.number))
        self.assert_quiet(page)
