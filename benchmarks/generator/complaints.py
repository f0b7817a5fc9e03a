"""One complaint with all its rows, made of nothing but an index and a seed."""

from base64 import urlsafe_b64encode
from bisect import bisect_left
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from itertools import accumulate
from random import Random

from stdnum import damm

from benchmarks.generator import story, texts
from benchmarks.generator.people import People
from benchmarks.generator.reference import Kind, Place, Reference, Root
from benchmarks.generator.rows import Rows
from benchmarks.generator.vocabulary import PLACES, skewed
from complaints.status import Status

SPAN = timedelta(days=730)
# Three complaints now for one two years ago; a full month is the busiest.
YOUNGEST, OLDEST = 1.5, 0.5
_TEN_DIGITS = 10**10


@dataclass(frozen=True)
class Picker:
    """Skewed choices within one root."""

    root: Root
    people: People
    kinds: list[float]
    places: list[float]

    @classmethod
    def of(cls, root: Root, people: People) -> "Picker":
        return cls(root, people, skewed(len(root.kinds)), skewed(len(root.places)))

    def kind(self, rng: Random) -> Kind:
        return self.root.kinds[_drawn(self.kinds, rng)]

    def place(self, rng: Random) -> Place:
        return self.root.places[_drawn(self.places, rng)]


def _drawn(weights: list[float], rng: Random) -> int:
    return bisect_left(weights, rng.random() * weights[-1])


@dataclass(frozen=True)
class Maker:
    reference: Reference
    pickers: list[Picker]
    rows: Rows
    count: int
    first_id: int
    first_number: int
    end: datetime

    def make(self, rng: Random, index: int) -> None:
        picker, pk = self._picker(rng), self.first_id + index
        kind, place = picker.kind(rng), picker.place(rng)
        told = story.tell(
            rng, kind, registered_at(rng, index, self.count, self.end), self.end
        )
        text, folded = texts.write(rng, kind, place, index)
        where, where_folded = rng.choice(PLACES) if rng.random() < 0.6 else ("", "")
        citizen, citizen_text = picker.people.pick(rng.random())
        number = number_of(self.first_number + index)
        owner = _owner(rng, place, kind) if told.status not in story.NOT_SENT else None
        parts = (number, folded, where_folded, citizen_text)
        self.rows.write(
            rng, pk, told, kind, place, owner,
            number=number, token=token_of(self.first_number + index),
            received_by=picker.root.pk, citizen=citizen,
            connection=_connection(rng, picker.root), source=self._source(rng),
            language="hi" if text != folded and not text.isascii() else "en",
            where=where, text=text, search_text=" ".join(filter(None, parts)),
            parent=pk - 1 if told.status == Status.MERGED and index else None,
            reject_reason=(
                self.reference.reject_reason
                if told.status == Status.REJECTED else None
            ),
        )  # fmt: skip

    def _picker(self, rng: Random) -> Picker:
        drawn = rng.random()
        shares = accumulate(picker.root.share for picker in self.pickers)
        return next(
            picker
            for picker, share in zip(self.pickers, shares, strict=True)
            if drawn <= share or picker is self.pickers[-1]
        )

    def _source(self, rng: Random) -> int:
        sources = self.reference.sources
        return sources[int(len(sources) * rng.random() ** 2)]


def registered_at(rng: Random, index: int, count: int, end: datetime) -> datetime:
    """The index-th of all, in order: ids grow with time, as they do in life."""
    share = 1 - (index + rng.random()) / count  # of all, how many are younger
    # The inverse of what a density falling in a straight line adds up to.
    fall = YOUNGEST - OLDEST
    back: float = (YOUNGEST - (YOUNGEST**2 - 2 * fall * share) ** 0.5) / fall
    return (end - SPAN * back).replace(microsecond=0)


def number_of(index: int) -> str:
    """Every index another one, in no order that anybody sees."""
    body = f"1{index * 7_368_787_413 % _TEN_DIGITS:010d}"
    return body + str(damm.calc_check_digit(body))


def token_of(index: int) -> str:
    return urlsafe_b64encode(blake2b(b"%d" % index, digest_size=9).digest()).decode()


def _owner(rng: Random, place: Place, kind: Kind) -> int | None:
    officers = place.owners.get(kind.department)
    if not officers or rng.random() < 0.05:
        return None
    return officers[int(rng.random() * len(officers))]


def _connection(rng: Random, root: Root) -> int | None:
    if not root.connections or rng.random() < 0.8:
        return None
    return root.connections[int(rng.random() * len(root.connections))]
