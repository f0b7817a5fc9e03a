"""SQLite: a compact copy taken while the desk goes on, put back page by page."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from django.db.backends.base.base import BaseDatabaseWrapper

from operations.backups.manifest import BadBackupError

PART = "database.sqlite3"
WAIT_SECONDS = 60.0


def dump(
    connection: BaseDatabaseWrapper, path: Path, tables: Iterable[str]
) -> dict[str, int]:
    """Copy the database; returns the rows of each table, counted in the copy."""
    with _opened(_file(connection)) as source:
        source.execute("VACUUM INTO ?", [str(path)])
    path.chmod(0o600)
    with _opened(path) as copy:
        return {name: _count(copy, name) for name in tables}


def load(connection: BaseDatabaseWrapper, path: Path, freezing: str) -> None:
    """Frozen before anybody can look: the switch is thrown in a copy of the copy."""
    target = _file(connection)
    target.parent.mkdir(parents=True, exist_ok=True)
    staged = target.with_name(f"{target.name}.restoring")
    connection.close()
    try:
        with _opened(staged) as copy:
            with _opened(path) as backup:
                backup.backup(copy)
            if copy.execute("PRAGMA quick_check").fetchone()[0] != "ok":
                raise BadBackupError("SQLite finds this copy damaged.")
            copy.executescript(freezing)
            with _opened(target) as live:
                copy.backup(live)
    finally:
        staged.unlink(missing_ok=True)


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path, timeout=WAIT_SECONDS)) as opened:
        opened.isolation_level = None
        yield opened


def _file(connection: BaseDatabaseWrapper) -> Path:
    return Path(str(connection.settings_dict["NAME"]))


def _count(copy: sqlite3.Connection, table: str) -> int:
    # The name comes from our own models, not from the copy.
    row = copy.execute(f'SELECT count(*) FROM "{table}"').fetchone()  # noqa: S608 (see above)
    return int(row[0])
