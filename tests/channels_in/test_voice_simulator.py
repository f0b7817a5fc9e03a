"""The stand-in for Twilio's calls: rings, keys, the page with the phones."""

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import override_settings
from twilio.base.exceptions import TwilioRestException
from twilio.request_validator import RequestValidator
from twilio.rest import Client
from twilio.twiml.voice_response import Gather, VoiceResponse

from channels_in.simulator import exchange
from channels_in.simulator.client import RefusedError, ask
from channels_in.simulator.exchange import NoSuchCall
from channels_in.simulator.knobs import CALLS, BadKnob
from channels_in.simulator.server import Simulator
from tests.base import WorldTestCase
from tests.channels_in.desk_stub import Desk, listening_desk
from tests.simulator import (
    SECRET,
    SID,
    _Redirected,
    running_simulator,
    sms_account,
    until,
)

SLUG, CODE, NUMBER = "voice_twilio", "pune-voice", "+919999980053"
RAMESH = "+919999900002"


def twiml(action: str) -> str:
    voice = VoiceResponse()
    question = Gather(num_digits=1, action=action)
    question.say("एक से पाँच", language="hi-IN")
    voice.append(question)
    return str(voice)


class VoiceSimulatorCase(WorldTestCase):
    desk: Desk

    def setUp(self) -> None:
        super().setUp()
        self.desk = self.enterContext(listening_desk())
        self.simulator = self.enterContext(running_simulator())
        self.register(self.simulator)

    def register(self, simulator: Simulator) -> None:
        simulator.register(
            SLUG, code=CODE, number=NUMBER, sid=SID, secret=SECRET,
            public="https://desk.example.org", reach=self.desk.url,
        )  # fmt: skip

    def dial(self, **over: Any) -> str:
        """By Twilio's own library."""
        http = _Redirected(f"{self.simulator.url}/{SLUG}")
        self.addCleanup(http.close)
        made = Client(SID, SECRET, http_client=http).calls.create(
            **{
                "to": RAMESH, "from_": NUMBER,
                "twiml": twiml("https://desk.example.org/hooks/keys/?step=1#rc=2"),
                "status_callback": "https://desk.example.org/hooks/status/",
            } | over
        )  # fmt: skip
        return str(made.sid)

    def ringing(self) -> str:
        sid = self.dial()
        until(lambda: self.status() == "ringing")
        return sid

    def status(self) -> str:
        return str(self.simulator.calls(RAMESH)[-1]["status"])

    def told(self, kind: str) -> dict[str, Any]:
        def found() -> list[dict[str, Any]]:
            return [row for row in self.simulator.webhooks() if row["kind"] == kind]

        rows: list[dict[str, Any]] = until(found)
        return rows[0]


class ExchangeTests(VoiceSimulatorCase):
    def test_it_posts_a_signed_key_where_it_was_told_to(self) -> None:
        sid = self.ringing()
        self.simulator.exchange.pick_up(sid)
        self.simulator.exchange.press(sid, "4")
        row = self.told("key 4")
        assert row["url"] == "https://desk.example.org/hooks/keys/?step=1"
        form = {
            name: found[0]
            for name, found in parse_qs(
                row["body"].decode(), keep_blank_values=True
            ).items()
        }
        assert (form["Digits"], form["To"], form["CallSid"]) == ("4", RAMESH, sid)
        signature = json.loads(row["headers"])["X-Twilio-Signature"]
        assert RequestValidator(SECRET).validate(row["url"], form, signature)

    def test_a_question_takes_one_key(self) -> None:
        sid = self.ringing()
        with pytest.raises(NoSuchCall):
            self.simulator.exchange.press(sid, "4")  # nobody has picked up
        self.simulator.exchange.pick_up(sid)
        self.simulator.exchange.press(sid, "4")
        with pytest.raises(NoSuchCall):
            self.simulator.exchange.press(sid, "4")
        with pytest.raises(NoSuchCall):
            self.simulator.exchange.pick_up(sid)

    def test_what_is_no_twiml_ends_the_call(self) -> None:
        sid = self.ringing()
        self.simulator.exchange.pick_up(sid)
        self.simulator.exchange.press(sid, "4")  # the desk answers "stored"
        assert self.status() == "completed"
        assert parse_qs(self.told("call completed")["body"].decode())["CallStatus"] == [
            "completed"
        ]

    def test_who_refuses_the_call_is_busy(self) -> None:
        sid = self.ringing()
        self.simulator.exchange.hang_up(sid)
        assert self.status() == "busy"
        self.simulator.exchange.hang_up(sid)
        assert self.status() == "busy"

    def test_knobs_end_it_at_once(self) -> None:
        for knob in CALLS[1:]:
            self.simulator.turn(SLUG, calls=knob)
            self.dial()
            until(lambda knob=knob: self.status() == knob)
            assert self.told(f"call {knob}")
        with pytest.raises(BadKnob):
            self.simulator.turn(SLUG, calls="explodes")

    def test_a_telephone_that_nobody_picks_up_stops(self) -> None:
        self.enterContext(pytest.MonkeyPatch.context()).setattr(
            exchange, "RINGS_SECONDS", 0.05
        )
        self.dial()
        until(lambda: self.status() == "no-answer")

    def test_it_rings_on_after_a_restart(self) -> None:
        self.ringing()
        self.simulator.exchange.start()
        assert self.status() == "ringing"

    def test_it_refuses_as_twilio_does(self) -> None:
        for over, code in (
            ({"to": "+1"}, 21211), ({"from_": "+919999980099"}, 21212),
            ({"twiml": "x" * 4001}, 21218),
        ):  # fmt: skip
            with pytest.raises(TwilioRestException) as error:
                self.dial(**over)
            assert error.value.code == code

    def test_nobody_can_write_to_it(self) -> None:
        with pytest.raises(RefusedError):
            ask(
                self.simulator.url, "POST", "/say",
                {"from": RAMESH, "to": NUMBER, "text": "No water"},
            )  # fmt: skip

    def test_the_control_address_answers_a_telephone(self) -> None:
        sid, url = self.ringing(), self.simulator.url
        ask(url, "POST", "/calls", {"sid": sid, "do": "pick_up"})
        (call,) = ask(url, "GET", f"/calls?number={RAMESH[3:]}")["calls"]
        assert call["said"] == [["desk", "एक से पाँच"]] and call["action"]
        for wrong in (
            {"sid": sid, "do": "press", "key": "44"}, {"sid": sid, "do": "sing"},
            {"sid": "CA0", "do": "pick_up"}, {"sid": "CA0", "do": "hang_up"},
        ):  # fmt: skip
            with pytest.raises(RefusedError):
                ask(url, "POST", "/calls", wrong)
        ask(url, "POST", "/calls", {"sid": sid, "do": "hang_up"})
        assert self.status() == "completed"


