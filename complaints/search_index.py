"""The index behind complaints/search.py: trigrams of `search_text`, on both engines.

SQLite keeps an FTS5 table beside the complaints, fed by triggers; like those of
append_only.py they go silently when Django rebuilds a table, so `install()` is
idempotent and runs in the migration and after every `migrate`.
"""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

TABLE = "complaints_complaint"
INDEX = "complaints_search"
TRIGGERS = (f"{INDEX}_added", f"{INDEX}_changed", f"{INDEX}_gone")

# The text is folded before it is stored: case and accents are gone already.
_SQLITE_TABLE = """
CREATE VIRTUAL TABLE complaints_search USING fts5(
    search_text, content='complaints_complaint', content_rowid='id',
    tokenize='trigram case_sensitive 1'
)
"""
# An external-content table must be told the old text word by word to forget it.
_SQLITE_TRIGGERS = (
    """CREATE TRIGGER IF NOT EXISTS complaints_search_added
    AFTER INSERT ON complaints_complaint BEGIN
    INSERT INTO complaints_search(rowid, search_text)
        VALUES (new.id, new.search_text);
    END""",
    """CREATE TRIGGER IF NOT EXISTS complaints_search_changed
    AFTER UPDATE OF search_text ON complaints_complaint
    WHEN old.search_text IS NOT new.search_text BEGIN
    INSERT INTO complaints_search(complaints_search, rowid, search_text)
        VALUES ('delete', old.id, old.search_text);
    INSERT INTO complaints_search(rowid, search_text)
        VALUES (new.id, new.search_text);
    END""",
    """CREATE TRIGGER IF NOT EXISTS complaints_search_gone
    AFTER DELETE ON complaints_complaint BEGIN
    INSERT INTO complaints_search(complaints_search, rowid, search_text)
        VALUES ('delete', old.id, old.search_text);
    END""",
)
_SQLITE_REBUILD = "INSERT INTO complaints_search(complaints_search) VALUES ('rebuild')"
_POSTGRES = (
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    # /admin/queue/?q= and the console's look-up by name
    "CREATE INDEX IF NOT EXISTS complaint_search_trgm ON complaints_complaint"
    " USING gin (search_text gin_trgm_ops)",
)


def install(connection: BaseDatabaseWrapper) -> None:
    with connection.cursor() as cursor:
        if connection.vendor != "sqlite":
            for statement in _POSTGRES:
                cursor.execute(statement)
            return
        before = installed(connection)
        if INDEX not in before:
            cursor.execute(_SQLITE_TABLE)
        for statement in _SQLITE_TRIGGERS:
            cursor.execute(statement)
        # A missing trigger may have missed changes; a whole index misses none.
        if not {INDEX, *TRIGGERS} <= before:
            cursor.execute(_SQLITE_REBUILD)


def remove(connection: BaseDatabaseWrapper) -> None:
    with connection.cursor() as cursor:
        if connection.vendor != "sqlite":
            cursor.execute("DROP INDEX IF EXISTS complaint_search_trgm")
            return
        for trigger in TRIGGERS:
            cursor.execute(f"DROP TRIGGER IF EXISTS {trigger}")
        cursor.execute(f"DROP TABLE IF EXISTS {INDEX}")


def installed(connection: BaseDatabaseWrapper) -> set[str]:
    """Which of the table, its triggers and the index stand now."""
    query = (
        "SELECT name FROM sqlite_master WHERE name LIKE %s"
        if connection.vendor == "sqlite"
        else "SELECT indexname FROM pg_indexes WHERE indexname LIKE %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(query, ["complaint%_search%"])
        return {row[0] for row in cursor.fetchall()}


def install_after_migrate(using: str, **_kwargs: Any) -> None:
    from django.db import connections

    connection = connections[using]
    if TABLE in connection.introspection.table_names():
        install(connection)
