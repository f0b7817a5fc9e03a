"""The drills: what is broken, and what must hold all the same.

Numbers are those of the field's list of fault drills; docs/operations.md tells what
each one proves. A drill raises AssertionError with the figures when it fails.
"""

import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.server import Server
from channels_in.simulator.client import ask
from tests.drills.books import Books, balance, query, settle
from tests.drills.citizens import (
    CODE,
    NUMBER,
    SECRET,
    SID,
    Ledger,
    Letter,
    Post,
    letters,
)
from tests.drills.house import ROOT, DrillError, House

SLUG = "sms_twilio"
STALL_SECONDS = 60.0
SEED = 1912
HOURS = 3600


@dataclass
class Ground:
    """Where drills are held."""

    folder: Path
    server: Server
    data: Path
    size: int


@dataclass
class Result:
    name: str
    what: str
    ledger: Ledger
    books: Books
    broken: int  # how often something was killed or cut


@contextmanager
def house_of(ground: Ground, name: str, *, workers: int = 2) -> Iterator[House]:
    house = House(name, ground.folder, ground.server, ground.data)
    try:
        _in(house, "tests.drills.prepare")
        house.open(workers=workers)
        account = {
            "slug": SLUG, "code": CODE, "number": NUMBER, "sid": SID, "secret": SECRET,
            "public": house.url,
        }  # fmt: skip
        ask(house.simulator_url, "POST", "/accounts", account)
        knobs(house, receipts="none", latency_ms=0)
        yield house
    finally:
        house.close()


def knobs(house: House, **values: object) -> None:
    ask(house.simulator_url, "PUT", "/knobs", {SLUG: values})


