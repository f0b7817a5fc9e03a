"""The way out: claim, commit, send outside any transaction, write down what came of it.

    queued -> sending -> sent -> delivered (receipts.py)
                      -> queued again, later | failed | unsure (doubts.py)
    queued -> expired    too late to be worth reading, or overtaken (due.py)
    queued -> stopped    its reader asked us to be silent

A worker that dies between sending and writing leaves a claim that nobody gives back.
Its lease runs out and the notice is *unsure*: it is never silently sent twice.
"""

import logging
from collections import Counter
from datetime import datetime
from functools import partial
from time import monotonic
from traceback import format_tb

from django.db import InterfaceError, OperationalError

from notices import doubts, due
from notices.breaker import Breakers
from notices.due import Due, Line
from notices.flights import Flight, Flights, Landed
from notices.models import Notice
from notices.outcomes import failed, in_doubt, sent
from notices.port import DeliveryError
from notices.wires import message_of, refuse_unregistered, sender_for
from operations.switches import MESSAGES, frozen
from operations.ticks import TickTooLongError

# So long a tick waits for what it sent; what comes later, a later tick writes down.
TURN_SECONDS = 0.3
MOST_LOOKS = 8

log = logging.getLogger(__name__)

# Of this process: what is under way between two ticks.
_flights = Flights()


def tick(at: datetime) -> int:
    """One turn; what is still under way counts as work."""
    return _Turn(at, _flights).run()


class _Turn:
    def __init__(self, at: datetime, flights: Flights) -> None:
        self._at = at
        self._flights = flights
        self._breakers = Breakers()
        self._until = monotonic() + TURN_SECONDS
        self._waiting: list[Due] = []
        self._busy: set[Line] = set()  # not ours to write to in this turn
        self._done = 0

    def run(self) -> int:
        self._land(0.0)
        if not frozen(MESSAGES):
            self._done += due.drop_late(self._at)
            self._done += doubts.settle(self._at, self._flights, self._breakers)
            self._pick()
            self._work()
        return self._done + len(self._flights)

    def _work(self) -> None:
        while True:
            claimed = self._start()
            if monotonic() >= self._until:
                return
            if not self._flights:
                if claimed and self._waiting:
                    continue  # all of them were refused by ourselves
                return
            asked = self._land(self._until - monotonic())
            if asked and not self._waiting:
                self._pick()

    def _pick(self) -> None:
        """A batch; and more past the senders whose hands it fills and the people it is
        for: else a hundred messages by a slow one, or to one, would stand before all
        others."""
        shut, full = self._breakers.open(self._at), self._flights.full()
        people = {address for *_from, address in self._flights.lines()}
        for _look in range(MOST_LOOKS):
            rows, stopped = due.pick(self._at, due.blocked(full, shut, people))
            self._done += stopped
            self._waiting += rows
            if len(rows) + stopped < due.BATCH or not rows:
                break
            full |= self._filled()
            people |= {address for *_from, address in (row.line for row in rows)}
        if self._waiting:
            self._busy = due.under_way(self._at) - self._flights.lines()

    def _filled(self) -> set[str]:
        lines = {(row.slug, row.line) for row in self._waiting}
        waiting = Counter(slug for slug, _line in lines)
        return {
            slug for slug, many in waiting.items() if many >= self._flights.free(slug)
        }

    def _start(self) -> int:
        """As many as each sender has hands for; the rest waits for its turn."""
        ready = self._ready()
        if not ready:
            return 0
        claimed = {notice.pk: notice for notice in due.claim(ready, self._at)}
        for row in ready:
            notice = claimed.get(row.pk)
            if notice is None:
                self._busy.add(row.line)  # another worker has it
            if notice is None or not self._sends(notice, row):
                self._breakers.give_back(row.breaker, self._at)
        return len(claimed)

    def _ready(self) -> list[Due]:
        """Of each person's the first, once the one before it has landed."""
        ready, rest = [], []
        taken: Counter[str] = Counter()
        lines = self._flights.lines()
        for row in self._waiting:
            if row.line in self._busy:
                continue
            if row.line in lines or taken[row.slug] >= self._flights.free(row.slug):
                rest.append(row)
            elif self._breakers.lets_through(row.breaker, self._at):
                taken[row.slug] += 1
                ready.append(row)
            else:
                self._busy.add(row.line)  # or the next would go past this one
            lines.add(row.line)
        self._waiting = rest
        return ready

    def _sends(self, notice: Notice, row: Due) -> bool:
        try:
            refuse_unregistered(notice)
            call = partial(sender_for(notice).send, message_of(notice))
        except (OperationalError, InterfaceError, TickTooLongError):
            raise
        except DeliveryError as error:
            self._refused(notice, error)
            return False
        except Exception as error:  # one bad row must not stop the others
            log.error("notice %s: no message of it", notice.pk, exc_info=error)
            self._refused(notice, DeliveryError(type(error).__name__))
            return False
        flight = Flight(notice, notice.claim, row.slug, row.breaker, row.line)
        self._flights.take_off(flight, call)
        return True

    def _refused(self, notice: Notice, error: DeliveryError) -> None:
        failed(notice, notice.claim, error, self._at)
        self._done += 1

    def _land(self, wait_seconds: float) -> bool:
        """Write down what has come back; whether answers of a provider were among it.

        What cannot be written, for the database is away, is kept for the next tick.
        """
        asked = False
        while (landed := self._flights.landed(wait_seconds)) is not None:
            wait_seconds = 0.0
            written = False
            try:
                self._write(landed)
                written = True
            finally:
                (self._flights.done if written else self._flights.keep)(landed)
            self._done += 1
            asked = asked or landed.flight.asks
        return asked

    def _write(self, landed: Landed) -> None:
        flight, error, at = landed.flight, landed.error, self._at
        if flight.asks:
            _told(landed)
            doubts.answered(flight, landed.result, at)
        elif error is None and isinstance(landed.result, str):
            sent(flight.notice, flight.claim, landed.result, at)
            self._breakers.succeeded(flight.breaker)
        elif isinstance(error, DeliveryError):
            failed(flight.notice, flight.claim, error, at)
            if error.permanent:
                self._breakers.succeeded(flight.breaker)
            else:
                self._breakers.failed(flight.breaker, at, error.after)
        else:
            _told(landed)
            in_doubt(flight.notice, flight.claim, type(error).__name__, at)
            self._breakers.failed(flight.breaker, at)


def _told(landed: Landed) -> None:
    """A sender that breaks: where, without its words, which may hold an address."""
    error = landed.error
    if error is not None and not isinstance(error, DeliveryError):
        where = "".join(format_tb(error.__traceback__))
        name = type(error).__name__
        log.error(
            "notice %s: sender broke, %s\n%s", landed.flight.notice.pk, name, where
        )
