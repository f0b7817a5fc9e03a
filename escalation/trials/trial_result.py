"""What a rule would change, counted and listed in keys and codes.

The file holds one JSON object in each line: the counts first, then every complaint
that its requester may read. Names are put in where it is shown, in the reader's own
language. Nothing of a citizen stands in it but the words that matched.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, BinaryIO, TextIO

from complaints.models.category import Criticality, Horizon
from escalation.decisions.deciding import Decision
from escalation.trials.trial_past import Past

ROWS = 50  # of the list, on one page

# Organisation, office and department; an office of None is triage.
Where = tuple[int, int | None, int | None]


@dataclass(frozen=True, slots=True)
class Outcome:
    where: Where
    category: int | None
    horizon: str
    criticality: str

    @classmethod
    def of(cls, decision: Decision) -> "Outcome":
        category, office, department = (
            decision.category, decision.office, decision.department
        )  # fmt: skip
        horizon = decision.horizon or (category.horizon if category else "")
        criticality = decision.criticality or (category.criticality if category else "")
        if decision.emergency:
            horizon, criticality = Horizon.IMMEDIATE, Criticality.EMERGENCY
        return cls(
            (
                decision.organisation.pk,
                office.pk if office else None,
                department.pk if department else None,
            ),
            category.pk if category else None,
            str(horizon),
            str(criticality),
        )

    @property
    def in_triage(self) -> bool:
        return self.where[1] is None


@dataclass
class Tally:
    read: int = 0
    matched: int = 0
    changed: int = 0
    moved: int = 0
    entering: int = 0  # triage
    leaving: int = 0
    listed: int = 0
    where: "Counter[tuple[Any, Any]]" = field(default_factory=Counter)
    category: "Counter[tuple[Any, Any]]" = field(default_factory=Counter)
    horizon: "Counter[tuple[Any, Any]]" = field(default_factory=Counter)
    criticality: "Counter[tuple[Any, Any]]" = field(default_factory=Counter)

    def differs(self, before: Outcome, after: Outcome) -> bool:
        """Counts it, and says whether anything would be different."""
        if before == after:
            return False
        self.changed += 1
        self.moved += before.where != after.where
        self.entering += after.in_triage and not before.in_triage
        self.leaving += before.in_triage and not after.in_triage
        for name in COMPARED:
            one, other = getattr(before, name), getattr(after, name)
            if one != other:
                getattr(self, name)[one, other] += 1
        return True

    def summary(self) -> dict[str, Any]:
        counts = {name: getattr(self, name) for name in COUNTS}
        tables = {
            name: [[one, other, n] for (one, other), n in _often(getattr(self, name))]
            for name in COMPARED
        }
        return counts | tables


COUNTS = ("read", "matched", "changed", "moved", "entering", "leaving", "listed")
COMPARED = ("where", "category", "horizon", "criticality")


def _often(counted: "Counter[tuple[Any, Any]]") -> list[tuple[tuple[Any, Any], int]]:
    """Most first; of two alike the one whose keys come first."""
    return sorted(counted.items(), key=lambda item: (-item[1], str(item[0])))


def line(past: Past, before: Outcome, after: Outcome, words: Iterable[str]) -> str:
    row = {
        "id": past.pk,
        "number": past.number,
        "at": past.at.isoformat(timespec="minutes"),
        "words": [_masked(word) for word in words],
    }
    row |= {name: [getattr(before, name), getattr(after, name)] for name in COMPARED}
    return json.dumps(row, ensure_ascii=False, default=str) + "\n"


# A pattern may find a number or an address: what it found is not shown.
_PRIVATE = re.compile(r"\d(?:[\s-]?\d){4,}|\S+@\S+")


def _masked(word: str) -> str:
    return _PRIVATE.sub("•••••", word)


def write(file: BinaryIO, summary: dict[str, Any], rows: TextIO) -> None:
    file.write(f"{json.dumps(summary)}\n".encode())
    rows.seek(0)
    for row in rows:
        file.write(row.encode())


@dataclass(frozen=True)
class Result:
    """A file that was written before; the caller closes it."""

    file: BinaryIO
    summary: dict[str, Any]

    @classmethod
    def read(cls, file: BinaryIO) -> "Result":
        file.seek(0)
        return cls(file, json.loads(file.readline()))

    def page(self, number: int) -> list[dict[str, Any]]:
        """The rows of one page, counted from 1."""
        first = (number - 1) * ROWS
        return list(self.rows(first, first + ROWS))

    def rows(self, first: int = 0, last: int | None = None) -> Iterator[dict[str, Any]]:
        self.file.seek(0)
        self.file.readline()
        return (json.loads(row) for row in islice(self.file, first, last))
