"""Clients at work, in a process of their own: `python -m benchmarks.client`.

One order a line on the standard input, one result a line on the output. No Django
here: what the clients cost must not be what the desk costs.
"""

import json
import sys
from collections import Counter
from dataclasses import asdict, dataclass, field
from http.client import HTTPConnection, HTTPException
from itertools import count
from pathlib import Path
from threading import Thread
from time import perf_counter
from typing import Any

# Method, address, headers, body.
Request = tuple[str, str, dict[str, str], str]
TIMEOUT = 30.0
FINE = range(200, 400)


@dataclass
class Tally:
    """`requests` is a file of requests; from `first` on each is sent once, in turn."""

    ms: list[float] = field(default_factory=list)
    answers: Counter[str] = field(default_factory=Counter)


def run(order: dict[str, Any]) -> dict[str, Any]:
    requests = _read(order["requests"])
    turn = count(order["first"])
    tallies = [Tally() for _ in range(order["clients"])]
    start = perf_counter()
    ends = start + order["seconds"]
    threads = [
        Thread(target=_client, args=(order["port"], requests, turn, ends, tally))
        for tally in tallies
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = perf_counter() - start
    answers: Counter[str] = sum((tally.answers for tally in tallies), Counter())
    ms = sorted(one for tally in tallies for one in tally.ms)
    fine = sum(n for status, n in answers.items() if status.isdigit())
    good = sum(n for status, n in answers.items() if _is_fine(status))
    result = Result(
        rate=good / took, seconds=took, done=fine, errors=sum(answers.values()) - good,
        p50=_share(ms, 0.5), p95=_share(ms, 0.95), next=next(turn),
        answers=dict(answers),
    )  # fmt: skip
    return asdict(result)


@dataclass(frozen=True)
class Result:
    rate: float
    seconds: float
    done: int
    errors: int
    p50: float
    p95: float
    next: int
    answers: dict[str, int]


def _is_fine(status: str) -> bool:
    return status.isdigit() and int(status) in FINE


def _client(
    port: int, requests: list[Request], turn: "count[int]", ends: float, tally: Tally
) -> None:
    connection = HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
    while (start := perf_counter()) < ends:
        method, address, headers, body = requests[next(turn) % len(requests)]
        try:
            connection.request(method, address, body.encode() or None, headers)
            answer = connection.getresponse()
            answer.read()
            tally.answers[str(answer.status)] += 1
        except (OSError, HTTPException) as error:
            tally.answers[type(error).__name__] += 1
            connection.close()
        tally.ms.append((perf_counter() - start) * 1000)
    connection.close()


def _share(ms: list[float], share: float) -> float:
    return ms[min(int(len(ms) * share), len(ms) - 1)] if ms else 0.0


_kept: dict[str, list[Request]] = {}


def _read(path: str) -> list[Request]:
    if path not in _kept:
        _kept[path] = json.loads(Path(path).read_text())
    return _kept[path]


if __name__ == "__main__":
    for order in sys.stdin:
        sys.stdout.write(json.dumps(run(json.loads(order))) + "\n")
        sys.stdout.flush()
