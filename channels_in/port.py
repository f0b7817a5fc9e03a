"""What a provider's wire must do to bring messages in. One folder per wire.

    channels_in/<slug>/wire.py    class MyWire(Wire): verify, identify, parse, send
    config/wiring.py              one line in CHANNELS
    docs/channels/<slug>.md       what to enter at the provider and here
    tests/channels_in/test_<slug>.py   inherits ChannelContract, with own fixtures

The view (views/hooks.py) does no more than verify, identify and store; the worker
parses later, so `parse` may fail without a message being lost.
"""

from abc import abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from notices.port import Keys, Sender

# Kept beside the provider's headers; no request can bring it.
QUERY = "x-sunwai-query"


class UnverifiedError(Exception):
    """Not from the provider, or we have no secret to tell: refused, nothing stored."""


class UnreadableError(Exception):
    """From the provider, but not in a shape we know; the code is shown to staff."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """A request as it arrived: what is verified, stored and parsed.

    `url` is the public address it was posted to (SUNWAI_PUBLIC_URL + path + query),
    never built from the request's own Host. `headers` are lower-case.
    """

    url: str
    body: bytes = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Media:
    """A file that the provider keeps for us: fetched by a job, never in a request."""

    url: str
    content_type: str = ""


@dataclass(frozen=True, slots=True)
class Incoming:
    """What one person sent: one text and its photos."""

    provider_id: str
    sender: str  # address in the channel, such as +919999900001
    text: str
    media: tuple[Media, ...] = ()
    sender_name: str = ""
    sent_at: datetime | None = None  # by the provider's clock, where it tells


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a message of ours. `outcome`: sent, delivered or failed."""

    provider_id: str
    outcome: str
    error: str = ""  # the provider's code


@dataclass(frozen=True, slots=True)
class Pressed:
    """A key of a telephone, in a call of ours.

    `solved` is None as long as that does not say it; `score` is None where they said
    "not solved" before any rating.
    """

    notice_id: int  # of the call
    solved: bool | None = None
    score: int | None = None


class Wire(Sender):
    slug: ClassVar[str]  # as in CHANNELS and in the hook's address
    channel: ClassVar[str]  # sms, whatsapp, telegram, …
    source: ClassVar[str]  # code of the complaint's Source
    longest_body: ClassVar[int] = 64 * 1024
    # Kept beside the body; all that verify or parse ask for.
    headers: ClassVar[frozenset[str]] = frozenset({"content-type"})
    # Does what was asked stand in the address? Then its query is kept too.
    keeps_query: ClassVar[bool] = False
    # What the provider is told once the message is stored.
    answer: ClassVar[bytes] = b""
    answer_type: ClassVar[str] = "text/plain"
    # Hosts that photos may be fetched from.
    media_hosts: ClassVar[frozenset[str]] = frozenset()

    @abstractmethod
    def verify(self, keys: Keys, envelope: Envelope) -> None:
        """Raises UnverifiedError; an unset secret is one. Constant time."""

    @abstractmethod
    def identify(self, keys: Keys, envelope: Envelope) -> tuple[str, str]:
        """("message" | "receipt", the provider's id): what makes a repeat a repeat."""

    @abstractmethod
    def parse(
        self, keys: Keys, envelope: Envelope
    ) -> Iterable[Incoming | Receipt | Pressed]:
        """What it says; nothing for kinds we do not know. Raises UnreadableError."""

    def reply(self, keys: Keys, envelope: Envelope) -> bytes:
        """What the provider is told at once, where that depends on what it posted.

        Asked in the request, when the row is stored: no database here.
        """
        return self.answer

    def recent(self, keys: Keys, since: datetime) -> Iterable[Envelope] | None:
        """What the provider has taken in since then; None where it cannot be asked.

        The reconcile job offers each to the inbox, which knows those it has.
        """
        return None

    def media_auth(self, keys: Keys) -> tuple[str, str] | None:
        """User and password for fetching photos."""
        return None
