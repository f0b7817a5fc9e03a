"""Processes of ours: started, waited for, measured from /proc, stopped by their pid."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from benchmarks.client import Request

_TICKS = os.sysconf("SC_CLK_TCK")
STARTS_WITHIN = 30.0
ROOT = Path(__file__).resolve().parent.parent


@contextmanager
def running(
    command: list[str], env: Mapping[str, str], log: Path
) -> Iterator["subprocess.Popen[bytes]"]:
    with log.open("ab") as output:
        process = subprocess.Popen(  # noqa: S603 (our own programs)
            [sys.executable, *command], env=dict(env), cwd=ROOT,
            stdout=output, stderr=output,
        )  # fmt: skip
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def gunicorn(application: str, port: int) -> list[str]:
    return [
        "-m", "gunicorn", application, "--workers=2", "--worker-class=sync",
        f"--bind=127.0.0.1:{port}", "--preload", "--log-level=warning",
        "--backlog=512", "--worker-tmp-dir=/dev/shm",
    ]  # fmt: skip


def first_answer(
    process: "subprocess.Popen[bytes]", port: int, path: str, log: Path
) -> float:
    """Seconds until it answers there."""
    started = monotonic()
    while monotonic() - started < STARTS_WITHIN and process.poll() is None:
        connection = HTTPConnection("127.0.0.1", port, timeout=STARTS_WITHIN)
        try:
            connection.request("GET", path)
            connection.getresponse().read()
            return monotonic() - started
        except OSError:
            sleep(0.02)
        finally:
            connection.close()
    raise RuntimeError(f"nobody answers on port {port}: {_read(log)[-800:]}")


def tree(pid: int) -> list[int]:
    """The process and all below it."""
    found = [pid]
    for each in found:  # grows while we walk it
        tasks = Path(f"/proc/{each}/task").glob("*/children")
        for children in tasks:
            found += [int(child) for child in _read(children).split()]
    return found


def cpu_seconds(pid: int) -> float:
    """Of the whole tree, with those children that have ended and been waited for."""
    ticks = 0
    for place, each in enumerate(tree(pid)):
        fields = _read(Path(f"/proc/{each}/stat")).rpartition(")")[2].split()
        ticks += sum(map(int, fields[11 : 15 if place == 0 else 13]))
    return ticks / _TICKS


def pss_mb(pid: int) -> float:
    """Memory that is this process's own, and its share of what it shares."""
    for line in _read(Path(f"/proc/{pid}/smaps_rollup")).splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""  # it has ended


class Clients:
    """The process that benchmarks/client.py runs in."""

    def __init__(self, process: "subprocess.Popen[str]", folder: Path) -> None:
        self._process = process
        self._folder = folder
        self._next: dict[str, int] = {}

    def prepare(self, name: str, requests: list[Request]) -> str:
        path = self._folder / f"{name}.json"
        path.write_text(json.dumps(requests))
        return str(path)

    def run(self, port: int, requests: str, clients: int, seconds: float) -> Any:
        order = {
            "port": port, "requests": requests, "clients": clients,
            "seconds": seconds, "first": self._next.get(requests, 0),
        }  # fmt: skip
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None:
            raise RuntimeError("the clients have no pipes")
        stdin.write(json.dumps(order) + "\n")
        stdin.flush()
        result = json.loads(stdout.readline())
        self._next[requests] = result["next"]
        return result


@contextmanager
def clients(folder: Path) -> Iterator[Clients]:
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.client"], cwd=ROOT, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    try:
        yield Clients(process, folder)
    finally:
        process.terminate()
        process.wait()
