"""Rows as the files want them, compared with those there are; changes written."""

from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from django.db import models

M = TypeVar("M", bound=models.Model)
Values = dict[str, Any]
_AT_ONCE = 500


@dataclass
class Tally:
    """What was done to each table, for the report at the end."""

    made: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)
    ended: Counter[str] = field(default_factory=Counter)
    kept: Counter[str] = field(default_factory=Counter)

    def lines(self) -> list[str]:
        tables = [*self.made, *self.changed, *self.ended, *self.kept]
        lines = (self._line(table) for table in dict.fromkeys(tables))
        return [line for line in lines if line]

    def _line(self, table: str) -> str:
        parts = [
            f"{count} {word}"
            for word, counts in (
                ("new", self.made),
                ("changed", self.changed),
                ("ended", self.ended),
                ("no longer in the file but in use, kept", self.kept),
            )
            if (count := counts[table])
        ]
        return f"{table}: {', '.join(parts)}" if parts else ""

    @property
    def nothing(self) -> bool:
        return not (self.made.total() or self.changed.total() or self.ended.total())


def indexed(rows: Iterable[M], key: Callable[[M], Hashable]) -> dict[Any, M]:
    return {key(row): row for row in rows}


def sync(
    model: type[M],
    there: dict[Any, M],
    wanted: Mapping[Any, Values],
    tally: Tally,
    *,
    only_new: Collection[str] = (),
) -> dict[Any, M]:
    """Insert and update in bulk; returns the rows by key, old ones included.

    Fields of `only_new` are given to new rows and left alone in old ones.
    """
    label = str(model._meta.verbose_name_plural)
    new: dict[Any, M] = {}
    changed: list[M] = []
    touched: set[str] = set()
    for key, values in wanted.items():
        row = there.get(key)
        if row is None:
            new[key] = model(**values)
            continue
        differing = [
            name
            for name, value in values.items()
            if name not in only_new and getattr(row, name) != value
        ]
        for name in differing:
            setattr(row, name, values[name])
        if differing:
            changed.append(row)
            touched.update(differing)
    manager = model._default_manager
    manager.bulk_create(new.values(), batch_size=_AT_ONCE)
    if changed:
        manager.bulk_update(changed, sorted(touched), batch_size=_AT_ONCE)
    tally.made[label] += len(new)
    tally.changed[label] += len(changed)
    return {**there, **new}


def end(
    model: type[M], rows: Iterable[M], tally: Tally, *, last_day: date | None
) -> None:
    """Rows that left the file: valid until `last_day`; None where a table has no end.

    Such a row is kept: something may point at it.
    """
    label = str(model._meta.verbose_name_plural)
    gone = [row.pk for row in rows]
    if last_day is None:
        tally.kept[label] += len(gone)
        return
    still = model._default_manager.filter(pk__in=gone, valid_to=None)
    tally.ended[label] += still.update(valid_to=last_day) if gone else 0


def remove(model: type[M], rows: Iterable[M], tally: Tally) -> None:
    """For rows that nothing points at: postal codes, texts, words, leaves."""
    gone = [row.pk for row in rows]
    if gone:
        model._default_manager.filter(pk__in=gone).delete()
    tally.ended[str(model._meta.verbose_name_plural)] += len(gone)
