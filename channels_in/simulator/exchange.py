"""Telephones that ring: a call of the desk's, from the first ring to the last word.

    queued -> ringing -> in-progress -> completed
                      -> no-answer | busy | failed

Somebody on the page with the phones picks up, hears what the desk lets the provider
say, and presses keys; each is posted to the desk, which answers with what is said next.
"""

import json
import re
import time
import uuid
from collections.abc import Mapping
from xml.etree import ElementTree as ET

from channels_in.simulator.courier import Courier
from channels_in.simulator.knobs import Board
from channels_in.simulator.port import Provider
from channels_in.simulator.store import Row, Store

TO_RING_SECONDS = 0.1
RINGS_SECONDS = 60.0  # longer than a telephone does: somebody looks for the page
LONGEST_CALL_SECONDS = 180.0
QUEUED, RINGING, TALKING, COMPLETED = "queued", "ringing", "in-progress", "completed"
MOST_SHOWN = 3
MOST_STRANGERS = 4
_LANGUAGE = re.compile(r'language="([a-z]{2})-')


class NoSuchCall(KeyError):
    """No call has this sid, or it does not wait for this."""


class Exchange:
    def __init__(
        self,
        store: Store,
        board: Board,
        courier: Courier,
        providers: Mapping[str, Provider],
    ) -> None:
        self._store, self._board = store, board
        self._courier, self._providers = courier, providers

    def start(self) -> None:
        """Calls of before a restart go on; who was talking has hung up."""
        for call in self._store.all("SELECT sid, status FROM calls"):
            if call["status"] in (QUEUED, RINGING):
                self.ring(call["sid"])
            elif call["status"] == TALKING:
                self._later(0, call["sid"], TALKING, COMPLETED)

    def calls_of(self, number: str, *, most: int = MOST_SHOWN) -> list[Row]:
        """The last ones, oldest first; `said` is a list of [who, words]."""
        rows = self._store.all(
            "SELECT sid, status, sender, recipient, action, said, twiml, created"
            " FROM calls WHERE recipient = ? ORDER BY id DESC LIMIT ?",
            number, most,
        )  # fmt: skip
        return [_shown(row) for row in rows[::-1]]

    def on_the_line(self) -> list[str]:
        """Numbers that ring or talk now: whoever it is shall be able to pick up."""
        rows = self._store.all(
            "SELECT DISTINCT recipient FROM calls WHERE status IN (?, ?)"
            " ORDER BY recipient LIMIT ?",
            RINGING, TALKING, MOST_STRANGERS,
        )  # fmt: skip
        return [str(row["recipient"]) for row in rows]

    # what happens by itself -----------------------------------------------------
    def ring(self, sid: str) -> None:
        self._courier.later(TO_RING_SECONDS, lambda: self._rings(sid))

    def _rings(self, sid: str) -> None:
        call = self._by(sid)
        if call is None:
            return
        knob = self._board.of(call["slug"]).calls
        if knob != "rings":
            self._end(sid, call["status"], knob)
        elif self._move(sid, call["status"], RINGING):
            self._later(RINGS_SECONDS, sid, RINGING, "no-answer")

    def _later(self, seconds: float, sid: str, before: str, status: str) -> None:
        self._courier.later(seconds, lambda: self._end(sid, before, status))

    def _end(self, sid: str, before: str, status: str) -> None:
        if not self._move(sid, before, status):
            return
        call = self._by(sid)
        account = self._account(call)
        if call is None or account is None:
            return
        hook = self._providers[call["slug"]].receipt_hook(account, call)
        if hook is not None:
            self._courier.tell(account, sid, f"call {status}", hook)

    # what a person does ---------------------------------------------------------
    def pick_up(self, sid: str) -> None:
        if not self._move(sid, RINGING, TALKING):
            raise NoSuchCall(sid)
        self._store.run("UPDATE calls SET answered = ? WHERE sid = ?", time.time(), sid)
        self._later(LONGEST_CALL_SECONDS, sid, TALKING, COMPLETED)
        call = self._by(sid)
        if call is not None:
            self._listen(call, call["twiml"].encode())

    def press(self, sid: str, key: str) -> None:
        """A figure, or "" for nothing at all. Each question takes one key."""
        call = self._by(sid)
        account = self._account(call)
        if call is None or account is None or not call["action"]:
            raise NoSuchCall(sid)
        if not self._store.run(
            "UPDATE calls SET action = '' WHERE sid = ? AND action = ?",
            sid, call["action"],
        ):  # fmt: skip
            raise NoSuchCall(sid)
        self._heard(sid, [["key", key]])
        provider = self._providers[call["slug"]]
        hook = provider.key_hook(account, call, call["action"], key)
        status, body = self._courier.ask(account, sid, f"key {key}".strip(), hook)
        self._listen(call, body if status == 200 else b"")

    def hang_up(self, sid: str) -> None:
        """While it rings, that is to refuse it."""
        if self._status(sid) == RINGING:
            self._end(sid, RINGING, "busy")
        else:
            self._end(sid, TALKING, COMPLETED)

    # TwiML ----------------------------------------------------------------------
    def _listen(self, call: Row, twiml: bytes) -> None:
        """Say what is to be said, up to the next question or the end."""
        sid = call["sid"]
        for verb in _verbs(twiml):
            if verb.tag == "Gather":
                self._heard(sid, [["desk", words] for words in _words(verb)])
                self._store.run(
                    "UPDATE calls SET action = ? WHERE sid = ?",
                    verb.get("action", "").partition("#")[0], sid,
                )  # fmt: skip
                return
            if verb.tag == "Say":
                self._heard(sid, [["desk", verb.text or ""]])
            if verb.tag == "Hangup":
                break
        self._end(sid, TALKING, COMPLETED)

    # rows -----------------------------------------------------------------------
    def _heard(self, sid: str, lines: list[list[str]]) -> None:
        call = self._by(sid)
        if call is not None:
            said = json.dumps(json.loads(call["said"]) + lines, ensure_ascii=False)
            self._store.run("UPDATE calls SET said = ? WHERE sid = ?", said, sid)

    def _move(self, sid: str, before: str, status: str) -> bool:
        return bool(
            self._store.run(
                "UPDATE calls SET status = ?, updated = ? WHERE sid = ? AND status = ?",
                status, time.time(), sid, before,
            )
        )  # fmt: skip

    def _status(self, sid: str) -> str:
        call = self._by(sid)
        if call is None:
            raise NoSuchCall(sid)
        return str(call["status"])

    def _by(self, sid: str) -> Row | None:
        return self._store.one("SELECT * FROM calls WHERE sid = ?", sid)

    def _account(self, call: Row | None) -> Row | None:
        return self._courier.account(call["slug"], call["code"]) if call else None


def keep_call(
    store: Store, account: Row, *, recipient: str, callback: str, twiml: str
) -> Row:
    now = time.time()
    row: Row = {
        "sid": "CA" + uuid.uuid4().hex,
        "slug": account["slug"],
        "account_sid": account["sid"],
        "code": account["code"],
        "sender": account["number"],
        "recipient": recipient,
        "callback": callback,
        "status": QUEUED,
        "twiml": twiml,
        "action": "",
        "said": "[]",
        "created": now,
        "answered": None,
        "updated": now,
    }
    row["id"] = store.insert("calls", row)
    return row


def _shown(row: Row) -> Row:
    found = _LANGUAGE.search(row["twiml"])
    told = {name: row[name] for name in ("sid", "status", "sender", "created")}
    return told | {
        "said": json.loads(row["said"]),
        "action": bool(row["action"]),
        "language": found[1] if found else "",
    }


def _verbs(twiml: bytes) -> list[ET.Element]:
    """Our own desk's, on this machine; what is no TwiML ends the call."""
    try:
        return list(ET.fromstring(twiml))  # noqa: S314  ours
    except ET.ParseError:
        return []


def _words(verb: ET.Element) -> list[str]:
    return [say.text or "" for say in verb.iter("Say")]
