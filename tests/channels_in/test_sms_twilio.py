"""SMS by Twilio: signatures, shapes, what is asked of it."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlencode

import pytest
from django.conf import settings
from twilio.request_validator import RequestValidator

from channels_in.port import (
    Envelope,
    Incoming,
    Receipt,
    UnreadableError,
    UnverifiedError,
)
from channels_in.sms_twilio.form import FORM
from channels_in.sms_twilio.wire import TwilioSms
from notices.credentials import seal
from notices.models import ChannelAccount
from notices.port import Keys
from officers.models import Organisation
from tests.channel_contract import ChannelContract, Delivery
from tests.channels_in.stage import SID, TOKEN, account_of, fixture

VECTORS = (
    Path(__file__).parents[2].parent / "shared/samples/twilio/signature_vectors.json"
)
KEYS = Keys(code="pune-sms", provider_account=SID, secrets={"auth_token": TOKEN})


def envelope(
    form: dict[str, str], url: str = "https://desk.example.org/hooks/sms_twilio/x/"
) -> Envelope:
    signature = RequestValidator(TOKEN).compute_signature(url, form)
    headers = {"content-type": FORM, "x-twilio-signature": signature}
    return Envelope(url, urlencode(form).encode(), headers)


class TwilioSmsTests(ChannelContract):
    __test__: ClassVar[bool] = True
    slug = "sms_twilio"
    signature_header = "X-Twilio-Signature"

    def make_account(
        self, organisation: Organisation, code: str, *, secret: str
    ) -> ChannelAccount:
        return account_of(
            organisation, code, address=f"+9199999{80000 + sum(code.encode()):05d}",
            sealed=seal({"auth_token": secret}),
            # each of its own, as a customer of Twilio's has
            provider_account=SID[:-len(code)] + code,
        )  # fmt: skip

    def sign(self, path: str, body: bytes, *, secret: str) -> Delivery:
        fields = dict(parse_qsl(body.decode(errors="replace"), keep_blank_values=True))
        url = f"{settings.PUBLIC_URL}{path}"
        signature = RequestValidator(secret).compute_signature(url, fields)
        return Delivery(body, FORM, {self.signature_header: signature})

    def message(self, provider_id: str, text: str) -> bytes:
        form = fixture("message") | {
            "MessageSid": provider_id, "Body": text, "AccountSid": SID[:-3] + "one",
        }  # fmt: skip
        return urlencode(form).encode()

    def unknown(self) -> bytes:
        return b"EventType=onConversationAdded&ConversationSid=CH1"

    def unreadable(self) -> bytes:
        return b"MessageSid=SM7&Body=lost+words&To=%2B919999980001"


class SignatureTests:
    @pytest.mark.skipif(not VECTORS.exists(), reason="needs ../shared beside the tree")
    def test_it_agrees_with_twilios_own_libraries(self) -> None:
        vectors = json.loads(VECTORS.read_text())["vectors"]
        assert len(vectors) == 19
        wrong = [v["id"] for v in vectors if _valid(v) != v["expect_valid"]]
        assert not wrong

    def test_it_holds_for_addresses_with_and_without_the_port(self) -> None:
        form = fixture("message")
        given = envelope(form, "https://desk.example.org:443/hooks/sms_twilio/x/")
        bare = replace(given, url="https://desk.example.org/hooks/sms_twilio/x/")
        TwilioSms().verify(KEYS, bare)

    def test_it_breaks_with_the_address(self) -> None:
        given = envelope(fixture("message"))
        for url in (
            given.url + "?x=1", given.url.replace("https", "http"),
            given.url.replace("/x/", "/y/"), given.url.replace("desk", "evil"),
        ):  # fmt: skip
            with pytest.raises(UnverifiedError):
                TwilioSms().verify(KEYS, replace(given, url=url))

    def test_it_takes_a_repeated_field_once_and_the_first(self) -> None:
        given = envelope(fixture("message"))
        TwilioSms().verify(KEYS, given)
        for extra in (b"&Body=other", b"&From=%2B910", b"&Extra=1"):
            with pytest.raises(UnverifiedError):
                TwilioSms().verify(KEYS, replace(given, body=given.body + extra))

    def test_it_refuses_another_customers_account(self) -> None:
        other = envelope(fixture("message") | {"AccountSid": "AC" + "2" * 32})
        with pytest.raises(UnverifiedError):
            TwilioSms().verify(KEYS, other)

    def test_it_refuses_a_body_that_nobody_signed(self) -> None:
        """JSON is signed by a digest in the address, or not at all."""
        url = "https://desk.example.org/hooks/sms_twilio/x/"
        signature = RequestValidator(TOKEN).compute_signature(url, {})
        headers = {"content-type": "application/json", "x-twilio-signature": signature}
        for body in (b"", b"{}", b'{"MessageSid": "SM1"}'):
            with pytest.raises(UnverifiedError):
                TwilioSms().verify(KEYS, Envelope(url, body, headers))

    def test_it_refuses_more_fields_than_a_message_has(self) -> None:
        body = "&".join(f"f{n}=1" for n in range(5000)).encode()
        headers = {"content-type": FORM, "x-twilio-signature": "x"}
        with pytest.raises((UnverifiedError, UnreadableError)):
            TwilioSms().verify(
                KEYS, Envelope("https://desk.example.org/", body, headers)
            )


def _valid(vector: dict[str, Any]) -> bool:
    body = vector.get("body")
    pairs = [
        (name, value)
        for name, values in (vector.get("params") or {}).items()
        for value in (values if isinstance(values, list) else [values])
    ]
    headers = {"content-type": FORM if body is None else "application/json"}
    if vector["x_twilio_signature"] is not None:
        headers["x-twilio-signature"] = vector["x_twilio_signature"]
    raw = urlencode(pairs).encode() if body is None else body.encode()
    keys = Keys(secrets={"auth_token": vector["auth_token"]})
    try:
        TwilioSms().verify(keys, Envelope(vector["url"], raw, headers))
    except UnverifiedError:
        return False
    return True


class ShapeTests:
    def read(self, name: str, **over: str) -> list[Incoming | Receipt]:
        return list(TwilioSms().parse(KEYS, envelope(fixture(name) | over)))

    def test_it_reads_a_message(self) -> None:
        (found,) = self.read("message", Body="पानी नहीं आ रहा 🚰")
        assert isinstance(found, Incoming)
        assert found.text == "पानी नहीं आ रहा 🚰"
        assert found.sender == "+919999900001"
        assert found.provider_id == "SM00000000000000000000000000000001"
        assert not found.media

    def test_it_reads_photos(self) -> None:
        (found,) = self.read("photo")
        assert isinstance(found, Incoming)
        assert [each.content_type for each in found.media] == ["image/jpeg"]
        assert found.media[0].url.startswith("https://api.twilio.com/")

    def test_it_bears_any_number_of_photos(self) -> None:
        for number in ("", "-1", "x", "99999999999", "٣"):
            (found,) = self.read("photo", NumMedia=number)
            assert isinstance(found, Incoming) and len(found.media) <= 1

    def test_it_reads_receipts(self) -> None:
        assert self.read("receipt") == [
            Receipt("SM00000000000000000000000000000009", "failed", "30003")
        ]
        for stage, outcome in (
            ("sent", "sent"), ("delivered", "delivered"), ("read", "delivered"),
            ("failed", "failed"),
        ):  # fmt: skip
            (found,) = self.read("receipt", MessageStatus=stage)
            assert isinstance(found, Receipt) and found.outcome == outcome
        for stage in ("queued", "sending", "accepted", "something new"):
            assert self.read("receipt", MessageStatus=stage) == []

    def test_it_tells_each_stage_apart(self) -> None:
        wire = TwilioSms()
        ids = {
            wire.identify(KEYS, envelope(fixture("receipt") | {"MessageStatus": each}))
            for each in ("sent", "delivered")
        }
        assert ids == {
            ("receipt", "SM00000000000000000000000000000009:sent"),
            ("receipt", "SM00000000000000000000000000000009:delivered"),
        }
