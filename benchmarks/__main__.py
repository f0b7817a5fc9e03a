"""`make bench`: builds a desk of SIZE complaints, measures it, and stops everything."""

import argparse
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic

from benchmarks import world
from benchmarks.bench import Bench, Site
from benchmarks.processes import ROOT, clients, first_answer, gunicorn, running
from benchmarks.result import Row, heading, line, save, summary
from benchmarks.server import OPTIONS, Server, free_port, postgres


def main() -> None:
    given = _arguments()
    signal.signal(signal.SIGTERM, _leave)
    begun = monotonic()

    def report(text: str) -> None:
        sys.stderr.write(f"[{monotonic() - begun:6.1f} s] {text}\n")

    folder = Path(tempfile.mkdtemp(prefix="sunwai-bench."))
    folder.chmod(0o755)  # the postgres user looks in
    try:
        with postgres(folder / "pg", (world.DESK, world.FLOOR)) as server:
            env = world.environment(server, folder)
            world.enter(env)
            at = world.build(given.size, report)
            world.build_floor(server, env, given.size)
            report("floor")
            rows = _measured(given.size, at, server, folder, env, given.only)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    about = {"size": given.size, "seconds": monotonic() - begun} | _machine()
    about["database"] = OPTIONS
    path = save(rows, about, ROOT / "build/bench", datetime.now(UTC))
    _say(f"{path.relative_to(ROOT)}, {monotonic() - begun:.0f} s")
    _say(summary(rows))


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks")
    parser.add_argument("--size", type=int, default=10_000, help="how many complaints")
    parser.add_argument("--only", default="", help="workloads, as: W3 W5")
    return parser.parse_args()


def _leave(_signal: int, _frame: object) -> None:
    sys.exit(143)  # so that the server is stopped and the folder goes


def _machine() -> dict[str, object]:
    with open("/proc/cpuinfo") as file:
        models = [row.split(":")[1].strip() for row in file if "model name" in row]
    load = Path("/proc/loadavg").read_text().split()[0]
    return {"cpu": models[:1], "cores": len(models), "load_after": float(load)}


def _measured(
    size: int,
    at: datetime,
    server: Server,
    folder: Path,
    env: dict[str, str],
    only: str,
) -> list[Row]:
    from benchmarks.measure import work_alone
    from benchmarks.workloads.all import WORKLOADS

    work_alone()
    _say(heading())
    rows = []
    with ExitStack() as stack:
        bench = stack.enter_context(_bench(size, at, server, folder, env))
        for name, workload in WORKLOADS:
            if only and name not in only.split():
                continue
            for row in workload(bench):
                rows.append(row)
                _say(line(row))
    return rows


@contextmanager
def _bench(
    size: int, at: datetime, server: Server, folder: Path, env: dict[str, str]
) -> Iterator[Bench]:
    with ExitStack() as stack:
        sites = [
            stack.enter_context(_site(application, folder, path, env))
            for application, path in (
                ("config.wsgi", "/help/"),
                ("benchmarks.floor.wsgi", "/complaints/1/"),
            )
        ]
        yield Bench(
            size, at, server, folder, env, stack.enter_context(clients(folder)), *sites
        )


@contextmanager
def _site(
    application: str, folder: Path, path: str, env: dict[str, str]
) -> Iterator[Site]:
    port, log = free_port(), folder / f"{application}.log"
    with running(gunicorn(application, port), env, log) as process:
        yield Site(port, process.pid, first_answer(process, port, path, log))


if __name__ == "__main__":
    main()
