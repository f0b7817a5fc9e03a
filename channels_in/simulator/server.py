"""The simulator: a provider's service and its customers' phones, on this machine only.

simulator = Simulator(path)     # port=0: any that is free
simulator.start()
simulator.register("sms_twilio", code="pune", number="+919999980001",
                   sid="AC…", secret="…", public="http://127.0.0.1:8000")
simulator.say("99999-00001", "+919999980001", "No water in Aundh")
simulator.phone("99999-00001")
simulator.stop()
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from threading import Event, Thread
from typing import Any
from urllib.parse import urlsplit

from channels_in.simulator.courier import Courier
from channels_in.simulator.exchange import Exchange
from channels_in.simulator.handler import Listener
from channels_in.simulator.here import NotHere, is_loopback
from channels_in.simulator.knobs import Board, Knobs
from channels_in.simulator.messages import (
    IN,
    Photo,
    UnknownNumber,
    keep,
    media_of,
    of_phone,
    phone_number,
)
from channels_in.simulator.people import PHONES
from channels_in.simulator.port import Provider
from channels_in.simulator.sms_twilio import Twilio
from channels_in.simulator.store import Row, Store
from channels_in.simulator.voice_twilio import TwilioVoice

HOST = "127.0.0.1"
PROVIDERS: dict[str, Provider] = {
    Twilio.slug: Twilio(),
    TwilioVoice.slug: TwilioVoice(),
}


class Simulator:
    providers: Mapping[str, Provider] = PROVIDERS

    def __init__(self, path: Path, *, host: str = HOST, port: int = 0) -> None:
        if not is_loopback(host):
            raise NotHere(host)
        self.store = Store(path)
        self.board = Board(self.store)
        self.courier = Courier(self.store, self.board, self.providers)
        self.exchange = Exchange(self.store, self.board, self.courier, self.providers)
        self.stopping = Event()
        try:
            self._listener = Listener((host, port), self)
        except OSError:
            self.store.close()
            raise
        self._thread = Thread(
            target=self._listener.serve_forever, args=(0.1,), daemon=True
        )
        self._add_people()

    @property
    def url(self) -> str:
        host, port = self._listener.server_address[:2]
        return f"http://{host!s}:{port}"

    def start(self) -> None:
        self.courier.start()
        self.exchange.start()
        self._thread.start()

    def stop(self) -> None:
        self.stopping.set()
        if self._thread.is_alive():
            self._listener.shutdown()
            self._thread.join()
        self._listener.hang_up()
        self._listener.server_close()
        self.courier.stop()
        self.store.close()

    # accounts and phones --------------------------------------------------------
    def register(
        self,
        slug: str,
        *,
        code: str,
        number: str,
        sid: str,
        secret: str,
        public: str,
        reach: str = "",
    ) -> None:
        """`public` is what is signed; `reach`, where that differs, what is called."""
        reach = reach or public
        if slug not in self.providers:
            raise KeyError(slug)
        there = urlsplit(reach)
        if there.scheme != "http" or not is_loopback(there.hostname):
            raise NotHere(reach)
        row = {
            "slug": slug, "code": code, "number": number, "sid": sid, "secret": secret,
            "public": public.rstrip("/"), "reach": reach.rstrip("/"),
        }  # fmt: skip
        self.store.insert("accounts", row)

    def add_phone(self, typed: str, name: str = "", language: str = "en") -> str:
        number = phone_number(typed)
        self.store.run(
            "INSERT OR IGNORE INTO phones VALUES (?, ?, ?)", number, name, language
        )
        return number

    def phones(self) -> list[Row]:
        return self.store.all("SELECT * FROM phones ORDER BY rowid")

    def _add_people(self) -> None:
        for person in PHONES:
            self.add_phone(*person)

    # what people do -------------------------------------------------------------
    def say(
        self,
        sender: str,
        to: str,
        text: str,
        *,
        photos: Sequence[Photo] = (),
        wait: bool = True,
    ) -> tuple[str, list[Row]]:
        """The message's sid, and how the desk answered each time it was told.

        With wait=False the desk is told a moment later.
        """
        account = self.store.one("SELECT * FROM accounts WHERE number = ?", to)
        if account is None or not self.providers[account["slug"]].takes_messages:
            raise UnknownNumber(to)
        message = keep(
            self.store,
            account,
            direction=IN,
            sender=phone_number(sender),
            recipient=to,
            body=text,
            photos=tuple(photos),
        )
        base = f"{self.url}/{account['slug']}"
        if wait:
            return message["sid"], self.courier.message(account, message, base)
        self.courier.later(0, lambda: self.courier.message(account, message, base))
        return message["sid"], []

    def phone(self, typed: str) -> list[Row]:
        """Both directions, oldest first; with photos and how the desk was told."""
        messages = of_phone(self.store, phone_number(typed))
        for message in messages:
            media = media_of(self.store, message["sid"])
            message["photos"] = [each["name"] for each in media]
            message["hooks"] = self.hooks(message["sid"])
        return messages

    def calls(self, typed: str) -> list[Row]:
        """Of this phone, the last ones, oldest first, with what was said."""
        return self.exchange.calls_of(phone_number(typed))

    # what it saw ----------------------------------------------------------------
    def hooks(self, message_sid: str) -> list[Row]:
        return self.store.all(
            "SELECT kind, state, status, error, ms FROM hooks WHERE message_sid = ?"
            " ORDER BY id",
            message_sid,
        )

    def requests(self, slug: str = "", *, most: int = 1000) -> list[Row]:
        """What providers were asked, newest first."""
        return self.store.all(
            "SELECT * FROM requests WHERE slug = ? OR ? = '' ORDER BY id DESC LIMIT ?",
            slug, slug, most,
        )  # fmt: skip

    def webhooks(self, *, most: int = 1000) -> list[Row]:
        """What the desk was told, newest first."""
        return self.store.all("SELECT * FROM hooks ORDER BY id DESC LIMIT ?", most)

    def held(self, slug: str) -> int:
        row = self.store.one(
            "SELECT count(*) AS n FROM hooks WHERE slug = ? AND state = 'held'", slug
        )
        return int(row["n"]) if row else 0

    # what goes wrong ------------------------------------------------------------
    def knobs(self, slug: str) -> Knobs:
        return self.board.of(slug)

    def turn(self, slug: str, **values: Any) -> Knobs:
        return self.board.turn(slug, **values)

    def release(self, slug: str, order: str = "reversed") -> int:
        return self.courier.release(slug, order)

    def reset(self) -> None:
        """All that was said, asked and turned; accounts and phones stay."""
        self.store.forget()
        self.board.forget()

    def _shown_phones(self) -> list[Row]:
        known = self.phones()
        numbers = {each["number"] for each in known}
        strangers = [n for n in self.exchange.on_the_line() if n not in numbers]
        return known + [{"number": n, "name": "", "language": ""} for n in strangers]

    def state(self) -> dict[str, Any]:
        """All that the page with the phones shows."""
        return {
            "phones": [
                each
                | {
                    "messages": self.phone(each["number"]),
                    "calls": self.calls(each["number"]),
                }
                for each in self._shown_phones()
            ],
            "knobs": {slug: asdict(self.knobs(slug)) for slug in self.providers},
            "held": {slug: self.held(slug) for slug in self.providers},
            "requests": self.requests(most=12),
            "webhooks": self.webhooks(most=12),
        }
