"""People's phones at the provider that stands in for Twilio.

What somebody heard is read off the telephone, not from our tables.

phones = Phones(simulator, house=w.pune)
phones.heard("99999-00001", "hi")  →  ["registered", "assigned"]
"""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock
from urllib.parse import urlsplit

from django.test import Client

from channels_in.simulator import courier
from channels_in.simulator.server import Simulator
from notices.models import Template
from officers.models import Organisation
from tests.simulator import NUMBER

MOST_PARTS = 2
_BLANK = re.compile(r"\{[a-z]+\}")
_DEVANAGARI = re.compile("[\u0900-\u097f]")


class Phones:
    def __init__(self, simulator: Simulator, house: Organisation) -> None:
        """`house` has the texts."""
        self.simulator = simulator
        self.house = house
        self.bodies: list[str] = []  # of the last look
        self._seen: dict[str, int] = {}

    def heard(self, phone: str, language: str, sender: str = NUMBER) -> list[str]:
        """What came since the last look, oldest first, by the kind of its text."""
        got = [m for m in self.simulator.phone(phone) if m["direction"] == "out"]
        new = got[self._seen.get(phone, 0) :]
        self._seen[phone] = len(got)
        self.bodies = [str(message["body"]) for message in new]
        for message in new:
            assert message["sender"] == sender, message
            assert 1 <= message["segments"] <= MOST_PARTS, message["body"]
            assert "{" not in message["body"], message["body"]
        return [self._kind(body, language) for body in self.bodies]

    def _kind(self, body: str, language: str) -> str:
        """Whose words these are; in another language they would fit nothing."""
        rows = Template.objects.filter(
            organisation=self.house, language=language, channel__in=["any", "sms"]
        )
        fitting = {row.key for row in rows if _pattern(row.text).fullmatch(body)}
        assert len(fitting) == 1, (language, body, fitting)
        return fitting.pop()


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(".+".join(map(re.escape, _BLANK.split(" ".join(text.split())))))


def in_devanagari(texts: list[str]) -> bool:
    return all(_DEVANAGARI.search(text) for text in texts)


@contextmanager
def posting_here() -> Iterator[None]:
    """The provider posts to our hooks from this thread, inside a test's transaction.

    Receipts come from threads of its own: turn those off, `receipts="none"`.
    """

    def asked(_reach: str, row: dict[str, Any]) -> tuple[int, str, bytes]:
        headers = json.loads(row["headers"])
        kind = headers.pop("Content-Type")
        url = urlsplit(row["url"])
        path = f"{url.path}?{url.query}" if url.query else url.path
        answer = Client().post(path, row["body"], content_type=kind, headers=headers)
        return answer.status_code, "", answer.content

    with mock.patch.object(courier, "_asked", asked):
        yield
