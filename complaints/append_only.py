"""Events are append-only by trigger, on both engines.

`install()` is idempotent: the migration runs it, and so does every `post_migrate`,
because SQLite drops triggers silently when Django rebuilds a table.
"""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

TABLES = ("complaints_event",)

_SQLITE = """
CREATE TRIGGER IF NOT EXISTS {table}_no_{verb_lower} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
"""
_POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION sunwai_append_only() RETURNS trigger AS $$
BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$ LANGUAGE plpgsql
"""
_POSTGRES = """
CREATE OR REPLACE TRIGGER {table}_append_only
BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION sunwai_append_only()
"""
_POSTGRES_TRUNCATE = """
CREATE OR REPLACE TRIGGER {table}_no_truncate
BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION sunwai_append_only()
"""


def install(connection: BaseDatabaseWrapper) -> None:
    with connection.cursor() as cursor:
        for statement in _install_statements(connection.vendor):
            cursor.execute(statement)


def lift(connection: BaseDatabaseWrapper) -> None:
    """Take the triggers away: for tests that must empty tables, in teardown only."""
    with connection.cursor() as cursor:
        for statement in _lift_statements(connection.vendor):
            cursor.execute(statement)


def installed(connection: BaseDatabaseWrapper) -> set[str]:
    """The names of the triggers that stand now."""
    query = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if connection.vendor == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        return {row[0] for row in cursor.fetchall()}


def install_after_migrate(using: str, **_kwargs: Any) -> None:
    from django.db import connections

    connection = connections[using]
    if set(TABLES) <= set(connection.introspection.table_names()):
        install(connection)


def _install_statements(vendor: str) -> list[str]:
    if vendor == "sqlite":
        return [
            _SQLITE.format(table=table, verb=verb, verb_lower=verb.lower())
            for table in TABLES
            for verb in ("UPDATE", "DELETE")
        ]
    triggers = [
        sql.format(table=table)
        for table in TABLES
        for sql in (_POSTGRES, _POSTGRES_TRUNCATE)
    ]
    return [_POSTGRES_FUNCTION, *triggers]


def _lift_statements(vendor: str) -> list[str]:
    if vendor == "sqlite":
        return [
            f"DROP TRIGGER IF EXISTS {table}_no_{verb}"
            for table in TABLES
            for verb in ("update", "delete")
        ]
    return [
        f"DROP TRIGGER IF EXISTS {table}_{name} ON {table}"
        for table in TABLES
        for name in ("append_only", "no_truncate")
    ]
