"""What the simulator remembers: one SQLite file of its own.

A request is written down before it is looked at, so that the file tells what a provider
was asked even when every process of the desk was killed meanwhile. One connection
behind one lock: a statement takes microseconds here, and order is order.
"""

import sqlite3
from collections.abc import Mapping
from pathlib import Path
from threading import RLock
from typing import Any

Row = dict[str, Any]

_TABLES = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
CREATE TABLE IF NOT EXISTS accounts (
    slug TEXT, code TEXT, number TEXT, sid TEXT, secret TEXT, public TEXT, reach TEXT,
    PRIMARY KEY (slug, code));
CREATE TABLE IF NOT EXISTS phones (
    number TEXT PRIMARY KEY, name TEXT, language TEXT);
CREATE TABLE IF NOT EXISTS messages (
    id INTEGER PRIMARY KEY, sid TEXT UNIQUE, slug TEXT, account_sid TEXT, code TEXT,
    direction TEXT, sender TEXT, recipient TEXT, body TEXT, segments INTEGER,
    status TEXT, error INTEGER, callback TEXT, created REAL, sent REAL, updated REAL);
CREATE INDEX IF NOT EXISTS message_sender ON messages (sender, id);
CREATE INDEX IF NOT EXISTS message_recipient ON messages (recipient, id);
CREATE INDEX IF NOT EXISTS message_account ON messages (account_sid, id);
CREATE TABLE IF NOT EXISTS media (
    sid TEXT PRIMARY KEY, message_sid TEXT, name TEXT, content_type TEXT, body BLOB);
CREATE INDEX IF NOT EXISTS media_message ON media (message_sid);
CREATE TABLE IF NOT EXISTS calls (
    id INTEGER PRIMARY KEY, sid TEXT UNIQUE, slug TEXT, account_sid TEXT, code TEXT,
    sender TEXT, recipient TEXT, callback TEXT, status TEXT, twiml TEXT, action TEXT,
    said TEXT, created REAL, answered REAL, updated REAL);
CREATE INDEX IF NOT EXISTS call_recipient ON calls (recipient, id);
CREATE TABLE IF NOT EXISTS requests (
    id INTEGER PRIMARY KEY, at REAL, slug TEXT, method TEXT, path TEXT, headers TEXT,
    body BLOB, fault TEXT, status INTEGER, answer BLOB);
CREATE TABLE IF NOT EXISTS hooks (
    id INTEGER PRIMARY KEY, at REAL, slug TEXT, code TEXT, message_sid TEXT, kind TEXT,
    url TEXT, body BLOB, headers TEXT, state TEXT, status INTEGER, error TEXT,
    ms INTEGER);
CREATE INDEX IF NOT EXISTS hook_message ON hooks (message_sid, id);
CREATE INDEX IF NOT EXISTS hook_held ON hooks (id) WHERE state = 'held';
CREATE TABLE IF NOT EXISTS knobs (slug TEXT PRIMARY KEY, value TEXT);
"""
_FORGETTABLE = ("messages", "media", "calls", "requests", "hooks", "knobs")


class Store:
    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)  # it holds the accounts' secrets
        self._lock = RLock()
        self._connection = sqlite3.connect(
            path, isolation_level=None, check_same_thread=False, timeout=20
        )
        self._connection.row_factory = sqlite3.Row
        self._connection.executescript(_TABLES)

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    def run(self, sql: str, *values: Any) -> int:
        """The number of rows that a change reached."""
        with self._lock:
            return self._connection.execute(sql, values).rowcount

    def all(self, sql: str, *values: Any) -> list[Row]:
        with self._lock:
            return [dict(row) for row in self._connection.execute(sql, values)]

    def one(self, sql: str, *values: Any) -> Row | None:
        with self._lock:
            row = self._connection.execute(sql, values).fetchone()
        return None if row is None else dict(row)

    def insert(self, table: str, row: Mapping[str, Any]) -> int:
        """The new row's id. `table` and the columns are names of ours, never data."""
        with self._lock:
            made = self._connection.execute(_insert(table, list(row)), [*row.values()])
            return int(made.lastrowid or 0)

    def forget(self) -> None:
        """All that was said and asked; accounts and phones stay."""
        for table in _FORGETTABLE:
            self.run(f"DELETE FROM {table}")  # noqa: S608  our own names


def _insert(table: str, columns: list[str]) -> str:
    marks = ", ".join("?" * len(columns))
    return (
        f"INSERT OR REPLACE INTO {table} "  # noqa: S608  our own names
        f"({', '.join(columns)}) VALUES ({marks})"
    )
