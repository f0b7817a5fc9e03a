"""Brings the desk what happened: a citizen's message, the receipts of its own.

As Twilio does it: five seconds to connect, fifteen in all, one more try if nobody
picked up, and then the message is only in the provider's list.
"""

import heapq
import json
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from itertools import count
from threading import Condition, Thread
from urllib.parse import urlsplit

from channels_in.simulator.knobs import Board
from channels_in.simulator.messages import by_sid, move
from channels_in.simulator.port import Hook, Provider
from channels_in.simulator.store import Row, Store

TIMEOUT_SECONDS = 15.0
TO_SENT_SECONDS = 0.1
ORDERS: dict[str, Callable[[list[Row]], list[Row]]] = {
    "as_sent": lambda rows: rows,
    "reversed": lambda rows: rows[::-1],
    "mixed": lambda rows: rows[1::2] + rows[::2],
}


class Courier:
    def __init__(
        self, store: Store, board: Board, providers: Mapping[str, Provider]
    ) -> None:
        self._store, self._board, self._providers = store, board, providers
        self._pool = ThreadPoolExecutor(16, "courier")
        self._due: list[tuple[float, int, Callable[[], object]]] = []
        self._numbers = count()
        self._changed = Condition()
        self._stopped = False
        self._clock = Thread(target=self._watch, name="courier-clock", daemon=True)

    def start(self) -> None:
        self._clock.start()
        for row in self._store.all(
            "SELECT sid FROM messages WHERE status IN ('queued', 'sent')"
        ):
            self.receipts(row["sid"])

    def stop(self) -> None:
        with self._changed:
            self._stopped = True
            self._changed.notify()
        self._clock.join(5)
        self._pool.shutdown(wait=True, cancel_futures=True)

    # what is due ----------------------------------------------------------------
    def message(self, account: Row, message: Row, base: str) -> list[Row]:
        provider = self._providers[account["slug"]]
        hook = provider.message_hook(self._store, account, message, base)
        return self.tell(account, message["sid"], "message", hook)

    def receipts(self, sid: str) -> None:
        """A message that was taken goes on its way: sent, then delivered or not."""
        self.later(TO_SENT_SECONDS, lambda: self._sent(sid))

    def _sent(self, sid: str) -> None:
        self._move(sid, "sent")
        message = by_sid(self._store, sid)
        if message is not None:
            delay = self._board.of(message["slug"]).receipts_ms / 1000
            self.later(delay, lambda: self._arrived(sid))

    def _arrived(self, sid: str) -> None:
        message = by_sid(self._store, sid)
        if message is not None:
            failed = self._board.of(message["slug"]).receipts == "failed"
            self._move(sid, "undelivered" if failed else "delivered")

    def _move(self, sid: str, status: str) -> None:
        message = move(self._store, sid, status)
        if message is None or self._board.of(message["slug"]).receipts == "none":
            return
        account = self.account(message["slug"], message["code"])
        if account is None:
            return
        hook = self._providers[account["slug"]].receipt_hook(account, message)
        if hook is not None:
            self.tell(account, sid, f"receipt {status}", hook)

    # posting --------------------------------------------------------------------
    def ask(self, account: Row, sid: str, kind: str, hook: Hook) -> tuple[int, bytes]:
        """What the desk answers, where that matters; the first of repeats."""
        times = self._board.of(account["slug"]).repeat
        answers = []
        for _time in range(times):
            entry = self._store.insert("hooks", _line(account, sid, kind, hook))
            began = time.monotonic()
            status, error, body = _asked(
                account["reach"], _line(account, sid, kind, hook)
            )
            self._written(entry, status, error, began)
            answers.append((status, body))
        return answers[0]

    def tell(self, account: Row, sid: str, kind: str, hook: Hook) -> list[Row]:
        """One line for each time it is posted, or held back."""
        knobs = self._board.of(account["slug"])
        state = "held" if knobs.hold else "posted"
        row = _line(account, sid, kind, hook) | {"state": state}
        ids = [self._store.insert("hooks", row) for _ in range(knobs.repeat)]
        if not knobs.hold:
            self._post_all(ids, together=knobs.together)
        return [found for each in ids if (found := self._hook(each))]

    def release(self, slug: str, order: str) -> int:
        """Post what was held back, in another order."""
        held = self._store.all(
            "SELECT id FROM hooks WHERE slug = ? AND state = 'held' ORDER BY id", slug
        )
        ids = [row["id"] for row in ORDERS[order](held)]
        claimed = [
            each
            for each in ids
            if self._store.run(
                "UPDATE hooks SET state = 'posted' WHERE id = ? AND state = 'held'",
                each,
            )
        ]
        self._post_all(claimed, together=False)
        return len(claimed)

    def _post_all(self, ids: list[int], *, together: bool) -> None:
        if together:
            wait([self._pool.submit(self._post, each) for each in ids])
            return
        for each in ids:
            self._post(each)

    def _post(self, hook_id: int) -> None:
        row = self._hook(hook_id)
        account = self.account(row["slug"], row["code"]) if row else None
        if row is None or account is None:
            return
        began = time.monotonic()
        status, error = _posted(account["reach"], row)
        self._written(hook_id, status, error, began)

    def _written(self, hook_id: int, status: int, error: str, began: float) -> None:
        spent = int((time.monotonic() - began) * 1000)
        self._store.run(
            "UPDATE hooks SET status = ?, error = ?, ms = ? WHERE id = ?",
            status, error, spent, hook_id,
        )  # fmt: skip

    def _hook(self, hook_id: int) -> Row | None:
        return self._store.one("SELECT * FROM hooks WHERE id = ?", hook_id)

    def account(self, slug: str, code: str) -> Row | None:
        return self._store.one(
            "SELECT * FROM accounts WHERE slug = ? AND code = ?", slug, code
        )

    # the clock ------------------------------------------------------------------
    def later(self, seconds: float, errand: Callable[[], object]) -> None:
        with self._changed:
            due = time.monotonic() + seconds
            heapq.heappush(self._due, (due, next(self._numbers), errand))
            self._changed.notify()

    def _watch(self) -> None:
        with self._changed:
            while not self._stopped:
                now = time.monotonic()
                while self._due and self._due[0][0] <= now:
                    self._pool.submit(heapq.heappop(self._due)[2])
                left = self._due[0][0] - now if self._due else None
                self._changed.wait(left)


