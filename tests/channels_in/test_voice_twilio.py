"""Calls by Twilio: signatures, shapes, what is asked of it."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlencode

import pytest
from django.conf import settings
from django.utils import timezone
from twilio.request_validator import RequestValidator

from channels_in.models import Inbound
from channels_in.port import (
    Envelope,
    Pressed,
    Receipt,
    UnreadableError,
    UnverifiedError,
)
from channels_in.sms_twilio.form import FORM
from channels_in.voice_twilio.steps import Step
from channels_in.voice_twilio.wire import TwilioVoice
from notices.credentials import seal
from notices.models import ChannelAccount, Notice
from notices.port import Keys
from officers.models import Organisation
from tests.channel_contract import ChannelContract, Delivery
from tests.channels_in.stage import SID, TOKEN, account_of

FIXTURES = Path(__file__).parent / "fixtures" / "voice_twilio"
KEYS = Keys(code="one", provider_account=SID, secrets={"auth_token": TOKEN})
HOOK = "https://desk.example.org/hooks/voice_twilio/one/"


def fixture(name: str) -> dict[str, str]:
    found: dict[str, str] = json.loads((FIXTURES / f"{name}.json").read_text())
    return found


def envelope(form: dict[str, str], url: str = HOOK) -> Envelope:
    signature = RequestValidator(TOKEN).compute_signature(url, form)
    headers = {"content-type": FORM, "x-twilio-signature": signature}
    return Envelope(url, urlencode(form).encode(), headers)


def pressed(key: str, step: Step, **over: str) -> Envelope:
    form = fixture("key") | {"Digits": key} | over
    return envelope(form, f"{HOOK}?{urlencode({'step': step.token()})}")


class TwilioVoiceTests(ChannelContract):
    """A key pressed in a call of ours, in place of a message."""

    __test__: ClassVar[bool] = True
    slug = "voice_twilio"
    signature_header = "X-Twilio-Signature"
    complaints = (1, 1)
    step: Step

    def make_account(
        self, organisation: Organisation, code: str, *, secret: str
    ) -> ChannelAccount:
        return account_of(
            organisation, code, channel="voice", sender="voice_twilio",
            address=f"+9199999{80000 + sum(code.encode()):05d}",
            sealed=seal({"auth_token": secret}),
            provider_account=SID[:-len(code)] + code,
        )  # fmt: skip

    def hook_of(self, code: str) -> str:
        now = timezone.now()
        complaint = self.w.file("Big pothole in Kothrud")
        notice = Notice.objects.create(
            complaint=complaint, citizen=complaint.citizen, account=self.account,
            channel="voice", kind="rating_call", audience="citizen", language="hi",
            recipient="+919999900001", text="Hello", state="sent", created_at=now,
            not_before=now, expires_at=now + timedelta(hours=1),
        )  # fmt: skip
        self.step = Step(notice.pk, "hi")
        return f"/hooks/{self.slug}/{code}/?{urlencode({'step': self.step.token()})}"

    def told_at_once(self) -> bytes:
        return TwilioVoice().reply(KEYS, pressed("no key of ours", self.step))

    def sign(self, path: str, body: bytes, *, secret: str) -> Delivery:
        fields = dict(parse_qsl(body.decode(errors="replace"), keep_blank_values=True))
        url = f"{settings.PUBLIC_URL}{path}"
        signature = RequestValidator(secret).compute_signature(url, fields)
        return Delivery(body, FORM, {self.signature_header: signature})

    def message(self, provider_id: str, text: str) -> bytes:
        form = fixture("key") | {
            "CallSid": provider_id, "Digits": text, "AccountSid": SID[:-3] + "one",
        }  # fmt: skip
        return urlencode(form).encode()

    def unknown(self) -> bytes:
        return b"CallSid=CA7&CallStatus=in-progress&Something=new"

    def unreadable(self) -> bytes:
        return b"Digits=1&Words=lost+words&To=%2B919999980001"

    def test_it_stores_the_key_before_it_answers(self) -> None:
        """What it answers cannot be had before the row is there."""
        self.post(self.right)
        row = Inbound.objects.get()
        assert row.headers["x-sunwai-query"] == self.hook.partition("?")[2]

    def test_nobody_brings_a_question_in_a_header(self) -> None:
        self.post(self.right, HTTP_X_SUNWAI_QUERY="step=1")
        row = Inbound.objects.get()
        assert row.headers["x-sunwai-query"] == self.hook.partition("?")[2]


class SignatureTests:
    def test_twilios_own_validator_signs_what_we_take(self) -> None:
        TwilioVoice().verify(KEYS, pressed("4", Step(7, "hi")))
        TwilioVoice().verify(KEYS, envelope(fixture("completed"), HOOK + "status/"))

    def test_it_breaks_with_another_question(self) -> None:
        """A key of one question is none of another's, whoever signed it."""
        given = pressed("4", Step(7, "hi"))
        other = pressed("4", Step(8, "hi"))
        for url in (other.url, given.url.partition("?")[0], given.url + "&x=1"):
            with pytest.raises(UnverifiedError):
                TwilioVoice().verify(KEYS, replace(given, url=url))

    def test_it_breaks_with_another_key(self) -> None:
        given = pressed("1", Step(7, "hi", 4))
        body = given.body.replace(b"Digits=1", b"Digits=0")
        assert body != given.body
        with pytest.raises(UnverifiedError):
            TwilioVoice().verify(KEYS, replace(given, body=body))


