"""Pages by key, not by number: the thousandth costs what the first does."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import reduce
from operator import attrgetter
from typing import Any, Generic, TypeVar

from django.db.models import Model, Q, QuerySet

M = TypeVar("M", bound=Model)
PAGE_SIZE = 50
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)


@dataclass(frozen=True)
class Page(Generic[M]):
    rows: list[M] = field(default_factory=list)
    after: str = ""  # cursor of the next page, if there is one
    before: str = ""  # cursor of the previous page


@dataclass(frozen=True)
class Keyset:
    """An order by fields that are never null, the last of them unique."""

    fields: tuple[str, ...]
    descending: bool = False

    def page(
        self,
        rows: QuerySet[M],
        *,
        after: str = "",
        before: str = "",
        size: int = PAGE_SIZE,
        read: QuerySet[M] | None = None,
    ) -> Page[M]:
        """The rows after a cursor, or those before one; a bad cursor is page one.

        With `read`, `rows` gives the keys alone and these are the rows read by key,
        in one statement: an index that holds what is filtered by finds them.
        """
        back = bool(before) and self._read(before) is not None
        start = self._read(before if back else after)
        if start is not None:
            rows = rows.filter(self._beyond(start, back))
        order = self._order(back)
        rows = rows.order_by(*order)[: size + 1]
        if read is not None:
            rows = read.filter(pk__in=rows.values("pk")).order_by(*order)
        found = list(rows)
        more = len(found) > size
        found = found[:size]
        if back:
            found.reverse()
        if not found:
            return Page()
        return Page(
            rows=found,
            after=self.cursor(found[-1]) if more or back else "",
            before=self.cursor(found[0]) if (more if back else start) else "",
        )

    def start(self, cursor: str) -> Any:
        """The first field of a cursor; None for none and for a bad one."""
        read = self._read(cursor)
        return read[0] if read else None

    def _order(self, back: bool) -> list[str]:
        sign = "-" if self.descending != back else ""
        return [f"{sign}{name}" for name in self.fields]

    def _beyond(self, start: Sequence[Any], back: bool) -> Q:
        """(a, b) > (x, y), written so that an index on a, b serves it."""
        compare = "lt" if self.descending != back else "gt"
        first = self.fields[0]
        alternatives = []
        for depth, name in enumerate(self.fields):
            same = dict(zip(self.fields[:depth], start, strict=False))
            alternatives.append(Q(**same, **{f"{name}__{compare}": start[depth]}))
        bound = Q(**{f"{first}__{compare}e": start[0]})
        return bound & reduce(lambda one, other: one | other, alternatives)

    def cursor(self, row: Model) -> str:
        """Where a page goes on that ended with this row."""
        values = (attrgetter(name.replace("__", "."))(row) for name in self.fields)
        return "-".join(str(_written(value)) for value in values)

    def _read(self, cursor: str) -> list[Any] | None:
        parts = cursor.split("-")
        if len(parts) != len(self.fields):
            return None
        if not all(part.isascii() and part.isdigit() for part in parts):
            return None
        try:
            return [
                _EPOCH + int(part) * _TICK if name.endswith("_at") else _id(part)
                for name, part in zip(self.fields, parts, strict=True)
            ]
        except (OverflowError, ValueError):
            return None


def _id(part: str) -> int:
    value = int(part)
    if value >= 2**63:
        raise OverflowError
    return value


def _written(value: object) -> object:
    return (value - _EPOCH) // _TICK if isinstance(value, datetime) else value
