"""What can go wrong on purpose, provider by provider.

Everything is counted, nothing is drawn by lot: the same knobs and the same requests
give the same faults.
"""

import json
from dataclasses import asdict, dataclass, field, fields, replace
from threading import RLock
from typing import Any

from channels_in.simulator.store import Store

# fault → (status the provider answers, whether it took the message all the same)
FAULTS: dict[str, tuple[int, bool]] = {
    "400": (400, False),  # refuses this recipient for good
    "429": (429, False),
    "500": (500, False),
    "503": (503, False),
    "taken_500": (500, True),
    "garbage": (200, True),  # a page of some proxy where JSON was due
    "cut": (0, True),  # reads it, takes it, hangs up
}
RECEIPTS = ("usual", "none", "failed")
# "rings": somebody may pick it up on the page; the others end it as they say.
CALLS = ("rings", "no-answer", "busy", "failed")


class BadKnob(ValueError):
    """No such knob, or no such position of it."""


@dataclass(frozen=True, slots=True)
class Knobs:
    # What we ask of the provider.
    fault: str = ""
    fault_next: int = 0  # only the next n; 0: all, until told otherwise
    fault_every: int = 1  # only each n-th
    fault_all: bool = False  # questions too, not only new messages
    retry_after: int = 0  # seconds, told with 429 and 503
    latency_ms: int = 0  # before the answer; the message is taken before
    drip_ms: int = 0  # between one piece of the answer and the next
    media_redirect: bool = False  # photos by way of another address
    # What the provider tells us.
    repeat: int = 1  # each webhook so many times
    together: bool = False  # the repeats at the same moment
    hold: bool = False  # keep webhooks until released
    receipts: str = "usual"
    receipts_ms: int = 300  # from sent to delivered
    calls: str = "rings"  # what becomes of a call of ours

    def changed(self, values: dict[str, Any]) -> "Knobs":
        kinds = {each.name: type(each.default) for each in fields(self)}
        for name, value in values.items():
            if name not in kinds or type(value) is not kinds[name]:
                raise BadKnob(name)
        turned = replace(self, **values)
        turned._check()
        return turned

    def _check(self) -> None:
        if self.fault and self.fault not in FAULTS:
            raise BadKnob("fault")
        if self.receipts not in RECEIPTS:
            raise BadKnob("receipts")
        if self.calls not in CALLS:
            raise BadKnob("calls")
        if self.fault_every < 1 or not 1 <= self.repeat <= 50:
            raise BadKnob("fault_every" if self.fault_every < 1 else "repeat")
        for name in ("fault_next", "retry_after", "latency_ms", "drip_ms"):
            if getattr(self, name) < 0:
                raise BadKnob(name)
        if not 0 <= self.receipts_ms <= 24 * 3600 * 1000:
            raise BadKnob("receipts_ms")


@dataclass
class Board:
    """The knobs of every provider, kept in the file: a restart changes nothing."""

    store: Store
    _lock: RLock = field(default_factory=RLock)
    _seen: dict[str, int] = field(default_factory=dict)

    def of(self, slug: str) -> Knobs:
        row = self.store.one("SELECT value FROM knobs WHERE slug = ?", slug)
        return Knobs().changed(json.loads(row["value"])) if row else Knobs()

    def turn(self, slug: str, **values: Any) -> Knobs:
        """Set some knobs and leave the others; counting begins anew."""
        with self._lock:
            turned = self.of(slug).changed(values)
            self._keep(slug, turned)
            self._seen[slug] = 0
        return turned

    def well(self, slug: str) -> Knobs:
        with self._lock:
            self._keep(slug, Knobs())
            self._seen[slug] = 0
        return Knobs()

    def forget(self) -> None:
        """The counts of knobs that are no longer there."""
        with self._lock:
            self._seen.clear()

    def next_fault(self, slug: str, *, sends: bool) -> str:
        """What befalls this request: a name of FAULTS, or nothing."""
        with self._lock:
            knobs = self.of(slug)
            if not knobs.fault or not (sends or knobs.fault_all):
                return ""
            self._seen[slug] = seen = self._seen.get(slug, 0) + 1
            if seen % knobs.fault_every:
                return ""
            if knobs.fault_next == 1:
                self._keep(slug, replace(knobs, fault="", fault_next=0))
            elif knobs.fault_next:
                self._keep(slug, replace(knobs, fault_next=knobs.fault_next - 1))
            return knobs.fault

    def _keep(self, slug: str, knobs: Knobs) -> None:
        row = {"slug": slug, "value": json.dumps(asdict(knobs))}
        self.store.insert("knobs", row)