def _in(house: House, module: str, *words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", module, *words],
        cwd=ROOT, env=house.environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise DrillError(f"{module}: {done.stderr[-3000:]}")
    return done.stdout


def intake(
    house: House, wanted: list[Letter], step: Callable[[int], None] = lambda n: None
) -> Ledger:
    ledger = Ledger()
    Post(house.url, ledger).deliver(wanted, step=step)
    return ledger


class Breaker:
    """Breaks something each time so many letters are in."""

    def __init__(self, size: int, times: int, act: Callable[[], bool]) -> None:
        self._every = max(size // (times + 1), 1)
        self._times, self._act = times, act
        self.done = 0

    def step(self, n: int) -> None:
        if n % self._every == 0 and self.done < self._times and self._act():
            self.done += 1


def once(result: Result, *, dead: int = 0, spare: int = 0) -> Result:
    """Each accepted message one complaint; each notice at the provider once."""
    books, wanted = result.books, len(result.ledger.accepted)
    faults = {
        "accepted but not in the inbox": len(books.lost),
        "in the inbox twice": books.inbox - wanted,
        "complaints missing": wanted - dead - books.complaints,
        "complaints twice": books.complaints_twice,
        "done without a complaint": books.without_complaint,
        "dead letters beside those meant": books.dead - dead,
        "notices not sent": books.unsent + books.failed,
        "notices sent twice": max(books.doubled - spare, 0),
        "stall over 60 s": books.longest_stall > STALL_SECONDS,
    }
    wrong = {name: many for name, many in faults.items() if many}
    if wrong:
        raise DrillError(f"{result.name}: {wrong}; {books}")
    return result


# The drills -------------------------------------------------------------------------


def f01(ground: Ground) -> Result:
    """kill -9 of workers and their children while messages come in."""
    dice = random.Random(SEED)  # noqa: S311  the same every time
    wanted = letters(ground.size)
    kills = min(50, max(ground.size // 50, 3))
    with house_of(ground, "F01") as house:

        def kill() -> bool:
            worker = dice.choice(house.workers)
            pids = worker.pids()
            # Every second time the worker itself, else one of its children.
            return bool(pids) and worker.kill(
                pids[0] if dice.random() < 0.5 else dice.choice(pids)
            )

        breaker = Breaker(ground.size, kills, kill)
        ledger = intake(house, wanted, step=breaker.step)
        settle(house, unsure=False)
        advanced(house, 2 * HOURS)
        books = balance(house, ledger.accepted)
    result = Result("F01", f01.__doc__ or "", ledger, books, breaker.done)
    # Only what was under way at a kill may have gone out twice.
    return once(result, spare=breaker.done * 8)


def f03(ground: Ground) -> Result:
    """kill -9 of web processes while messages come in."""
    dice = random.Random(SEED)  # noqa: S311  the same every time
    wanted = letters(ground.size)
    kills = min(50, max(ground.size // 50, 3))
    with house_of(ground, "F03") as house:

        def kill() -> bool:
            children = house.web.pids()[1:]
            return bool(children) and house.web.kill(dice.choice(children))

        breaker = Breaker(ground.size, kills, kill)
        ledger = intake(house, wanted, step=breaker.step)
        settle(house)
        books = balance(house, ledger.accepted)
    return once(Result("F03", f03.__doc__ or "", ledger, books, breaker.done))


def f04(ground: Ground) -> Result:
    """The database crashes and comes back, under load."""
    wanted = letters(ground.size)
    crashes = 10 if ground.size >= 1000 else 3
    with house_of(ground, "F04") as house:

        def crash() -> bool:
            house.crash_database()
            return True

        breaker = Breaker(ground.size, crashes, crash)
        ledger = intake(house, wanted, step=breaker.step)
        settle(house, unsure=False)
        advanced(house, 2 * HOURS)
        books = balance(house, ledger.accepted)
    result = Result("F04", f04.__doc__ or "", ledger, books, breaker.done)
    return once(result, spare=breaker.done * 16)


def f10(ground: Ground) -> Result:
    """Everything five times, shuffled, from two processes at once."""
    dice = random.Random(SEED)  # noqa: S311  the same every time
    wanted = letters(max(ground.size // 5, 20))
    with house_of(ground, "F10") as house:
        ledgers = [Ledger(), Ledger()]
        loads = []
        for times in (3, 2):
            copies = wanted * times
            dice.shuffle(copies)
            loads.append(copies)
        posts = [Post(house.url, ledger) for ledger in ledgers]
        with ThreadPoolExecutor(len(posts)) as pool:
            list(pool.map(Post.deliver, posts, loads))
        settle(house)
        both = Ledger(accepted=ledgers[0].accepted | ledgers[1].accepted)
        books = balance(house, both.accepted)
    return once(Result("F10", f10.__doc__ or "", both, books, 5))


_TRIES = "SELECT sum(attempts) FROM channels_in_inbound WHERE state = 'dead'"


def f12(ground: Ground) -> Result:
    """One message in fifty cannot be read."""
    wanted = letters(ground.size, poison_every=50)
    poison = sum(letter.poison for letter in wanted)
    with house_of(ground, "F12") as house:
        ledger = intake(house, wanted)
        settle(house)
        books = balance(house, ledger.accepted)
        tried = query(house, _TRIES)
        advanced(house, 24 * HOURS)
        again = query(house, _TRIES)
    if tried != again:
        raise DrillError(f"F12: dead letters were tried again: {tried} {again}")
    return once(Result("F12", f12.__doc__ or "", ledger, books, poison), dead=poison)


FAULTS = ("500", "429", "taken_500", "garbage")


def f13(ground: Ground) -> Result:
    """The provider fails in four ways, then recovers."""
    wanted = letters(max(ground.size // 10, 20))
    with house_of(ground, "F13") as house:
        part = len(wanted) // len(FAULTS)
        ledger = Ledger()
        for n, fault in enumerate(FAULTS):
            knobs(house, fault=fault, fault_next=12)
            some = wanted[n * part : (n + 1) * part if n < 3 else None]
            Post(house.url, ledger).deliver(some)
            settle(house, notices=False, unsure=False)
        knobs(house, fault="", fault_next=0)
        for hours in (0, 1, 2, 3, 4):
            advanced(house, hours * HOURS)
        books = balance(house, ledger.accepted)
    # An answer that is no answer leaves us in doubt: at most one copy of each.
    return once(Result("F13", f13.__doc__ or "", ledger, books, 12 * len(FAULTS)))


def f15(ground: Ground) -> Result:
    """The line is cut after the provider has taken the message."""
    wanted = letters(max(ground.size // 20, 10))
    with house_of(ground, "F15") as house:
        cuts = len(wanted)
        knobs(house, fault="cut", fault_next=cuts)
        ledger = intake(house, wanted)
        settle(house, unsure=False)
        advanced(house, 1 * HOURS)
        advanced(house, 2 * HOURS)
        books = balance(house, ledger.accepted)
    return once(Result("F15", f15.__doc__ or "", ledger, books, cuts))


_STEPS = """
SELECT count(*), count(DISTINCT (complaint_id, name, for_at))
FROM escalation_step WHERE at IS NOT NULL
"""
_RAISED = """
SELECT count(*), count(DISTINCT (complaint_id, to_status, data ->> 'level'))
FROM complaints_event WHERE kind = 'escalated'
"""


def f18(ground: Ground) -> Result:
    """The sweep was off for days while promises ran out."""
    return _late("F18", f18.__doc__ or "", ground, sweepers=1)


def f19(ground: Ground) -> Result:
    """The sweep was off, and then two sweep at once."""
    return _late("F19", f19.__doc__ or "", ground, sweepers=2)


def _late(name: str, what: str, ground: Ground, *, sweepers: int) -> Result:
    wanted = letters(max(ground.size // 20, 10))
    with house_of(ground, name) as house:
        ledger = intake(house, wanted)
        settle(house)
        for worker in house.workers:
            worker.stop()
        # No promise is longer than ten days here: all are due.
        late = ("tests.drills.advance", str(240 * HOURS))
        with ThreadPoolExecutor(sweepers) as pool:
            list(pool.map(lambda _n: _in(house, *late), range(sweepers)))
        advanced(house, 240 * HOURS + 60)
        books = balance(house, ledger.accepted)
        steps, raised = query(house, _STEPS)[0], query(house, _RAISED)[0]
    if steps[0] != steps[1] or raised[0] != raised[1]:
        raise DrillError(f"{name}: a step twice: steps {steps}, raised {raised}")
    if raised[0] < len(wanted):
        raise DrillError(f"{name}: {raised[0]} of {len(wanted)} were raised")
    return once(Result(name, what, ledger, books, sweepers))


def advanced(house: House, seconds: float) -> None:
    """What would happen by then; the workers' own clocks stay as they are."""
    for worker in house.workers:
        worker.stop()
    _in(house, "tests.drills.advance", str(seconds))


DRILLS: dict[str, Callable[[Ground], Result]] = {
    "F01": f01, "F03": f03, "F04": f04, "F10": f10, "F12": f12, "F13": f13,
    "F15": f15, "F18": f18, "F19": f19,
}  # fmt: skip
