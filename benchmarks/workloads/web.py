"""W1, W1b, W2: what the web answers, beside the floor in the same minute."""

from collections.abc import Iterator
from functools import partial

from django.test import Client

from benchmarks.bench import Bench, round_of, side_by_side
from benchmarks.client import Request
from benchmarks.logged import statements_logged
from benchmarks.result import Row, against_floor, at_least, at_most
from benchmarks.workloads import asking

PREPARED = 20_000
INTAKE, HOOK, STATUS = 0.35, 1.0, 0.6
MOST_SQL = 18
# Requests a second of the two peers and of the floor, in the one run that had all.
SIGNALEN, HELPDESK, FLOOR = 15, 37, 286


def send(client: Client, request: Request) -> int:
    """In this process: to count, and to see that it is answered as it should be."""
    method, address, headers, body = request
    given = {f"HTTP_{name.upper().replace('-', '_')}": v for name, v in headers.items()}
    kind = given.pop("HTTP_CONTENT_TYPE", "text/plain")
    answer = client.generic(method, address, body, content_type=kind, **given)  # type: ignore[arg-type]  # headers, by name
    return answer.status_code


def client() -> Client:
    return Client(SERVER_NAME="127.0.0.1")


def intake(bench: Bench) -> Iterator[Row]:
    secret = asking.token(bench.at)
    requests = asking.intakes(PREPARED, secret)
    pair = side_by_side(bench, "intake", requests, asking.floor_intakes(PREPARED))
    name = "W1 intake by API, 8 clients"
    row = against_floor(name, pair, INTAKE)
    yield row
    share = row.ratio or 0.0
    yield at_least(
        "W1 against Signalen, by way of the floor", share / (SIGNALEN / FLOOR), 6, "×"
    )
    yield at_least(
        "W1 against django-helpdesk, likewise", share / (HELPDESK / FLOOR), 2.5, "×"
    )
    yield at_most("W1 SQL of one intake", _sql(bench, requests[-1]), MOST_SQL, "SQL")
    ours = bench.clients.prepare("intake-desk", requests)
    many = round_of(bench, bench.desk, ours, 32, bench.seconds)
    yield at_most(
        "W1 errors at 32 clients", many.errors, 0, "",
        note=f"{many.rate:.0f} req/s, p95 {many.p95:.0f} ms {many.answers}",
    )  # fmt: skip
    words = bench.clients.prepare(
        "words-desk", asking.intakes(2000, secret, by_words=True)
    )
    alone = round_of(bench, bench.desk, words, 8, bench.seconds)
    yield Row("W1 intake by its words alone", alone.rate, "req/s", note=(
        f"CPU {alone.web_ms:.1f} + {alone.database_ms:.1f} ms; {alone.answers}"
    ))  # fmt: skip


def hook(bench: Bench) -> Iterator[Row]:
    asking.hook_account()
    pair = side_by_side(
        bench, "hook", asking.hooks(PREPARED), asking.floor_intakes(PREPARED)
    )
    yield against_floor("W1b webhook taken in", pair, HOOK)
    request = asking.hooks(1, first=PREPARED + 1)[0]
    yield Row("W1b SQL of one webhook", _sql(bench, request), "SQL")


def status(bench: Bench) -> Iterator[Row]:
    requests = asking.statuses(min(PREPARED, bench.size))
    reads = asking.floor_reads(PREPARED, bench.size)
    pair = side_by_side(bench, "status", requests, reads)
    yield against_floor("W2 status page in HTML", pair, STATUS)
    yield Row("W2 SQL of one status page", _sql(bench, requests[-1]), "SQL")


def _sql(bench: Bench, request: Request) -> int:
    """The second of two alike: what a process keeps is kept by then."""
    browser = client()
    send(browser, request)
    return statements_logged(
        bench.folder / "pg/server.log", partial(send, browser, request)
    )
