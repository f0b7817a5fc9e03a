"""The page with the phones: for the demonstration, without script too."""

from typing import Any

import pytest
from django.test import override_settings
from django.utils import translation

from channels_in.simulator.forms import POSITIONS, positions_of
from channels_in.simulator.knobs import Knobs
from channels_in.simulator.page import EXAMPLES
from channels_in.simulator.people import PHONES
from tests.base import WorldTestCase
from tests.channels_in.desk_stub import Desk, listening_desk
from tests.simulator import NUMBER, SLUG, give_account, running_simulator, sms_account

MEERA = "+919999900001"


class PageTestCase(WorldTestCase):
    desk: Desk

    def setUp(self) -> None:
        super().setUp()
        sms_account(self.w.pune)
        self.desk = self.enterContext(listening_desk())
        self.simulator = self.enterContext(running_simulator())
        give_account(self.simulator, reach=self.desk.url)
        self.enterContext(
            override_settings(DEMO=True, SUNWAI_SIMULATOR_URL=self.simulator.url)
        )

    def say(self, text: str = "No water", **over: Any) -> Any:
        given = {"sender": MEERA, "to": NUMBER, "text": text} | over
        return self.client.post("/simulator/say/", given)

    def page(self) -> str:
        return self.client.get("/simulator/").content.decode()


class DoorTests(PageTestCase):
    def test_it_is_there_in_the_demonstration_only(self) -> None:
        paths = ("/simulator/", "/simulator/photo/pothole.jpg")
        for off in ({"DEMO": False}, {"SUNWAI_SIMULATOR_URL": ""}):
            with override_settings(**off):
                for path in paths:
                    assert self.client.get(path).status_code == 404
                for path in ("say/", "phone/", "reset/", f"knobs/{SLUG}/"):
                    assert self.client.post(f"/simulator/{path}").status_code == 404
        for path in paths:
            assert self.client.get(path).status_code == 200

    def test_it_says_that_the_simulator_is_gone(self) -> None:
        with override_settings(SUNWAI_SIMULATOR_URL="http://127.0.0.1:9"):
            assert "The simulator does not answer" in self.page()
            assert "did not take it" not in self.say().content.decode()

    def test_it_asks_the_database_once(self) -> None:
        self.say()
        with self.assertNumQueries(1):
            self.client.get("/simulator/")

    def test_it_holds_the_strict_policy(self) -> None:
        self.say("<script>alert(1)</script>")
        answer = self.client.get("/simulator/")
        page = answer.content.decode()
        assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
        assert "unsafe" not in answer.headers["Content-Security-Policy"]
        assert "&lt;script&gt;alert" in page
        assert page.count("<script") == page.count('<script src="') == 1
        assert " style=" not in page
        assert " onclick=" not in page

    def test_it_has_an_example_for_each_of_its_people(self) -> None:
        assert EXAMPLES.keys() == {number for number, _name, _language in PHONES}


class PhoneTests(PageTestCase):
    def test_it_shows_both_directions(self) -> None:
        answer = self.say("पाणी नाही")
        self.assertRedirects(answer, "/simulator/#phone-919999900001")
        assert self.desk.told[0].form["Body"] == "पाणी नाही"
        page = self.page()
        assert "पाणी नाही" in page
        assert "the desk has it" in page
        assert "provider → desk" in page

    def test_it_says_what_the_desk_did(self) -> None:
        self.desk.status = 403
        self.say()
        assert "the desk refused it (403)" in self.page()
        self.simulator.turn(SLUG, hold=True)
        self.say()
        assert "held back by the provider" in self.page()
        give_account(self.simulator, reach="http://127.0.0.1:9")
        self.simulator.turn(SLUG, hold=False)
        self.say()
        assert "the desk did not answer" in self.page()

    def test_it_sends_pictures(self) -> None:
        self.say("", photos=["pothole", "dark-lamp"])
        assert self.desk.told[0].form["NumMedia"] == "2"
        # in the bubble, and to choose from on each of four phones
        assert self.page().count("/simulator/photo/pothole.jpg") == 5
        photo = self.client.get("/simulator/photo/pothole.jpg")
        assert photo.headers["Content-Type"] == "image/jpeg"
        assert self.client.get("/simulator/photo/other.jpg").status_code == 404

    def test_it_keeps_what_was_typed(self) -> None:
        assert "Write something, or choose a picture." in self.say("").content.decode()
        self.assertContains(self.say("No light", to="+919999989999"), "No light")
        assert self.say(sender="98765-43210").status_code == 200
        assert self.desk.told == []
        self.assertRedirects(self.client.get("/simulator/say/"), "/simulator/")

    def test_it_adds_a_phone(self) -> None:
        given = {"number": "99999-12345", "name": "Zoya", "language": "hi"}
        self.client.post("/simulator/phone/", given)
        assert "Zoya" in self.page()
        assert "99999-12345" in self.page()
        wrong = self.client.post("/simulator/phone/", given | {"number": "98765 43210"})
        self.assertContains(wrong, "Numbers here begin with 99999")

    def test_it_begins_again(self) -> None:
        self.say("Forget me")
        self.client.post("/simulator/reset/")
        assert "Forget me" not in self.page()

    def test_it_speaks_other_languages(self) -> None:
        with translation.override("hi"):
            answer = self.client.get("/simulator/", headers={"Accept-Language": "hi"})
        self.assertContains(answer, '<html lang="hi"')


class KnobTests(PageTestCase):
    def turn(self, **places: str) -> Knobs:
        self.client.post(f"/simulator/knobs/{SLUG}/", places)
        return self.simulator.knobs(SLUG)

    def test_it_turns_them_and_puts_all_right(self) -> None:
        turned = self.turn(
            fault="cut", times="three", speed="2s", repeat="together", hold="yes",
            receipts="late",
        )  # fmt: skip
        assert turned == Knobs(
            fault="cut", fault_next=3, latency_ms=2000, repeat=5, together=True,
            hold=True, receipts_ms=30_000,
        )  # fmt: skip
        page = self.page()
        assert "disturbed on purpose" in page
        assert '<option value="together" selected>' in page
        assert self.turn(well="1", fault="cut") == Knobs()
        assert "works as it should" in self.page()

    def test_it_releases_what_is_held(self) -> None:
        self.turn(hold="yes")
        for text in ("first", "second"):
            self.say(text)
        assert "2 messages are held back." in self.page()
        self.client.post(f"/simulator/release/{SLUG}/", {"order": "reversed"})
        assert [each.form["Body"] for each in self.desk.told] == ["second", "first"]


@pytest.mark.parametrize("name", POSITIONS)
def test_every_position_of_every_knob_can_be_turned(name: str) -> None:
    for place, (_words, wanted) in POSITIONS[name].items():
        turned = Knobs().changed(wanted)
        shown = {knob: getattr(turned, knob) for knob in Knobs.__slots__}
        assert positions_of(shown)[name] == place
