"""What is wrong with a preset, in words for the person who edits the files."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Fault:
    file: str
    line: int  # 0: the file as a whole, or `column` names a feature
    column: str
    reason: str

    def __str__(self) -> str:
        where = self.file
        if self.line:
            where += f", line {self.line}"
        if self.column:
            where += f", column {self.column}" if self.line else f", {self.column}"
        return f"{where}: {self.reason}"


class BadPreset(Exception):
    """Nothing was loaded; `faults` are all that was found, in order."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = sorted(set(faults))
        super().__init__("; ".join(str(fault) for fault in self.faults[:3]))


class UnknownPreset(Exception):
    def __init__(self, name: str, known: Iterable[str]) -> None:
        self.known = sorted(known)
        super().__init__(
            f"There is no preset “{name}”. Known: {', '.join(self.known) or 'none'}."
        )
