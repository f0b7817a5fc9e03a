"""What the simulator must know of a provider to stand in for it.

    channels_in/simulator/<slug>.py    class MyProvider(Provider)
    channels_in/simulator/server.py    one line in PROVIDERS

Nothing here touches Django: the simulator outlives the desk.
"""

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from channels_in.simulator.knobs import Knobs
from channels_in.simulator.store import Row, Store


@dataclass(frozen=True, slots=True)
class Request:
    """What the desk asked. `path` is without the slug; `base` is how it reached us."""

    method: str
    path: str
    query: str
    body: bytes
    base: str
    headers: Mapping[str, str] = field(default_factory=dict)  # lower-case names


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes = b""
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    made: str = ""  # sid of a message that was taken: its receipts are due
    rings: str = ""  # sid of a call that was taken: a telephone rings

    @classmethod
    def of(cls, status: int, data: Any, made: str = "", rings: str = "") -> "Answer":
        body = json.dumps(data, ensure_ascii=False).encode()
        return cls(status, body, made=made, rings=rings)


@dataclass(frozen=True, slots=True)
class Hook:
    """A signed request to the desk. `url` is public; `reach` is where it is posted."""

    url: str
    body: bytes
    headers: Mapping[str, str]


class Provider(ABC):
    slug: ClassVar[str]
    secret: ClassVar[str]  # its name among the account's secrets
    takes_messages: ClassVar[bool] = True  # of people, at the account's number

    @abstractmethod
    def sends(self, request: Request) -> bool:
        """Whether it is a new message, and no question."""

    @abstractmethod
    def answer(self, store: Store, request: Request, knobs: Knobs) -> Answer:
        """As the provider would; a message taken is in the store afterwards."""

    @abstractmethod
    def refusal(self, status: int, retry_after: int) -> Answer:
        """How it says 400, 429, 500 and 503."""

    @abstractmethod
    def message_hook(self, store: Store, account: Row, message: Row, base: str) -> Hook:
        """A citizen wrote: what the provider posts to us."""

    @abstractmethod
    def receipt_hook(self, account: Row, message: Row) -> Hook | None:
        """A message of ours came to a new status; None where nobody asked."""

    def key_hook(self, account: Row, call: Row, url: str, key: str) -> Hook:
        """Somebody pressed a key in a call of ours, or none in time ("")."""
        raise NotImplementedError

    @abstractmethod
    def recognise(self, body: bytes) -> str:
        """What a recorded body is: "message", "receipt", or nothing of this provider.

        For `manage.py replay`, as is the next.
        """

    @abstractmethod
    def readdress(self, body: bytes, provider_account: str) -> bytes:
        """The same, sent to another account."""

    @abstractmethod
    def sign(self, secret: str, url: str, body: bytes) -> dict[str, str]:
        """The headers by which the desk knows that it is the provider."""
