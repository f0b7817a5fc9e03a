"""Sends under way: in threads, so that a slow provider holds up nobody else.

A thread does nothing but ask the provider and lay down what came of it. It knows no
database; the worker's own thread writes the results, in the same tick or a later one.
If the process ends, the threads end with it, and the leases of their notices run out.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Thread

from notices.due import Line
from notices.models import Notice

MOST_AT_ONCE = 8  # of one sender


@dataclass(frozen=True, slots=True)
class Flight:
    """`asks`: not a send but the question what became of one (Sender.look_up).

    `line`: who gets it, from whom; nobody has another until this one has landed.
    """

    notice: Notice
    claim: str
    slug: str
    breaker: str
    line: Line | None = None
    asks: bool = False


@dataclass(frozen=True, slots=True)
class Landed:
    flight: Flight
    result: str | None = None
    error: BaseException | None = None


class Flights:
    def __init__(self) -> None:
        self._landed: SimpleQueue[Landed] = SimpleQueue()
        self._by_sender: Counter[str] = Counter()
        self._lines: set[Line] = set()

    def __len__(self) -> int:
        return self._by_sender.total()

    def free(self, slug: str) -> int:
        return MOST_AT_ONCE - self._by_sender[slug]

    def full(self) -> set[str]:
        return {slug for slug in self._by_sender if self.free(slug) <= 0}

    def lines(self) -> set[Line]:
        return set(self._lines)

    def take_off(self, flight: Flight, call: Callable[[], str | None]) -> None:
        self._by_sender[flight.slug] += 1
        if flight.line is not None:
            self._lines.add(flight.line)
        Thread(target=self._fly, args=(flight, call), daemon=True).start()

    def _fly(self, flight: Flight, call: Callable[[], str | None]) -> None:
        try:
            landed = Landed(flight, result=call())
        except BaseException as error:  # noqa: BLE001  its row must hear of it
            landed = Landed(flight, error=error)
        self._landed.put(landed)

    def landed(self, wait_seconds: float) -> Landed | None:
        """The next one that came back; `done` or `keep` must follow."""
        if not len(self):
            return None
        try:
            return self._landed.get(timeout=max(wait_seconds, 0.0))
        except Empty:
            return None

    def done(self, landed: Landed) -> None:
        self._by_sender[landed.flight.slug] -= 1
        if landed.flight.line is not None:
            self._lines.discard(landed.flight.line)

    def keep(self, landed: Landed) -> None:
        """It could not be written down: the next tick tries."""
        self._landed.put(landed)