class PageTests(VoiceSimulatorCase):
    def setUp(self) -> None:
        super().setUp()
        sms_account(self.w.pune)
        self.enterContext(
            override_settings(DEMO=True, SUNWAI_SIMULATOR_URL=self.simulator.url)
        )

    def page(self) -> str:
        return self.client.get("/simulator/").content.decode()

    def do(self, sid: str, deed: str) -> Any:
        return self.client.post(
            "/simulator/call/", {"number": RAMESH, "do": f"{sid} {deed}"}
        )

    def test_a_telephone_rings_and_is_picked_up_and_keyed(self) -> None:
        sid = self.ringing()
        page = self.page()
        assert "Pick up" in page and "Press nothing" not in page
        answer = self.do(sid, "pick_up")
        assert answer.status_code == 302
        assert urlsplit(answer["Location"]).fragment == f"calls-{RAMESH[1:]}"
        page = self.page()
        assert "एक से पाँच" in page and f'value="{sid} press 4"' in page
        self.do(sid, "press 4")
        page = self.page()
        assert "Key 4" in page and "is over" in page and "Pick up" not in page

    def test_a_telephone_that_nobody_added_shows_itself_while_it_rings(self) -> None:
        sid = self.dial(to="+919999920274")
        until(lambda: "99999-20274" in self.page())
        self.simulator.exchange.hang_up(sid)
        assert "99999-20274" not in self.page()

    def test_the_live_part_holds_nothing_that_changes_by_itself(self) -> None:
        """Else the keys would lose the focus every two seconds."""
        self.ringing()
        parts = [
            self.page().partition('id="calls-919999900002"')[2].partition("</div>\n")[0]
            for _look in range(2)
        ]
        assert parts[0] == parts[1] and "csrfmiddlewaretoken" not in parts[0]

    def test_it_takes_no_other_deed(self) -> None:
        sid = self.ringing()
        for deed in ("press 44", "sing", "press x", ""):
            assert self.do(sid, deed).status_code == 302
        assert self.status() == "ringing"
        assert self.do("CA" + "0" * 32, "pick_up").status_code == 302

    def test_it_has_a_board_of_its_own(self) -> None:
        page = self.page()
        assert "What goes wrong: SMS" in page and "What goes wrong: calls" in page
        assert 'id="voice_twilio_calls"' in page
        assert 'id="voice_twilio_hold"' not in page
        self.client.post(f"/simulator/knobs/{SLUG}/", {"calls": "busy"})
        assert self.simulator.knobs(SLUG).calls == "busy"
        self.client.post(f"/simulator/knobs/{SLUG}/", {"well": "1"})
        assert self.simulator.knobs(SLUG).calls == "rings"
        assert self.client.post("/simulator/knobs/nobody/", {}).status_code == 404

    def test_nobody_can_choose_its_number_to_write_to(self) -> None:
        assert NUMBER not in self.page()

    def test_it_is_there_in_the_demonstration_only(self) -> None:
        with override_settings(DEMO=False):
            assert self.do("CA" + "0" * 32, "pick_up").status_code == 404
