"""Cells of a file that somebody opens in a spreadsheet."""

import csv
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

BOM = "\ufeff"  # or Excel shows Devanagari as noise
_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001 (full width)


def risky(text: str) -> bool:
    """Whether a spreadsheet may take it for a formula."""
    return text.startswith(_RISKY)


def safe(value: Any) -> str:
    """A cell that no spreadsheet takes for a formula."""
    if isinstance(value, datetime):
        return value.isoformat(" ", "minutes")
    text = "" if value is None else str(value)
    return "'" + text if risky(text) else text


class _Line:
    """A file-like that gives each written line back."""

    def write(self, line: str) -> str:
        return line


def csv_lines(header: Iterable[Any], rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    writer = csv.writer(_Line())
    yield BOM + str(writer.writerow([str(label) for label in header]))
    for row in rows:
        yield str(writer.writerow([safe(value) for value in row]))
