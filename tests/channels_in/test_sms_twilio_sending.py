"""Sending by Twilio, against the simulator: what we know after each kind of answer."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from channels_in.simulator.server import Simulator
from channels_in.sms_twilio import sending
from channels_in.sms_twilio.wire import TwilioSms
from notices.port import DeliveryError, Keys, OutboundMessage
from tests.simulator import CODE, NUMBER, SECRET, SID, give_account, running_simulator

KEYS = Keys(
    code=CODE, address=NUMBER, provider_account=SID, secrets={"auth_token": SECRET}
)
PERSON = "+919999900001"


@pytest.fixture
def simulator(settings: Any) -> Iterator[Simulator]:
    with running_simulator() as running:
        settings.SUNWAI_SIMULATOR_URL = running.url
        give_account(running)
        yield running
        sending._made.cache_clear()


def message(**over: Any) -> OutboundMessage:
    given: dict[str, Any] = {
        "notice_id": 1, "kind": "registered", "channel": "sms", "recipient": PERSON,
        "text": "Complaint 148 302 975 116 registered", "subject": "", "language": "en",
        "segments": 1, "keys": KEYS, "claimed_at": datetime.now(UTC),
    } | over  # fmt: skip
    return OutboundMessage(**given)


def refusal(**over: Any) -> DeliveryError:
    with pytest.raises(DeliveryError) as error:
        TwilioSms().send(message(**over))
    return error.value


class SendTests:
    def test_it_brings_the_message_and_asks_for_receipts(
        self, simulator: Simulator
    ) -> None:
        sid = TwilioSms().send(message())
        (shown,) = simulator.phone(PERSON)
        assert (shown["sid"], shown["sender"]) == (sid, NUMBER)
        assert shown["body"] == message().text
        assert shown["callback"].endswith(f"/hooks/sms_twilio/{CODE}/status/")

    def test_it_leaves_from_the_registered_header(self, simulator: Simulator) -> None:
        keys = Keys(
            code=CODE, address=NUMBER, provider_account=SID, header="PUNEMC",
            secrets={"auth_token": SECRET},
        )  # fmt: skip
        TwilioSms().send(message(keys=keys))
        assert simulator.phone(PERSON)[0]["sender"] == "PUNEMC"

    def test_it_knows_what_is_for_good(self, simulator: Simulator) -> None:
        error = refusal(recipient="+1")
        assert (error.permanent, error.reason) == (True, "twilio_21211")

    def test_it_waits_as_long_as_it_is_told(self, simulator: Simulator) -> None:
        simulator.turn("sms_twilio", fault="429", retry_after=17)
        error = refusal()
        assert (error.permanent, error.unknown, error.after) == (False, False, 17.0)
        simulator.turn("sms_twilio", fault="503", retry_after=0)
        assert not refusal().unknown and not refusal().permanent

    def test_it_does_not_give_messages_up_for_a_wrong_password(
        self, simulator: Simulator
    ) -> None:
        keys = Keys(
            code=CODE, address=NUMBER, provider_account=SID,
            secrets={"auth_token": "changed"},
        )  # fmt: skip
        error = refusal(keys=keys)
        assert (error.permanent, error.reason) == (False, "twilio_20003")

    @pytest.mark.parametrize("fault", ["taken_500", "garbage", "cut"])
    def test_it_cannot_tell_what_was_taken(
        self, simulator: Simulator, fault: str
    ) -> None:
        simulator.turn("sms_twilio", fault=fault)
        error = refusal()
        assert error.unknown and not error.permanent
        assert len(simulator.phone(PERSON)) == 1

    def test_it_cannot_tell_after_a_time_out(
        self, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sending, "READ_SECONDS", 0.2)
        simulator.turn("sms_twilio", latency_ms=600)
        assert refusal().unknown

    def test_it_ends_a_dripping_answer(
        self, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sending, "TOTAL_SECONDS", 0.3)
        simulator.turn("sms_twilio", drip_ms=50)
        error = refusal()
        assert (error.reason, error.unknown) == ("slow_answer", True)

    def test_it_knows_that_nothing_left(self, settings: Any) -> None:
        settings.SUNWAI_SIMULATOR_URL = "http://127.0.0.1:1"
        error = refusal()
        assert (error.unknown, error.permanent) == (False, False)

    def test_it_needs_the_secret(self, simulator: Simulator) -> None:
        error = refusal(keys=Keys(code=CODE, address=NUMBER, provider_account=SID))
        assert (error.reason, error.permanent) == ("no_credentials", False)

    def test_it_sends_nothing_for_real_from_here(self) -> None:
        error = refusal()
        assert (error.reason, error.permanent) == ("no real sending here", True)

    def test_it_shows_no_secret(self, simulator: Simulator) -> None:
        assert SECRET not in repr(message()) + repr(KEYS)
        simulator.turn("sms_twilio", fault="500")
        assert SECRET not in str(refusal()) and PERSON not in str(refusal())


class LookUpTests:
    def test_it_finds_what_was_taken(self, simulator: Simulator) -> None:
        sent = message()
        sid = TwilioSms().send(sent)
        assert TwilioSms().look_up(sent) == sid

    def test_it_says_that_it_surely_has_not(self, simulator: Simulator) -> None:
        TwilioSms().send(message(text="Another message"))
        assert TwilioSms().look_up(message()) == ""

    def test_it_does_not_take_an_older_one_for_it(self, simulator: Simulator) -> None:
        TwilioSms().send(message())
        later = datetime.now(UTC) + timedelta(minutes=1)
        assert TwilioSms().look_up(message(claimed_at=later)) == ""

    def test_it_says_when_it_cannot_say(self, simulator: Simulator) -> None:
        assert TwilioSms().look_up(message(claimed_at=None)) is None
        simulator.turn("sms_twilio", fault="500", fault_all=True)
        assert TwilioSms().look_up(message()) is None
        assert TwilioSms.settles_in_seconds == 60.0


class RecentTests:
    def test_it_writes_what_came_as_it_would_have_come(
        self, simulator: Simulator
    ) -> None:
        TwilioSms().send(message())  # ours is not somebody's
        simulator.say(PERSON, NUMBER, "पानी नहीं आ रहा & more")
        since = datetime.now(UTC) - timedelta(hours=1)
        (found,) = TwilioSms().recent(KEYS, since) or ()
        assert found.headers["x-sunwai-by"] == "reconcile"
        (read,) = TwilioSms().parse(KEYS, found)
        assert getattr(read, "text", "") == "पानी नहीं आ रहा & more"
        assert getattr(read, "sender", "") == PERSON
        what, sid = TwilioSms().identify(KEYS, found)
        assert (what, sid[:2]) == ("message", "SM")
