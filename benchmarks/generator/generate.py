"""SIZE complaints over 730 days, the same ones for the same seed and end."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from random import Random

from django.db.models import Max, Model

from benchmarks.generator import people, reference
from benchmarks.generator.complaints import Maker, Picker
from benchmarks.generator.copying import Table, loading
from benchmarks.generator.people import People
from benchmarks.generator.reference import Reference
from benchmarks.generator.rows import Rows
from complaints.models import Citizen, Complaint, ContactPoint, Event

SEED = 20
CHUNK = 20_000
Report = Callable[[str], None]


def generate(
    size: int, *, end: datetime, at_once: bool = False, report: Report = print
) -> None:
    """`at_once` drops indexes meanwhile and needs PostgreSQL of one's own."""
    known = reference.read()
    citizens, contacts = people.tables()
    rows = Rows(_last(Event), [place for root in known.roots for place in root.places])
    tables = [citizens, contacts, *rows.tables()]
    asleep: AbstractContextManager[None] = loading(tables) if at_once else nullcontext()
    with asleep:
        crowd = list(_people(known, size, citizens, contacts, end))
        citizens.flush()
        contacts.flush()
        maker = Maker(
            known,
            [Picker.of(each.root, each) for each in crowd],
            rows, size, _last(Complaint) + 1, _last(Complaint) + 1, end,
        )  # fmt: skip
        _make(maker, size, report)
    for table in tables:
        table.reset_sequence()


def _make(maker: Maker, size: int, report: Report) -> None:
    for start in range(0, size, CHUNK):
        # Each chunk of its own: the first rows are the same whatever the size.
        rng = Random(f"{SEED}:{start}")  # noqa: S311 (made-up people, not secrets)
        for index in range(start, min(start + CHUNK, size)):
            maker.make(rng, index)
        for table in maker.rows.tables():
            table.flush()
        if start % (CHUNK * 10) == 0 and start:
            report(f"{start:,} complaints")


def _people(
    known: Reference, size: int, citizens: Table, contacts: Table, end: datetime
) -> Iterator[People]:
    taken = set(ContactPoint.objects.values_list("address", flat=True))
    first = _last(Citizen) + 1
    for root in known.roots:
        crowd = People(root, first, int(size * root.share))
        rng = Random(f"{SEED}:{root.code}")  # noqa: S311 (made-up people, not secrets)
        crowd.write(citizens, contacts, rng, end, taken)
        first += crowd.count
        yield crowd


def _last(model: type[Model]) -> int:
    newest: int | None = model._default_manager.aggregate(Max("pk"))["pk__max"]
    return newest or 0
