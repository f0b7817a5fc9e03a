"""A CSV file of complaints, line by line: whatever program saved it."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from channels_in.paper.columns import Columns, read_columns

if TYPE_CHECKING:
    from _csv import Reader as CsvReader

# A cell may be long; text over the limit is refused with a sentence, not a crash.
_LONGEST_CELL = 1_000_000
_DELIMITERS = ",;\t"


class Unreadable(Exception):
    """The file as a whole cannot be read; the text says what to do."""


@dataclass(frozen=True)
class Line:
    number: int
    values: dict[str, str]  # by our fields
    raw: tuple[str, ...]
    wrong: str = ""  # why this line cannot be read, if it cannot


@dataclass(frozen=True)
class Sheet:
    path: Path
    columns: Columns
    rows: int
    delimiter: str

    def lines(self) -> Iterator[Line]:
        with _opened(self.path) as file:
            reader = _reader(file, self.delimiter)
            header = next(reader)
            number = reader.line_num
            for cells in reader:
                first, number = number + 1, reader.line_num
                if any(cell.strip() for cell in cells):
                    yield self._line(first, cells, len(header))

    def _line(self, number: int, cells: list[str], width: int) -> Line:
        values = {
            field: cells[position].strip()
            for position, field in self.columns.fields.items()
            if position < len(cells)
        }
        wrong = ""
        if len(cells) != width:
            wrong = f"{len(cells)} cells, but the header has {width}"
        return Line(number, values, tuple(cells), wrong)


def open_sheet(path: Path, mapped: Mapping[str, str]) -> Sheet:
    """Reads it once to the end, so that a file that breaks off is refused whole."""
    try:
        with _opened(path) as file:
            delimiter = _delimiter(file.readline())
            file.seek(0)
            reader = _reader(file, delimiter)
            header: list[str] = next(reader, [])
            columns = read_columns(header, mapped)
            rows = sum(1 for cells in reader if any(cell.strip() for cell in cells))
    except UnicodeDecodeError as error:
        raise Unreadable("The file is not UTF-8. Save it as “CSV UTF-8”.") from error
    except csv.Error as error:
        raise Unreadable(f"This is no readable CSV: {error}.") from error
    except OSError as error:
        raise Unreadable(f"The file cannot be opened: {error.strerror}.") from error
    return Sheet(path, columns, rows, delimiter)


def _opened(path: Path) -> TextIO:
    return path.open(encoding="utf-8-sig", newline="")


def _reader(file: TextIO, delimiter: str) -> "CsvReader":
    csv.field_size_limit(_LONGEST_CELL)
    return csv.reader(_without_nul(file), delimiter=delimiter)


def _without_nul(file: TextIO) -> Iterator[str]:
    for line in file:
        yield line.replace("\0", "")


def _delimiter(header: str) -> str:
    return max(_DELIMITERS, key=header.count)
