"""Calling by Twilio, against the simulator: what we know after each kind of answer."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from channels_in.simulator.server import Simulator
from channels_in.sms_twilio import sending
from channels_in.voice_twilio.wire import TwilioVoice
from notices.port import DeliveryError, Keys, OutboundMessage
from tests.simulator import SECRET, SID, running_simulator, until

CODE, NUMBER, SLUG = "uppcl-voice", "+919999980051", "voice_twilio"
KEYS = Keys(
    code=CODE, address=NUMBER, provider_account=SID, secrets={"auth_token": SECRET}
)
PERSON = "+919999900002"


@pytest.fixture
def simulator(settings: Any) -> Iterator[Simulator]:
    with running_simulator() as running:
        settings.SUNWAI_SIMULATOR_URL = running.url
        running.register(
            SLUG, code=CODE, number=NUMBER, sid=SID, secret=SECRET,
            public=settings.PUBLIC_URL, reach="http://127.0.0.1:9",
        )  # fmt: skip
        yield running
        sending._made.cache_clear()


def message(**over: Any) -> OutboundMessage:
    given: dict[str, Any] = {
        "notice_id": 7, "kind": "rating_call", "channel": "voice", "recipient": PERSON,
        "text": "शिकायत 148 302 975 116 हल बताई गई है.", "subject": "",
        "language": "hi", "segments": 1, "keys": KEYS,
        "claimed_at": datetime.now(UTC),
    } | over  # fmt: skip
    return OutboundMessage(**given)


def refusal(**over: Any) -> DeliveryError:
    with pytest.raises(DeliveryError) as error:
        TwilioVoice().send(message(**over))
    return error.value


class CallTests:
    def test_a_telephone_rings_and_speaks(self, simulator: Simulator) -> None:
        sid = TwilioVoice().send(message())
        until(lambda: simulator.calls(PERSON)[0]["status"] == "ringing")
        simulator.exchange.pick_up(sid)
        (call,) = simulator.calls(PERSON)
        assert (call["sid"], call["sender"], call["action"]) == (sid, NUMBER, True)
        assert call["said"][0] == [
            "desk",
            "शिकायत 1 4 8, 3 0 2, 9 7 5, 1 1 6 हल बताई गई है.",
        ]

    def test_it_asks_for_news_and_rings_half_a_minute(
        self, simulator: Simulator
    ) -> None:
        TwilioVoice().send(message())
        asked = simulator.requests(SLUG)[0]["body"].decode()
        assert f"hooks%2F{SLUG}%2F{CODE}%2Fstatus%2F" in asked
        assert "Timeout=30" in asked and "TimeLimit=180" in asked
        assert "MachineDetection" not in asked

    def test_it_knows_what_is_for_good(self, simulator: Simulator) -> None:
        error = refusal(recipient="+1")
        assert (error.permanent, error.reason) == (True, "twilio_21211")

    def test_it_waits_as_long_as_it_is_told(self, simulator: Simulator) -> None:
        simulator.turn(SLUG, fault="429", retry_after=17)
        error = refusal()
        assert (error.permanent, error.unknown, error.after) == (False, False, 17.0)

    @pytest.mark.parametrize("fault", ["taken_500", "garbage", "cut"])
    def test_it_cannot_tell_whether_it_rang(
        self, simulator: Simulator, fault: str
    ) -> None:
        simulator.turn(SLUG, fault=fault)
        error = refusal()
        assert error.unknown and not error.permanent
        assert len(simulator.calls(PERSON)) == 1

    def test_it_knows_that_nobody_was_called(self, settings: Any) -> None:
        settings.SUNWAI_SIMULATOR_URL = "http://127.0.0.1:1"
        error = refusal()
        assert (error.unknown, error.permanent) == (False, False)

    def test_it_needs_the_secret(self, simulator: Simulator) -> None:
        error = refusal(keys=replace(KEYS, secrets={}))
        assert (error.reason, error.permanent) == ("no_credentials", False)

    def test_it_calls_nobody_for_real_from_here(self) -> None:
        error = refusal()
        assert (error.reason, error.permanent) == ("no real sending here", True)


class LookUpTests:
    def test_it_finds_the_call_that_was_made(self, simulator: Simulator) -> None:
        made = message()
        sid = TwilioVoice().send(made)
        assert TwilioVoice().look_up(made) == sid

    def test_it_says_that_nobody_was_called(self, simulator: Simulator) -> None:
        assert TwilioVoice().look_up(message()) == ""

    def test_it_does_not_take_an_older_call_for_it(self, simulator: Simulator) -> None:
        TwilioVoice().send(message())
        later = datetime.now(UTC) + timedelta(minutes=1)
        assert TwilioVoice().look_up(message(claimed_at=later)) == ""

    def test_it_says_when_it_cannot_say(self, simulator: Simulator) -> None:
        assert TwilioVoice().look_up(message(claimed_at=None)) is None
        simulator.turn(SLUG, fault="500", fault_all=True)
        assert TwilioVoice().look_up(message()) is None
