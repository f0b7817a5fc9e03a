"""Who writes to the desk in a drill, and a ledger of what the desk accepted.

The ledger is a list in this process, which no drill kills: a message stands in it as
accepted only when the desk answered 200.
"""

import hashlib
import hmac
from base64 import b64encode
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from threading import Lock, local
from time import monotonic, sleep
from urllib.parse import unquote_plus, urlencode, urlsplit

CODE = "drill-sms"
NUMBER = "+919999980999"
SID = "AC" + "d" * 32
SECRET = "known to the drill alone"
PLACES = ("Kothrud", "Aundh", "Hadapsar", "Kondhwa", "Yerawada")
CLIENTS = 8
PAUSE_SECONDS = 0.2
PATIENCE_SECONDS = 120.0


@dataclass(frozen=True)
class Letter:
    """One SMS as the provider hands it over."""

    sid: str
    sender: str
    text: str
    poison: bool = False

    def body(self) -> bytes:
        fields = {
            "MessageSid": self.sid, "AccountSid": SID, "To": NUMBER,
            "Body": self.text, "NumMedia": "0",
        }  # fmt: skip
        if not self.poison:
            fields["From"] = self.sender
        return urlencode(sorted(fields.items())).encode()


def letters(size: int, *, poison_every: int = 0) -> list[Letter]:
    """Each by another person, with words that stand in no other."""
    found = []
    for n in range(size):
        place = PLACES[n % len(PLACES)]
        text = f"No water in {place} since the morning, house {n} of the lane"
        poison = bool(poison_every) and n % poison_every == poison_every - 1
        found.append(Letter(f"SM{n:032x}", f"+9199999{n:05d}", text, poison))
    return found


def signature(url: str, body: bytes) -> str:
    """As Twilio signs a form: the address, then each field's name and value."""
    pairs = sorted(pair.partition(b"=")[::2] for pair in body.split(b"&"))
    joined = url + "".join(
        unquote_plus(name.decode()) + unquote_plus(value.decode())
        for name, value in pairs
    )
    digest = hmac.new(SECRET.encode(), joined.encode(), hashlib.sha1).digest()
    return b64encode(digest).decode()


@dataclass
class Ledger:
    accepted: set[str] = field(default_factory=set)
    refused: int = 0
    longest_silence: float = 0.0
    _last: float = field(default_factory=monotonic)
    _lock: Lock = field(default_factory=Lock)

    def yes(self, sid: str) -> None:
        with self._lock:
            now = monotonic()
            self.longest_silence = max(self.longest_silence, now - self._last)
            self._last = now
            self.accepted.add(sid)

    def no(self) -> None:
        with self._lock:
            self.refused += 1


class Post:
    """Hands letters over by HTTP, and again until each is taken."""

    def __init__(self, url: str, ledger: Ledger) -> None:
        self._url = f"{url}/hooks/sms_twilio/{CODE}/"
        self._there = urlsplit(self._url)
        self._ledger = ledger
        self._own = local()
        self._lines: list[HTTPConnection] = []

    def deliver(
        self,
        wanted: Sequence[Letter],
        *,
        clients: int = CLIENTS,
        step: Callable[[int], None] = lambda n: None,
    ) -> None:
        with ThreadPoolExecutor(clients) as pool:
            for n, _done in enumerate(pool.map(self._one, wanted), 1):
                step(n)
        while self._lines:
            self._lines.pop().close()

    def _one(self, letter: Letter) -> None:
        body = letter.body()
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Twilio-Signature": signature(self._url, body),
        }
        until = monotonic() + PATIENCE_SECONDS
        while monotonic() < until:
            if self._posted(body, headers) == 200:
                self._ledger.yes(letter.sid)
                return
            self._ledger.no()
            sleep(PAUSE_SECONDS)
        raise TimeoutError(f"{letter.sid} was not taken")

    def _posted(self, body: bytes, headers: dict[str, str]) -> int:
        line: HTTPConnection | None = getattr(self._own, "line", None)
        if line is None:
            host, port = self._there.hostname or "", self._there.port
            line = self._own.line = HTTPConnection(host, port, timeout=20)
            self._lines.append(line)
        try:
            line.request("POST", self._there.path, body, headers)
            answer = line.getresponse()
            answer.read()
        except (OSError, HTTPException):
            line.close()
            self._own.line = None
            return 0
        return answer.status
