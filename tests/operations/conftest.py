import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep
from urllib.parse import quote

import pytest
from django.db import connection

ROOT = Path(__file__).parents[2]


class Desk:
    """A database of its own and the processes that work on it."""

    def __init__(self, folder: Path, database_url: str) -> None:
        self.folder = folder
        self._env = os.environ | {
            "DJANGO_SETTINGS_MODULE": "tests.operations.worker_settings",
            "DATABASE_URL": database_url,
            "SUNWAI_DATA": str(folder),
            "PYTHONPATH": str(ROOT),
        }
        self._started: list[subprocess.Popen[str]] = []

    def manage(self, *args: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "django", *args],
            env=self._env,
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self._started.append(process)
        return process

    def script(self, code: str) -> subprocess.Popen[str]:
        return self.manage("shell", "--verbosity=0", "-c", code)

    def worker(self, *args: str) -> subprocess.Popen[str]:
        """A worker whose whole tree is up."""
        (self.folder / "jobs.json").unlink(missing_ok=True)
        process = self.manage("worker", *args)
        until(lambda: (self.folder / "jobs.json").exists() or process.poll())
        until(lambda: len(descendants(process.pid)) == 5)
        return process

    def clean(self) -> None:
        for process in self._started:
            for pid in [*descendants(process.pid), process.pid]:
                with suppress(ProcessLookupError):
                    os.kill(pid, 9)
            process.communicate()


def until(condition: Callable[[], object], seconds: float = 20) -> None:
    """Wait for another process; the limit is only there to end a failing test."""
    end = monotonic() + seconds
    while not condition():
        if monotonic() > end:
            raise AssertionError(f"not within {seconds} s")
        sleep(0.05)


def descendants(pid: int) -> list[int]:
    parents: dict[int, int] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, parent = path.read_text().rpartition(")")[2].split()[:2]
            if state != "Z":
                parents[int(path.parent.name)] = int(parent)
    found = [pid]
    for one in found:
        found += [child for child, parent in parents.items() if parent == one]
    return found[1:]


def is_alive(pid: int) -> bool:
    with suppress(OSError):
        return (
            Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
        )
    return False


@pytest.fixture(scope="module")
def desk_database(
    django_db_setup: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("desk")
    if connection.vendor == "sqlite":
        url = f"sqlite:///{folder / 'desk.sqlite3'}"
        _migrate(folder, url)
        yield url
        return
    import psycopg

    given = connection.settings_dict
    server = {
        "host": given["HOST"] or None,
        "port": given["PORT"] or None,
        "user": given["USER"] or None,
        "password": given["PASSWORD"] or None,
        "dbname": given["NAME"],
    }
    # Connected to directly: the suite's own connection may be inside a transaction.
    with psycopg.connect(autocommit=True, **server) as server_connection:
        server_connection.execute("DROP SCHEMA IF EXISTS worker_tests CASCADE")
        server_connection.execute("CREATE SCHEMA worker_tests")
        try:
            url = (
                f"postgres://{quote(given['USER'])}:{quote(given['PASSWORD'])}"
                f"@{quote(given['HOST'] or 'localhost', safe='')}"
                f":{given['PORT'] or 5432}/{quote(given['NAME'])}"
                "?options=-csearch_path%3Dworker_tests"
            )
            _migrate(folder, url)
            yield url
        finally:
            server_connection.execute("DROP SCHEMA worker_tests CASCADE")


@pytest.fixture
def desk(desk_database: str, tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path, desk_database)
    try:
        yield desk
    finally:
        desk.clean()


def _migrate(folder: Path, url: str) -> None:
    process = Desk(folder, url).manage("migrate", "--verbosity=0")
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