def _line(account: Row, sid: str, kind: str, hook: Hook) -> Row:
    return {
        "at": time.time(), "slug": account["slug"], "code": account["code"],
        "message_sid": sid, "kind": kind, "url": hook.url, "body": hook.body,
        "headers": json.dumps({**hook.headers}), "state": "posted",
    }  # fmt: skip


def _posted(reach: str, row: Row) -> tuple[int, str]:
    """The status the desk answered; 0 and a reason if it did not."""
    return _asked(reach, row)[:2]


def _asked(reach: str, row: Row) -> tuple[int, str, bytes]:
    """… and what it said."""
    for again in (True, False):
        try:
            status, body = _post_once(reach, row)
        except ConnectionRefusedError:
            if not again:
                return 0, "refused", b""
        except (OSError, HTTPException) as error:
            return 0, type(error).__name__, b""
        else:
            return status, "", body
    return 0, "", b""


def _post_once(reach: str, row: Row) -> tuple[int, bytes]:
    there, url = urlsplit(reach), urlsplit(row["url"])
    path = f"{url.path}?{url.query}" if url.query else url.path
    desk = HTTPConnection(there.hostname or "", there.port, timeout=TIMEOUT_SECONDS)
    try:
        desk.request("POST", path, row["body"], json.loads(row["headers"]))
        answer = desk.getresponse()
        body = b""
        with suppress(HTTPException):
            body = answer.read(64 * 1024)
        return answer.status, body
    finally:
        desk.close()
