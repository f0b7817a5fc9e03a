"""Several complaints changed in one transaction: what they have in common, and their
changes, which wait for one another.

`complaints.unit.together` opens a group. What is done to its members is put off: all
of it is written at once, a few statements for all, before anything reacts to any of it.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, cast

from django.db import connection
from django.db.models import Field

from complaints.models import Complaint, Event


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
        events = (event for row in self.waiting.values() for event in row.events)
        Event.objects.bulk_create(events)
        self.waiting = {}


def _update(rows: list[Complaint], names: list[str]) -> None:
    """Each row's own values by one plain statement: bulk_update's CASE for each value
    takes longer to put together than the database takes to do it."""
    meta = Complaint._meta
    fields = [cast("Field[Any, Any]", meta.get_field(name)) for name in names]
    blanks = f"({', '.join(['%s'] * (len(fields) + 1))})"
    values: list[Any] = []
    for row in rows:
        values.append(row.pk)
        for each in fields:
            value = getattr(row, each.attname)
            values.append(each.get_db_prep_save(value, connection))
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
    kind = str(column.db_type(connection))
    # As text it is refused where it is too long, and not cut in silence.
    return f"CAST({value} AS {'text' if kind.startswith('varchar') else kind})"
