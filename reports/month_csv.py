"""The month as CSV: one row per complaint, streamed, safe to open in a spreadsheet."""

from collections.abc import Iterator
from datetime import datetime

from django.utils import translation

from complaints.actors import Actor
from complaints.cells import csv_lines
from reports.figures import received_in
from reports.month_rows import COLUMNS, FIELDS, Names, cells
from reports.periods import Period

CHUNK = 2000


def lines(actor: Actor, period: Period, at: datetime) -> Iterator[str]:
    """In the language that is active now, whatever is when the lines are fetched."""
    return _lines(actor, period, at, translation.get_language() or "en")


def _lines(actor: Actor, period: Period, at: datetime, language: str) -> Iterator[str]:
    rows = received_in(actor, period).order_by("registered_at", "pk")
    with translation.override(language):
        names = Names()
        found = rows.values(*FIELDS).iterator(chunk_size=CHUNK)
        written = (cells(row, names, period, at) for row in found)
        yield from csv_lines(header(), written)


def header() -> list[str]:
    return [str(column.label) for column in COLUMNS]