class ShapeTests:
    def read(self, given: Envelope) -> list[Any]:
        return list(TwilioVoice().parse(KEYS, given))

    def test_it_reads_keys(self) -> None:
        assert self.read(pressed("4", Step(7, "hi"))) == [Pressed(7)]
        assert self.read(pressed("0", Step(7, "hi"))) == [Pressed(7, solved=False)]
        assert self.read(pressed("1", Step(7, "hi", 4))) == [
            Pressed(7, solved=True, score=4)
        ]
        assert self.read(pressed("", Step(7, "hi", 4))) == [Pressed(7)]

    def test_it_reads_how_a_call_ended(self) -> None:
        sid = fixture("completed")["CallSid"]
        for status, outcome, error in (
            ("completed", "delivered", ""), ("no-answer", "failed", "no-answer"),
            ("busy", "failed", "busy"), ("failed", "failed", "failed"),
            ("canceled", "failed", "canceled"),
        ):  # fmt: skip
            form = fixture("completed") | {"CallStatus": status}
            assert self.read(envelope(form)) == [Receipt(sid, outcome, error)]
        for status in ("queued", "ringing", "in-progress", "something new", ""):
            form = fixture("completed") | {"CallStatus": status}
            assert self.read(envelope(form)) == []

    def test_an_answering_machine_is_nobody(self) -> None:
        for by in ("machine_start", "machine_end_beep", "fax"):
            form = fixture("completed") | {"AnsweredBy": by}
            (found,) = self.read(envelope(form))
            assert (found.outcome, found.error) == ("failed", "no-answer")
        (found,) = self.read(envelope(fixture("completed") | {"AnsweredBy": "human"}))
        assert found.outcome == "delivered"

    def test_it_tells_each_question_and_each_stage_apart(self) -> None:
        wire, sid = TwilioVoice(), fixture("key")["CallSid"]
        steps = [
            Step(7, "hi", score, again) for score in (0, 4) for again in (False, True)
        ]
        found = {wire.identify(KEYS, pressed("1", each)) for each in steps}
        assert {what for what, _id in found} == {"message"} and len(found) == 4
        # The first key that is told of a question counts: no second one of it.
        one = wire.identify(KEYS, pressed("1", steps[0]))
        assert wire.identify(KEYS, pressed("0", steps[0])) == one
        ended = wire.identify(KEYS, envelope(fixture("completed")))
        assert ended == ("receipt", f"{sid}:completed")

    def test_a_question_of_nobody_is_unreadable(self) -> None:
        for url in (f"{HOOK}?step=7-hi-0-0", f"{HOOK}?step=7-hi-0-0.forged"):
            given = envelope(fixture("key"), url)
            assert TwilioVoice().reply(KEYS, given) == TwilioVoice.answer
            with pytest.raises(UnreadableError):
                self.read(given)
