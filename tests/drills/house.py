"""A whole installation on this machine, made to be broken: database, web, workers and
the simulator, each a process of its own that is started again when it ends."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from threading import Event, Thread
from time import monotonic, sleep

from benchmarks.server import Server, free_port, postgres

ROOT = Path(__file__).resolve().parents[2]
LOOK_SECONDS = 0.1
START_SECONDS = 60.0
TEMPLATE = "template_drill"
WEB_PROCESSES = 2


class DrillError(AssertionError):
    """The drill could not be held, or did not end as it must."""


@dataclass
class Kept:
    """A command that is started again, as systemd would."""

    name: str
    command: list[str]
    environment: dict[str, str]
    log: Path
    starts: int = 0
    process: "subprocess.Popen[bytes] | None" = None
    stopping: Event = field(default_factory=Event)
    _keeper: Thread | None = None

    def start(self) -> None:
        self.stopping.clear()
        self._keeper = Thread(target=self._keep, name=self.name, daemon=True)
        self._keeper.start()

    def _keep(self) -> None:
        while not self.stopping.is_set():
            with self.log.open("ab") as log:
                self.process = subprocess.Popen(
                    self.command, cwd=ROOT, env=self.environment, stdout=log,
                    stderr=log, stdin=subprocess.DEVNULL, start_new_session=True,
                )  # fmt: skip
            self.starts += 1
            while self.process.poll() is None and not self.stopping.is_set():
                self.stopping.wait(LOOK_SECONDS)
            if not self.stopping.is_set():
                self.kill_group()
                sleep(LOOK_SECONDS)

    def pids(self) -> list[int]:
        """The process and its children, the oldest first."""
        if self.process is None or self.process.poll() is not None:
            return []
        return [self.process.pid, *descendants(self.process.pid)]

    def kill(self, pid: int) -> bool:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
            return True
        return False

    def kill_group(self) -> None:
        if self.process is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def stop(self, seconds: float = 20.0) -> None:
        self.stopping.set()
        if self._keeper is not None:
            self._keeper.join()
        if self.process is None:
            return
        with suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(seconds)
        self.kill_group()


class House:
    """One drill's installation, over a database that is a copy of the prepared one."""

    def __init__(self, name: str, folder: Path, server: Server, data: Path) -> None:
        self.folder = folder / name
        self.folder.mkdir()
        self.database = f"drill_{name.lower()}"
        self.server, self._data = server, data
        _psql_tool(server, "createdb", "--template", TEMPLATE, self.database)
        self.web_port, self.simulator_port = free_port(), free_port()
        self.environment = environment(
            self.folder, server.url(self.database), self.web_port, self.simulator_port
        )
        self.web = self._kept("web", *_gunicorn(self.web_port))
        self.workers = [
            self._kept(
                f"worker{n}", "manage.py", "worker", "--grace", "3", "--name", f"w{n}"
            )
            for n in (1, 2)
        ]
        self.simulator = self._kept(
            "simulator", "manage.py", "simulator", "--port", str(self.simulator_port)
        )

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.web_port}"

    @property
    def simulator_url(self) -> str:
        return f"http://127.0.0.1:{self.simulator_port}"

    def _kept(self, name: str, *command: str) -> Kept:
        return Kept(
            name,
            [sys.executable, *command],
            self.environment,
            self.folder / f"{name}.log",
        )

    def open(self, *, workers: int = 2) -> None:
        for kept in (self.simulator, self.web, *self.workers[:workers]):
            kept.start()
        for port in (self.web_port, self.simulator_port):
            _await(port)

    def close(self) -> None:
        for kept in (*self.workers, self.web, self.simulator):
            kept.stop()

    def manage(self, *words: str) -> str:
        """One of our own commands in this house; its output."""
        done = subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise DrillError(f"manage.py {words[0]}: {done.stderr[-2000:]}")
        return done.stdout

    def crash_database(self) -> None:
        """As a power cut: no goodbye to anybody, then up again from its log."""
        command = [self.server.binaries / "pg_ctl", "restart", "--mode=immediate",
                   "--wait", "--silent", f"--pgdata={self._data}",
                   f"--log={self._data.parent / 'server.log'}"]  # fmt: skip
        _as_postgres(*map(str, command))


def environment(
    folder: Path, database_url: str, web_port: int, simulator_port: int
) -> dict[str, str]:
    own = ("PATH", "HOME", "LANG")
    kept = {name: os.environ[name] for name in own if name in os.environ}
    return kept | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PYTHONPATH": str(ROOT),
        "DATABASE_URL": database_url,
        "SUNWAI_DATA": str(folder / "data"),
        "SUNWAI_SECRET_KEY": "a-key-for-drills-that-nobody-uses-elsewhere",
        "SUNWAI_CREDENTIALS_KEYS": "ZHJpbGxzLW9ubHktMzItYnl0ZXMtb2Yta2V5LWhlcmU=",
        "SUNWAI_PUBLIC_URL": f"http://127.0.0.1:{web_port}",
        "SUNWAI_SIMULATOR_URL": f"http://127.0.0.1:{simulator_port}",
        "SUNWAI_EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend",
        "SUNWAI_LOG_LEVEL": "ERROR",
    }


def _psql_tool(server: Server, name: str, *words: str) -> None:
    where = ("-h", "127.0.0.1", "-p", str(server.port), "-U", "sunwai")
    subprocess.run([str(server.binaries / name), *where, *words], check=True)


def _as_postgres(*command: str) -> None:
    """PostgreSQL refuses to run as root."""
    other = ("/usr/sbin/runuser", "-u", "postgres", "--") if os.geteuid() == 0 else ()
    subprocess.run([*other, *command], check=True, stdout=subprocess.DEVNULL)


def descendants(pid: int) -> list[int]:
    """Children, and theirs, of one process."""
    found: list[int] = []
    with suppress(OSError):
        below = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        for child in map(int, below):
            found += [child, *descendants(child)]
    return found


def _gunicorn(port: int) -> list[str]:
    return [
        "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}",
        "--worker-class", "gthread", "--workers", str(WEB_PROCESSES), "--threads", "4",
        "--log-level", "error", "--graceful-timeout", "3",
    ]  # fmt: skip


def _await(port: int) -> None:
    until = monotonic() + START_SECONDS
    while monotonic() < until:
        web = HTTPConnection("127.0.0.1", port, timeout=5)
        with closing(web), suppress(OSError, HTTPException):
            web.request("GET", "/healthz")
            web.getresponse().read()
            return
        sleep(LOOK_SECONDS)
    raise DrillError(f"nobody answers at port {port}")


@contextmanager
def prepared(folder: Path) -> Iterator[tuple[Server, Path]]:
    """A database server with a desk that is ready to take complaints."""
    home = folder / "postgres"
    with postgres(home, (TEMPLATE,)) as server:
        values = environment(folder, server.url(TEMPLATE), 1, 2)
        for words in (["migrate", "--verbosity=0"], ["load_preset", "pmc"]):
            done = subprocess.run(
                [sys.executable, "manage.py", *words],
                cwd=ROOT, env=values, capture_output=True, text=True, check=False,
            )  # fmt: skip
            if done.returncode:
                raise DrillError(f"{words[0]}: {done.stderr[-2000:]}")
        yield server, home / "data"


def forget(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
