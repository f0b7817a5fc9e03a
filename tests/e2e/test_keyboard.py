"""Nothing but keys: the citizen's form, an agent's call, a row of the queue."""

from playwright.sync_api import Page, expect

from complaints.models import Complaint, Message
from complaints.number import grouped
from helpline.models import Call
from tests.base import MEERA
from tests.e2e.browser import BrowserTestCase
from tests.e2e.scene import Scene

MOST_TABS = 60
FOCUS = """() => {
  const at = document.activeElement;
  const style = getComputedStyle(at), box = at.getBoundingClientRect();
  const drawn = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
  return {
    name: at.getAttribute("name") || "", value: at.value || "",
    href: at.getAttribute("href") || "",
    what: at.outerHTML.slice(0, 120), seen: drawn || style.boxShadow !== "none",
    inside: box.width > 0 && box.bottom > 0 && box.top < innerHeight,
  };
}"""


class KeyboardTestCase(BrowserTestCase):
    def tab_to(self, page: Page, name: str, value: str = "") -> None:
        """Tab until the field or button is reached; every stop must be seen."""
        passed = []
        for _press in range(MOST_TABS):
            page.keyboard.press("Tab")
            at = page.evaluate(FOCUS)
            passed.append(at["what"])
            assert at["seen"] and at["inside"], (page.url, at)
            if at["name"] == name and (not value or at["value"] == value):
                return
        raise AssertionError(f"no way by Tab to {name} {value}: {passed}")


class CitizensKeysTests(KeyboardTestCase):
    def test_the_form_is_sent_with_tab_and_enter(self) -> None:
        page = self.citizen_page(desk=True)
        self.goto(page, "/new/PUNE/")
        self.tab_to(page, "text")
        page.keyboard.type("Big pothole near the school in Kothrud")
        self.tab_to(page, "area")
        page.keyboard.type("Koth")
        self.tab_to(page, "phone")
        page.keyboard.type("9999900001")
        self.tab_to(page, "go", "check")
        page.keyboard.press("Enter")
        page.wait_for_selector("[name=go][value=send].btn")
        self.tab_to(page, "go", "send")
        page.keyboard.press("Enter")
        page.wait_for_url("**/sent/")
        complaint = Complaint.objects.get()
        assert complaint.area == self.w.kothrud
        assert grouped(complaint.number) in page.inner_text("main")

    def test_the_first_tab_leads_to_the_content(self) -> None:
        page = self.citizen_page(script=True)
        self.goto(page, "/new/PUNE/")
        page.keyboard.press("Tab")
        assert page.evaluate(FOCUS)["href"] == "#content"
        page.keyboard.press("Enter")
        assert page.url.endswith("#content")

    def test_enter_in_a_field_goes_on_and_sends_nothing(self) -> None:
        page = self.citizen_page()
        self.goto(page, "/new/PUNE/")
        page.fill("[name=text]", "Pothole in Kothrud")
        page.fill("[name=email]", "meera@example.org")
        page.press("[name=email]", "Enter")
        page.wait_for_selector("[name=go][value=send].btn")
        assert not Complaint.objects.exists()


class AgentsKeysTests(KeyboardTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.scene = Scene(self.w)
        self.page = self.page_for(self.w.asha, language="en")
        self.keys = self.page.keyboard

    def test_a_call_from_the_number_to_the_next_call(self) -> None:
        page, keys, before = self.page, self.keys, set(Complaint.objects.all())
        self.goto(page, "/admin/console/")
        assert page.evaluate(FOCUS)["name"] == "who"
        keys.type("99999 00001")
        expect(page.locator("#look-caller")).to_contain_text("Meera Joshi")
        keys.press("Alt+2")
        assert page.evaluate(FOCUS)["name"] == "text"
        keys.type("Sadak me gadda hai, scooter gir gaya")
        self.type_ahead("Alt+3", "ga", "category", self.w.pothole.pk)
        self.type_ahead("Alt+4", "कोथ", "area", self.w.kothrud.pk)
        expect(page.locator("#look-route")).to_contain_text("Kothrud")
        keys.press("Control+Enter")
        page.wait_for_url("**/console/calls/*/")
        (complaint,) = set(Complaint.objects.all()) - before
        assert grouped(complaint.number) in page.inner_text(".spoken")
        assert complaint.category == self.w.pothole
        assert complaint.area == complaint.office == self.w.kothrud
        assert complaint.citizen is not None and complaint.citizen.name == "Meera Joshi"
        keys.press("1")
        page.wait_for_url("**/admin/console/")
        call = Call.objects.get()
        assert (call.complaint, call.ended_at) == (complaint, self.now)
        assert call.phone == MEERA
        self.assert_quiet(page)

    def type_ahead(self, key: str, typed: str, name: str, wanted: int) -> None:
        """Two letters, arrows until it is marked, Enter."""
        self.keys.press(key)
        self.keys.type(typed)
        mine = self.page.locator(f"div:has(> [name={name}])")
        options = mine.locator("[role=option]")
        options.first.wait_for()
        values = [int(each.get_attribute("data-value") or 0) for each in options.all()]
        # once round the list, from its end, and back to the one that is meant
        self.keys.press("ArrowUp")
        for _step in range(values.index(wanted) + 1):
            self.keys.press("ArrowDown")
        self.keys.press("Enter")
        assert self.page.input_value(f"[name={name}]") == str(wanted)

    def test_only_a_question(self) -> None:
        page, keys = self.page, self.keys
        self.goto(page, "/admin/console/")
        keys.press("Alt+2")
        keys.type("property tax")
        expect(page.locator("#look-articles")).to_contain_text("property tax due")
        keys.press("Alt+i")
        page.wait_for_function("!document.querySelector('#id_text').value")
        assert Call.objects.get().first_contact
        self.assert_quiet(page)

    def test_the_queue_and_a_note(self) -> None:
        page, keys = self.page, self.keys
        self.goto(page, "/admin/queue/?view=open")
        keys.press("j")
        keys.press("j")
        keys.press("k")
        keys.press("j")
        number = page.locator("tr.here").get_attribute("data-row")
        keys.press("Space")
        assert page.locator("tr.here [name=row]").is_checked()
        keys.press("Enter")
        page.wait_for_url(f"**/complaint/{number}/")
        keys.press("n")
        assert page.evaluate(FOCUS)["name"] == "text"
        keys.type("She called again")
        keys.press("Control+Enter")
        page.wait_for_selector(".said.note")
        assert Message.objects.filter(text="She called again").count() == 1
        keys.press("?")
        assert page.is_visible("dialog#keys")
        keys.press("Escape")
        keys.press("/")
        assert page.evaluate(FOCUS)["name"] == "q"
        keys.type("zzzz")
        keys.press("Enter")
        page.wait_for_url("**/queue/?q=zzzz")
        self.assert_quiet(page)
