"""The month as CSV: one row per complaint, streamed, safe to open in a spreadsheet."""

import csv
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils import translation

from complaints.actors import Actor
from reports.figures import received_in
from reports.month_rows import COLUMNS, FIELDS, Names, cells, risky
from reports.periods import Period

CHUNK = 2000
BOM = "\ufeff"  # or Excel shows Devanagari as noise


class _Line:
    """A file-like that gives each written line back."""

    def write(self, line: str) -> str:
        return line


def lines(actor: Actor, period: Period, at: datetime) -> Iterator[str]:
    """In the language that is active now, whatever is when the lines are fetched."""
    return _lines(actor, period, at, translation.get_language() or "en")


def _lines(actor: Actor, period: Period, at: datetime, language: str) -> Iterator[str]:
    writer = csv.writer(_Line())
    rows = received_in(actor, period).order_by("registered_at", "pk")
    with translation.override(language):
        names = Names()
        yield BOM + str(writer.writerow(header()))
        for row in rows.values(*FIELDS).iterator(chunk_size=CHUNK):
            values = cells(row, names, period, at)
            yield str(writer.writerow([safe(value) for value in values]))


def safe(value: Any) -> str:
    """A cell that no spreadsheet takes for a formula."""
    if isinstance(value, datetime):
        return value.isoformat(" ", "minutes")
    text = "" if value is None else str(value)
    return "'" + text if risky(text) else text


def header() -> list[str]:
    return [str(column.label) for column in COLUMNS]
