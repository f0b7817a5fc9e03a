"""A PostgreSQL of our own: Debian's binaries, loopback, a folder that goes again."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

USER = "sunwai"
# As docs/operations.md has a machine of 4 GB; no write is made less durable.
OPTIONS = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "shared_buffers": "1GB",
    "effective_cache_size": "3GB",
    "work_mem": "8MB",
    "max_wal_size": "2GB",
    "random_page_cost": "1.1",
    "maintenance_work_mem": "512MB",
    "max_connections": "150",
}


class NoPostgresError(RuntimeError):
    """No server binaries on this machine: apt-get install postgresql."""


@dataclass(frozen=True)
class Server:
    port: int
    pid: int
    binaries: Path

    def url(self, database: str) -> str:
        return f"postgres://{USER}@127.0.0.1:{self.port}/{database}"

    def dsn(self, database: str) -> str:
        return f"host=127.0.0.1 port={self.port} user={USER} dbname={database}"


@contextmanager
def postgres(folder: Path, databases: tuple[str, ...]) -> Iterator[Server]:
    """Runs while the block does; stopped by the pid in its own folder at any end."""
    binaries, port, data = _binaries(), free_port(), folder / "data"
    folder.mkdir()
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    _as_postgres(
        binaries / "initdb", f"--pgdata={data}", f"--username={USER}", "--auth=trust",
        "--encoding=UTF8", f"--locale={_utf8_locale()}",
    )  # fmt: skip
    settings = " ".join(f"-c {name}={value}" for name, value in OPTIONS.items())
    start = f"-h 127.0.0.1 -p {port} -k {folder} {settings}"
    try:
        _as_postgres(
            binaries / "pg_ctl", "start", "--wait", "--silent", f"--pgdata={data}",
            f"--log={folder / 'server.log'}", f"--options={start}",
        )  # fmt: skip
        for name in databases:
            _run(binaries / "createdb", "-h", "127.0.0.1", "-p", port, "-U", USER, name)
        pid = int((data / "postmaster.pid").read_text().split("\n", 1)[0])
        yield Server(port, pid, binaries)
    finally:
        if (data / "postmaster.pid").exists():
            _as_postgres(
                binaries / "pg_ctl", "stop", "--silent", "--mode=fast",
                f"--pgdata={data}",
            )  # fmt: skip


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _binaries() -> Path:
    found = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(found, key=lambda path: int(path.parts[-3]), default=None)
    if newest is None:
        raise NoPostgresError(
            "no /usr/lib/postgresql/*/bin: apt-get install postgresql"
        )
    return newest.parent


def _utf8_locale() -> str:
    """Trigrams of Hindi are empty under plain C."""
    known = subprocess.run(
        ["/usr/bin/locale", "-a"], check=True, capture_output=True, text=True
    ).stdout.split()
    wanted = ("c.utf8", "c.utf-8", "en_us.utf8", "en_us.utf-8")
    return next((name for name in known if name.lower() in wanted), "C.UTF-8")


def _as_postgres(*command: object) -> None:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() == 0:
        _run("/usr/sbin/runuser", "-u", "postgres", "--", *command)
    else:
        _run(*command)


def _run(*command: object) -> None:
    subprocess.run(  # noqa: S603 (our own words and Debian's binaries)
        [str(word) for word in command], check=True, stdout=subprocess.DEVNULL
    )
