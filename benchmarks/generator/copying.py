"""Rows into tables, fast: COPY on PostgreSQL, executemany elsewhere.

On PostgreSQL foreign keys and triggers sleep while rows come in, and indexes are built
after: a million rows take minutes, not an hour. For a database of one's own only.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.core.management.color import no_style
from django.db import connection, models

Row = tuple[Any, ...]


class Table:
    """`names` are the columns a row brings, in its order; a model's other columns
    get their defaults, so that a new one needs no line here."""

    def __init__(self, model: type[models.Model], *names: str) -> None:
        self.model = model
        self.rows: list[Row] = []
        meta = model._meta
        fields = {field.name: field for field in meta.concrete_fields}
        given = {fields[name].column for name in names}
        rest = [
            field
            for field in meta.concrete_fields
            if field.column not in given
            and not field.primary_key
            and field.db_default is models.NOT_PROVIDED
        ]
        self._tail = tuple(_default(field) for field in rest)
        columns = [fields[name].column for name in names]
        columns += [field.column for field in rest]
        quoted = ", ".join(connection.ops.quote_name(str(name)) for name in columns)
        self._into = f"{connection.ops.quote_name(meta.db_table)} ({quoted})"
        self._width = len(columns)

    def add(self, *values: Any) -> None:
        self.rows.append(values)

    def flush(self) -> None:
        tail, rows = self._tail, self.rows
        self.rows = []
        if rows:
            _write(self._into, self._width, (row + tail for row in rows))

    def reset_sequence(self) -> None:
        statements = connection.ops.sequence_reset_sql(no_style(), [self.model])
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)


def _default(field: "models.Field[Any, Any]") -> Any:
    value = field.get_default()
    return json.dumps(value) if isinstance(field, models.JSONField) else value


def _write(into: str, width: int, rows: Iterator[Row]) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.cursor.copy(f"COPY {into} FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        blanks = ", ".join(["%s"] * width)
        adapted = [tuple(map(_adapted, row)) for row in rows]
        cursor.executemany(f"INSERT INTO {into} VALUES ({blanks})", adapted)  # noqa: S608 (our own names)


def _adapted(value: Any) -> Any:
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return value


@contextmanager
def loading(tables: list[Table]) -> Iterator[None]:
    """Checks and indexes off, then on again, and the planner told what came."""
    if connection.vendor != "postgresql":
        yield
        return
    names = [table.model._meta.db_table for table in tables]
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        indexes = _take_indexes(cursor, names)
        yield
        cursor.execute("SET session_replication_role = DEFAULT")
        for definition in indexes:
            cursor.execute(definition)
        for name in names:
            cursor.execute(f"VACUUM ANALYZE {name}")


def _take_indexes(cursor: Any, tables: list[str]) -> list[str]:
    """Drops all but those that a constraint needs; the definition of each."""
    cursor.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s)"
        " AND indexname NOT IN (SELECT conname FROM pg_constraint)"
        " ORDER BY tablename, indexname",
        [tables],
    )
    found: list[tuple[str, str]] = cursor.fetchall()
    for name, _definition in found:
        cursor.execute(f"DROP INDEX {connection.ops.quote_name(name)}")
    return [definition for _name, definition in found]
