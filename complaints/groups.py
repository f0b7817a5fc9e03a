"""Several complaints changed in one transaction: what they have in common, and their
changes, which wait for one another.

`complaints.unit.together` opens a group. What is done to its members is put off: all
of it is written at once, a few statements for all, before anything reacts to any of it.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from django.db import connection
from django.db.models import Field, Model

from complaints.models import Complaint, Event

# Fewer rows are as quickly inserted by Django's own way.
MANY = 10
# Values that the driver takes as they are.
PLAIN = frozenset({int, str, bool, float, datetime, type(None)})


@dataclass
class Waiting:
    complaint: Complaint
    names: set[str] = field(default_factory=set)
    events: list[Event] = field(default_factory=list)


@dataclass
class Group:
    """The caller has locked the members, or runs alone: no version is compared."""

    members: frozenset[int]
    # what was read for all of them, by name
    ahead: dict[str, frozenset[Any]]
    waiting: dict[int, Waiting] = field(default_factory=dict)
    reacting: bool = False

    def waits(self, complaint: Complaint) -> bool:
        return not self.reacting and complaint.pk in self.members

    def wait(self, complaint: Complaint, names: Iterable[str], event: Event) -> None:
        row = self.waiting.setdefault(complaint.pk, Waiting(complaint))
        if row.complaint is not complaint:
            raise RuntimeError("Read again before its changes were written.")
        row.names.update(names)
        row.events.append(event)

    def write(self) -> None:
        """The rows as they stand after all their changes; the events in their order."""
        alike: dict[frozenset[str], list[Complaint]] = defaultdict(list)
        for row in self.waiting.values():
            alike[frozenset(row.names)].append(row.complaint)
        for names, rows in alike.items():
            _update(rows, sorted(names | {"version"}))
        insert([event for row in self.waiting.values() for event in row.events])
        self.waiting = {}


def _update(rows: list[Complaint], names: list[str]) -> None:
    """Each row's own values by one plain statement: bulk_update's CASE for each value
    takes longer to put together than the database takes to do it."""
    meta = Complaint._meta
    fields = [cast("Field[Any, Any]", meta.get_field(name)) for name in names]
    blanks = f"({', '.join(['%s'] * (len(fields) + 1))})"
    columns = [
        _ready(each, [getattr(r, each.attname) for r in rows]) for each in fields
    ]
    keys = [row.pk for row in rows]
    values = [value for row in zip(keys, *columns, strict=True) for value in row]
    quote = connection.ops.quote_name
    sets = ", ".join(
        f"{quote(str(each.column))} = {_typed(each, f'v.column{at}')}"
        for at, each in enumerate(fields, start=2)
    )
    table, key = quote(meta.db_table), quote(str(meta.pk.column))
    sql = (
        f"UPDATE {table} SET {sets}"  # noqa: S608 (our own names)
        f" FROM (VALUES {', '.join([blanks] * len(rows))}) AS v"
        f" WHERE {table}.{key} = v.column1"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def _typed(column: "Field[Any, Any]", value: str) -> str:
    """PostgreSQL takes what stands in a list of values for texts; SQLite does not."""
    if connection.vendor != "postgresql":
        return value
    return f"CAST({value} AS {_type_of(column)})"


def _type_of(column: "Field[Any, Any]") -> str:
    """As text it is refused where it is too long, and not cut in silence."""
    kind = str(column.db_type(connection))
    return "text" if kind.startswith("varchar") else kind


def insert_owed(rows: Iterable[Model]) -> None:
    """Those of each table together; a second one of the same key is left out."""
    tables: dict[type[Model], list[Model]] = {}
    for row in rows:
        tables.setdefault(type(row), []).append(row)
    for alike in tables.values():
        insert(alike, once=True)


def insert(rows: Sequence[Model], *, once: bool = False) -> None:
    """Rows of one table by one statement. `once`: those that are there are left out,
    and no row learns its key.

    For many rows on PostgreSQL by columns, and what is alike in all of them only once:
    bulk_create takes longer to prepare each value than the database to insert it.
    """
    if not rows:
        return
    table = type(rows[0])
    fields = [each for each in table._meta.concrete_fields if not each.primary_key]
    columns = [[getattr(row, each.attname) for row in rows] for each in fields]
    pk = table._meta.pk.attname
    by_columns = len(rows) >= MANY and connection.vendor == "postgresql"
    if not by_columns or _made_by_database(columns) or getattr(rows[0], pk) is not None:
        table._default_manager.bulk_create(rows, ignore_conflicts=once)
        return
    sql, values = _insertion(table, fields, columns)
    with connection.cursor() as cursor:
        if once:
            cursor.execute(f"{sql} ON CONFLICT DO NOTHING", values)
            return
        cursor.execute(f"{sql} RETURNING {connection.ops.quote_name(pk)}", values)
        keys = cursor.fetchall()
    for row, (key,) in zip(rows, keys, strict=True):
        setattr(row, pk, key)
        row._state.adding, row._state.db = False, connection.alias


def _made_by_database(columns: list[list[Any]]) -> bool:
    return any(hasattr(column[0], "as_sql") for column in columns)


def _insertion(
    table: type[Model], fields: "Sequence[Field[Any, Any]]", columns: list[list[Any]]
) -> tuple[str, list[Any]]:
    quote = connection.ops.quote_name
    given, alike, arrays, each_own = [], [], [], []
    for field_, column in zip(fields, columns, strict=True):
        ready, type_ = _ready(field_, column), _type_of(field_)
        if all(value == ready[0] for value in ready):
            given.append(f"CAST(%s AS {type_})")
            alike.append(ready[0])
        else:
            each_own.append(f"CAST(%s AS {type_}[])")
            arrays.append(ready)
            given.append(f"v.column{len(arrays)}")
    names = ", ".join(quote(str(each.column)) for each in fields)
    if not arrays:  # nothing differs: so many times the same
        each_own, arrays = ["CAST(%s AS integer[])"], [[0] * len(columns[0])]
    own = ", ".join(f"column{at}" for at in range(1, len(arrays) + 1))
    sql = (
        f"INSERT INTO {quote(table._meta.db_table)} ({names})"  # noqa: S608 (our own)
        f" SELECT {', '.join(given)} FROM unnest({', '.join(each_own)}) AS v({own})"
    )
    return sql, [*alike, *arrays]


def _ready(field_: "Field[Any, Any]", column: list[Any]) -> list[Any]:
    if connection.vendor == "postgresql" and PLAIN.issuperset(map(type, column)):
        return column
    return [field_.get_db_prep_save(value, connection) for value in column]
