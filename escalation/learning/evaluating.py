"""How well routing does on labelled texts: a file in, figures out, nothing written.

Columns as docs/routing.md lists them; `expected_code` may name several kinds that are
right, with "|" between them, or `triage` where a person must decide.
"""

import csv
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from escalation.decisions.deciding import Decision

TRIAGE = "triage"
# From here on a wrong answer is a confident one: nobody would look at it again.
CONFIDENT = 0.8
REQUIRED = ("text", "expected_code")
KNOWN = (*REQUIRED, "preset", "lang", "channel", "expected_unit", "emergency")
YES, NO = ("yes", "true", "1"), ("no", "false", "0", "")
_MOST_TEXT = 20_000


class BadFile(Exception):
    """What is wrong with the file, and in which lines."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


@dataclass(frozen=True)
class Row:
    line: int
    text: str
    expected: tuple[str, ...]
    preset: str = ""
    language: str = ""
    channel: str = ""
    emergency: bool | None = None  # None: the file does not say


@dataclass(frozen=True)
class Answer:
    row: Row
    found: str  # the code of a kind, or "triage"
    confidence: float
    emergency: bool

    @property
    def right(self) -> bool:
        return self.found in self.row.expected

    @property
    def triaged(self) -> bool:
        return self.found == TRIAGE and not self.right

    @property
    def wrong(self) -> bool:
        return not self.right and not self.triaged

    @property
    def confident_wrong(self) -> bool:
        return self.wrong and self.confidence >= CONFIDENT


@dataclass
class Tally:
    answers: list[Answer] = field(default_factory=list)

    def count(self, what: Callable[[Answer], bool]) -> int:
        return sum(map(what, self.answers))

    @property
    def by_language(self) -> "dict[str, Tally]":
        found: dict[str, Tally] = {}
        for answer in self.answers:
            found.setdefault(answer.row.language, Tally()).answers.append(answer)
        return dict(sorted(found.items()))

    @property
    def confusion(self) -> Counter[tuple[str, str]]:
        """What was expected, what was found instead; the most frequent first."""
        return Counter(
            ("|".join(each.row.expected), each.found)
            for each in self.answers
            if not each.right
        )

    def last_line(self) -> str:
        right, triaged = self.count(lambda a: a.right), self.count(lambda a: a.triaged)
        wrong, sure = self.count(lambda a: a.wrong), self.count(_confident_wrong)
        return (
            f"right {right}, triage {triaged}, wrong {wrong}, "
            f"confident-wrong {sure} of {len(self.answers)}"
        )


def _confident_wrong(answer: Answer) -> bool:
    return answer.confident_wrong


def answered(row: Row, decision: Decision) -> Answer:
    """The kind counts, not the place: few of such texts name one."""
    kind = decision.category.code if decision.category else TRIAGE
    return Answer(row, kind, decision.confidence, decision.emergency)


# The file ---------------------------------------------------------------------------


def read(path: Path) -> tuple[list[Row], list[str]]:
    """The rows, and the columns that nobody asked for. Raises BadFile."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return _rows(csv.reader(file, strict=True), path.name)
    except OSError as error:
        raise BadFile([f"{path} cannot be read: {error.strerror}"]) from error
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise BadFile([f"line {line}: not UTF-8; save the file as UTF-8"]) from error


def _rows(reader: "Iterator[list[str]]", name: str) -> tuple[list[Row], list[str]]:
    lines = _Lines(reader)
    header = [_column(each) for each in next(lines, [])]
    if missing := [each for each in REQUIRED if each not in header]:
        raise BadFile([f"line 1: {name} has no column {' and no '.join(missing)}"])
    if twice := [each for each, n in Counter(header).items() if each and n > 1]:
        raise BadFile([f"line 1: the column {twice[0]} is there twice"])
    rows, faults = [], []
    for values in lines:
        if any(map(str.strip, values)):
            try:
                rows.append(_row(header, values, lines.number))
            except ValueError as error:
                faults.append(f"line {lines.number}: {error}")
    if faults or not rows:
        raise BadFile(faults or [f"{name} has no rows under its header"])
    return rows, [each for each in header if each not in KNOWN]


def _column(name: str) -> str:
    plain = name.strip().lower()
    return "expected_code" if plain == "expected" else plain


class _Lines:
    """The reader with the number of the line at which the last row began."""

    def __init__(self, reader: "Iterator[list[str]]") -> None:
        self._reader = reader
        self.number = 0

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> list[str]:
        ended: int = getattr(self._reader, "line_num", 0)
        self.number = ended + 1
        try:
            return next(self._reader)
        except csv.Error as error:
            raise BadFile([f"line {self.number}: {error}"]) from error


def _row(header: list[str], values: list[str], line: int) -> Row:
    if len(values) != len(header):
        raise ValueError(f"{len(values)} values for {len(header)} columns")
    said = {name: value.strip() for name, value in zip(header, values, strict=True)}
    if not said["text"]:
        raise ValueError("text is empty")
    if len(said["text"]) > _MOST_TEXT:
        raise ValueError(f"text is longer than {_MOST_TEXT} characters")
    expected = tuple(filter(None, map(str.strip, said["expected_code"].split("|"))))
    if not expected:
        raise ValueError("expected_code is empty; write triage if a person must sort")
    emergency = said.get("emergency", "").lower()
    if emergency not in YES + NO:
        raise ValueError(f"emergency is “{emergency}”; write yes or no")
    return Row(
        line=line,
        text=said["text"],
        expected=expected,
        preset=said.get("preset", ""),
        language=said.get("lang", "").lower(),
        channel=said.get("channel", ""),
        emergency=emergency in YES if emergency else None,
    )
