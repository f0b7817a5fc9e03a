"""Two hosts on this machine: each its own web, worker and data folder; shared are the
database, the keys and the private files, as docs/operations.md asks for."""

import os
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from time import monotonic, sleep

from benchmarks.server import Server
from channels_in.simulator.client import ask
from tests.drills.balancer import Balancer
from tests.drills.citizens import CODE, NUMBER, SECRET, SID
from tests.drills.house import ROOT, START_SECONDS, DrillError, House, Kept

NAMES = ("a", "b")
SLUG = "sms_twilio"
STOP_SECONDS = 30.0


@dataclass
class Web:
    """A gunicorn whose port is held by us, as sunwai-web.socket holds it."""

    environment: dict[str, str]
    log: Path
    port: int = 0
    listener: socket.socket = field(init=False)
    process: "subprocess.Popen[bytes] | None" = None

    def __post_init__(self) -> None:
        self._listen()

    def _listen(self) -> None:
        self.listener = socket.socket()
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.listener.bind(("127.0.0.1", self.port))
        self.listener.listen(256)
        self.port = self.listener.getsockname()[1]

    def start(self) -> None:
        number = self.listener.fileno()
        # No keep-alive, as deploy/nginx.conf has it: each request takes its turn.
        command = [
            sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"fd://{number}",
            "--worker-class", "gthread", "--workers", "2", "--threads", "4",
            "--preload", "--keep-alive", "0", "--graceful-timeout", "20",
            "--log-level", "error",
        ]  # fmt: skip
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=self.environment, stdout=log, stderr=log,
                stdin=subprocess.DEVNULL, start_new_session=True, pass_fds=(number,),
            )  # fmt: skip
        self._await()

    def _await(self) -> None:
        until = monotonic() + START_SECONDS
        while monotonic() < until:
            line = HTTPConnection("127.0.0.1", self.port, timeout=5)
            with suppress(OSError, HTTPException):
                line.request("GET", "/healthz")
                if line.getresponse().status == 200:
                    return
            line.close()
            sleep(0.1)
        raise DrillError(f"the web of {self.log.parent.name} does not answer")

    def restart(self) -> None:
        """In order: no new requests, those under way answered, then the new code."""
        self.stop()
        self.start()

    def stop(self) -> None:
        if self.process is None:
            return
        self.process.send_signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(STOP_SECONDS)
        self._kill_group()

    def kill(self) -> None:
        """The host is gone, its port with it."""
        self.listener.close()
        self._kill_group()

    def revive(self) -> None:
        self._listen()
        self.start()

    def _kill_group(self) -> None:
        if self.process is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def close(self) -> None:
        self.stop()
        self.listener.close()


class TwoHosts(House):
    """A `House` with two of each, behind a balancer at the public address."""

    def __init__(self, folder: Path, server: Server, data: Path) -> None:
        super().__init__("two_hosts", folder, server, data)
        self.private = self.folder / "private"
        self.private.mkdir()
        environments = [self._environment(name) for name in NAMES]
        self.webs = [
            Web(given, self.folder / name / "web.log")
            for name, given in zip(NAMES, environments, strict=True)
        ]
        self.workers = [
            Kept(
                f"worker {name}",
                [sys.executable, "manage.py", "worker", "--name", name, "--grace", "5"],
                given,
                self.folder / name / "worker.log",
            )
            for name, given in zip(NAMES, environments, strict=True)
        ]
        self.balancer = Balancer(self.web_port, [web.port for web in self.webs])

    def _environment(self, name: str) -> dict[str, str]:
        own = self.folder / name
        own.mkdir()
        (own / "private").symlink_to(self.private)
        return self.environment | {"SUNWAI_DATA": str(own)}

    def open(self, *, workers: int = 2) -> None:
        self.simulator.start()
        for web in self.webs:
            web.start()
        self.start_workers()
        self.balancer.start()
        self._await_simulator()
        account = {
            "slug": SLUG, "code": CODE, "number": NUMBER, "sid": SID, "secret": SECRET,
            "public": self.url,
        }  # fmt: skip
        ask(self.simulator_url, "POST", "/accounts", account)
        ask(self.simulator_url, "PUT", "/knobs", {SLUG: {"receipts": "none"}})

    def start_workers(self) -> None:
        for worker in self.workers:
            worker.start()

    def _await_simulator(self) -> None:
        until = monotonic() + START_SECONDS
        while monotonic() < until:
            with suppress(Exception):
                ask(self.simulator_url, "GET", "/")
                return
            sleep(0.1)
        raise DrillError("the simulator does not answer")

    def close(self) -> None:
        self.balancer.stop()
        for web in self.webs:
            web.close()
        for kept in (*self.workers, self.simulator):
            kept.stop()
