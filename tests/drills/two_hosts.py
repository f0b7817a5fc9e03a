"""Two web hosts and two workers over one PostgreSQL, on this machine.

python -m tests.drills.two_hosts [--size 200] [--keep]

1. SMS come in at both webs in turn: each is one complaint, each answer leaves once.
2. One web and one worker are killed amid the next hundred: the others take over.
3. Both hosts are restarted one after the other amid the next hundred: no error page.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from time import monotonic

from tests.drills.books import Books, balance, query, settle
from tests.drills.citizens import Ledger, Letter, Post, letters
from tests.drills.held import _in, advanced
from tests.drills.hosts import TwoHosts
from tests.drills.house import DrillError, forget, prepared

_WORKERS = "SELECT name FROM operations_heartbeat"
HOUR = 3600.0
BATCH = 8
MOST = 20_000
PAUSE_SECONDS = 0.15
HEAD = (
    "stage", "accepted", "again", "complaints", "lost", "twice", "notices", "sent",
    "doubled", "web a", "web b", "stop s", "took s",
)  # fmt: skip
WIDTH = 11


@dataclass
class Drill:
    hosts: TwoHosts
    wanted: list[Letter]
    accepted: set[str]
    next: int = 0

    def some(self, count: int) -> list[Letter]:
        found = self.wanted[self.next : self.next + count]
        if len(found) < count:
            raise DrillError("no letters are left")
        self.next += count
        return found

    def send(self, count: int) -> Ledger:
        ledger = Ledger()
        Post(self.hosts.url, ledger).deliver(self.some(count))
        self.accepted |= ledger.accepted
        return ledger

    def send_while(self, deed: Callable[[], float], count: int) -> tuple[Ledger, float]:
        """At least so many, and on until the deed is done; what the deed measured."""
        ledger, over = Ledger(), Event()
        measured: list[float] = []
        post = Post(self.hosts.url, ledger)

        def act() -> None:
            try:
                measured.append(deed())
            finally:
                over.set()

        thread = Thread(target=act)
        for sent in range(0, MOST, BATCH):
            post.deliver(self.some(BATCH))
            if sent == count // 3 // BATCH * BATCH:
                thread.start()
            if sent >= count and over.wait(PAUSE_SECONDS):
                break
        thread.join()
        if not measured:
            raise DrillError("what was to be done amid the letters failed")
        self.accepted |= ledger.accepted
        return ledger, measured[0]


def both_at_work(drill: Drill, size: int) -> tuple[Ledger, float]:
    ledger = drill.send(size)
    settle(drill.hosts)
    names = {
        row[0] for row in query(drill.hosts, "SELECT name FROM operations_heartbeat")
    }
    if names != {"a", "b"}:
        raise DrillError(f"two workers were to be alive: {names}")
    shares = [drill.hosts.balancer.taken[web.port] for web in drill.hosts.webs]
    if min(shares) < size // 3:
        raise DrillError(f"the letters went to one web only: {shares}")
    return ledger, 0.0


def one_killed(drill: Drill, size: int) -> tuple[Ledger, float]:
    web, worker = drill.hosts.webs[0], drill.hosts.workers[0]

    def kill() -> float:
        worker.stopping.set()  # its keeper is not to start it again
        for pid in worker.pids():
            worker.kill(pid)
        web.kill()
        return 0.0

    found = drill.send_while(kill, size)
    settle(drill.hosts, notices=False, unsure=False)
    # What was under way in the killed worker: its lease, then the provider is asked.
    advanced(drill.hosts, 2 * HOUR)
    web.revive()
    drill.hosts.start_workers()
    return found


def restarted(drill: Drill, size: int) -> tuple[Ledger, float]:
    """Host by host, web then worker; how long the slowest took to stop."""

    def roll() -> float:
        slowest = 0.0
        for web, worker in zip(drill.hosts.webs, drill.hosts.workers, strict=True):
            for stop in (web.stop, worker.stop):
                began = monotonic()
                stop()
                slowest = max(slowest, monotonic() - began)
            web.start()
            worker.start()
        return slowest

    ledger, slowest = drill.send_while(roll, size)
    settle(drill.hosts, unsure=False)
    advanced(drill.hosts, 4 * HOUR)
    drill.hosts.start_workers()
    if ledger.refused:
        raise DrillError(f"{ledger.refused} requests failed during the restart")
    if slowest > 30:
        raise DrillError(f"a process took {slowest:.0f} s to stop")
    return ledger, slowest


STAGES: dict[str, Callable[[Drill, int], tuple[Ledger, float]]] = {
    "both": both_at_work,
    "killed": one_killed,
    "restarted": restarted,
}


def check(drill: Drill, books: Books) -> None:
    accepted = len(drill.accepted)
    faults = {
        "accepted and lost": len(books.lost),
        "in the inbox twice": books.inbox - accepted,
        "complaints missing or too many": accepted - books.complaints,
        "complaints twice": books.complaints_twice,
        "without a complaint": books.without_complaint,
        "dead": books.dead,
        "notices not sent": books.unsent + books.failed + books.unsure,
        "notices missing at the provider": books.notices - books.taken,
        "notices sent twice": books.doubled,
    }
    wrong = {name: many for name, many in faults.items() if many}
    if wrong:
        raise DrillError(f"{wrong}; {books}")


def main() -> int:
    given = _given()
    folder = Path(tempfile.mkdtemp(prefix="sunwai-two-hosts-"))
    folder.chmod(0o755)  # the postgres user looks in
    try:
        with prepared(folder) as (server, data):
            hosts = TwoHosts(folder, server, data)
            try:
                _in(hosts, "tests.drills.prepare")
                hosts.open()
                hold(Drill(hosts, letters(MOST), set()), given.size)
            finally:
                hosts.close()
    except (DrillError, TimeoutError) as error:
        _say(f"FAILED: {error}")
        return 1
    finally:
        if not given.keep:
            forget(folder)
    _say("held: each complaint once, each notice once, no error page")
    return 0


def hold(drill: Drill, size: int) -> None:
    _line(*HEAD)
    sizes = {"both": size}
    for name, stage in STAGES.items():
        started = monotonic()
        before = dict(drill.hosts.balancer.taken)
        ledger, slowest = stage(drill, sizes.get(name, max(size // 2, 20)))
        books = balance(drill.hosts, drill.accepted)
        check(drill, books)
        taken = drill.hosts.balancer.taken
        shares = [taken[web.port] - before.get(web.port, 0) for web in drill.hosts.webs]
        _line(
            name, len(ledger.accepted), ledger.refused, books.complaints,
            len(books.lost), books.complaints_twice, books.notices, books.taken,
            books.doubled, *shares, f"{slowest:.1f}", f"{monotonic() - started:.0f}",
        )  # fmt: skip


def _given() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="two_hosts", description=__doc__)
    parser.add_argument("--size", type=int, default=200, help="messages at first")
    parser.add_argument("--keep", action="store_true", help="keep logs and files")
    return parser.parse_args()


def _line(*cells: object) -> None:
    _say("".join(str(cell).ljust(WIDTH) for cell in cells))


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201  what the drill is for


if __name__ == "__main__":
    sys.exit(main())
