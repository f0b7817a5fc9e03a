"""What every workload is given: the server, the sites, the clients, how long."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.client import Request
from benchmarks.processes import Clients, cpu_seconds
from benchmarks.server import Server

if TYPE_CHECKING:
    from benchmarks.people import Reader

BIG = 100_000
FEW = frozenset({"PMC agent", "PMC officer", "PMC zone_head", "UPPCL agent"})


@dataclass(frozen=True)
class Site:
    port: int
    pid: int
    first_answer: float


@dataclass(frozen=True)
class Bench:
    size: int
    at: datetime
    server: Server
    folder: Path
    env: Mapping[str, str]
    clients: Clients
    desk: Site
    floor: Site

    @property
    def rounds(self) -> int:
        return 5 if self.size >= BIG else 3

    @property
    def seconds(self) -> float:
        """Of one round at one site."""
        return 5.0 if self.size >= BIG else 2.0

    @property
    def times(self) -> int:
        """How often a query is asked."""
        return 9 if self.size >= BIG else 3

    @property
    def readers(self) -> "list[Reader]":
        """Ten on the big desk; on the small one those who are worst off."""
        from benchmarks.people import readers  # Django must be there first

        everybody = readers(self.at)
        if self.size >= BIG:
            return everybody
        return [reader for reader in everybody if reader.label in FEW]


@dataclass(frozen=True)
class Round:
    rate: float
    p50: float
    p95: float
    errors: int
    done: int
    web_ms: float  # CPU a request
    database_ms: float
    answers: dict[str, int]


@dataclass(frozen=True)
class Pair:
    """The same number of rounds at the desk and at the floor, in turns."""

    desk: list[Round]
    floor: list[Round]

    def more(self) -> dict[str, object]:
        return {
            f"{site}_{name}": median(getattr(r, name) for r in rounds)
            for site, rounds in (("desk", self.desk), ("floor", self.floor))
            for name in ("p50", "p95", "web_ms", "database_ms")
        } | {"errors": sum(r.errors for r in self.desk), "cpu": self.cpu_ratio()}

    def cpu_ratio(self) -> float:
        """The floor's work for one request by ours: the ratio of a full machine."""
        return median(r.web_ms + r.database_ms for r in self.floor) / max(
            median(r.web_ms + r.database_ms for r in self.desk), 0.001
        )

    def spread(self) -> tuple[float, float]:
        ratios = [
            ours.rate / max(floor.rate, 0.001)
            for ours, floor in zip(self.desk, self.floor, strict=True)
        ]
        return min(ratios), max(ratios)

    def note(self) -> str:
        found = self.more()
        least, most = self.spread()
        return (
            f"rounds {least:.2f} to {most:.2f}; by CPU {found['cpu']:.2f};"
            f" p95 {found['desk_p95']:.0f} ms"
            f" (floor {found['floor_p95']:.0f}); CPU"
            f" {found['desk_web_ms']:.1f} + {found['desk_database_ms']:.1f} ms"
            f" ({found['floor_web_ms']:.1f} + {found['floor_database_ms']:.1f});"
            f" errors {found['errors']}"
        )


def round_of(
    bench: Bench, site: Site, requests: str, clients: int, seconds: float
) -> Round:
    web, database = cpu_seconds(site.pid), cpu_seconds(bench.server.pid)
    found = bench.clients.run(site.port, requests, clients, seconds)
    done = max(found["done"], 1)
    return Round(
        rate=found["rate"], p50=found["p50"], p95=found["p95"],
        errors=found["errors"], done=found["done"],
        web_ms=(cpu_seconds(site.pid) - web) * 1000 / done,
        database_ms=(cpu_seconds(bench.server.pid) - database) * 1000 / done,
        answers=found["answers"],
    )  # fmt: skip


def side_by_side(
    bench: Bench,
    name: str,
    desk: list[Request],
    floor: list[Request],
    clients: int = 8,
) -> Pair:
    ours = bench.clients.prepare(f"{name}-desk", desk)
    theirs = bench.clients.prepare(f"{name}-floor", floor)
    for site, requests in ((bench.desk, ours), (bench.floor, theirs)):
        round_of(bench, site, requests, clients, 0.7)  # both workers are warm
    pair = Pair([], [])
    for _ in range(bench.rounds):
        pair.floor.append(round_of(bench, bench.floor, theirs, clients, bench.seconds))
        pair.desk.append(round_of(bench, bench.desk, ours, clients, bench.seconds))
    return pair
