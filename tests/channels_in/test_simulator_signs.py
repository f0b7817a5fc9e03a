"""Signatures beside those of the test suites of Twilio's libraries."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings

from channels_in.simulator.payloads import Skipped, read
from channels_in.simulator.server import PROVIDERS
from channels_in.simulator.sms_twilio import Twilio

SAMPLES = settings.BASE_DIR / "../shared/samples/twilio"


def vectors() -> list[dict[str, Any]]:
    path = SAMPLES / "signature_vectors.json"
    if not path.exists():
        pytest.skip("the samples are not here")
    found: list[dict[str, Any]] = json.loads(path.read_text())["vectors"]
    return found


class SampleTests:
    def test_it_signs_as_twilio_does(self) -> None:
        seen = 0
        for each in vectors():
            as_is = "as_is" in each.get("hmac_matches_url_form", ())
            if as_is and each["expect_valid"] and isinstance(each["params"], dict):
                body = urlencode(each["params"], doseq=True).encode()
                signed = Twilio().sign(each["auth_token"], each["url"], body)
                assert signed["X-Twilio-Signature"] == each["x_twilio_signature"]
                seen += 1
        assert seen >= 4

    def test_it_leaves_out_calls_with_a_reason(self) -> None:
        number = len(vectors())
        found = list(read(SAMPLES, PROVIDERS))
        assert len(found) == number
        assert all(isinstance(each, Skipped) and each.reason for each in found)
