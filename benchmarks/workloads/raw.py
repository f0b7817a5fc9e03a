"""What the database alone can bear, and the floor's own list, to compare with."""

import re
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from time import perf_counter

import psycopg

from benchmarks.bench import Bench, round_of
from benchmarks.result import Row, missing
from benchmarks.server import USER
from benchmarks.workloads import asking
from benchmarks.world import FLOOR

ROWS = 50_000
_SCRIPT = r"""
\set n random(1, 2000000000)
BEGIN;
INSERT INTO floor_complaint
    (number, kind_id, place_id, status, text, phone, registered_at, due_at)
VALUES ('9' || lpad(nextval('bench_numbers')::text, 11, '0'), 1 + :n % 40,
    1 + :n % 60, 'registered', 'Street light near the school has not worked',
    '+919999900001', now(), now())
RETURNING id AS made \gset
INSERT INTO floor_history (complaint_id, status, at)
    VALUES (:made, 'registered', now());
COMMIT;
"""


def raw(bench: Bench) -> Iterator[Row]:
    yield _pgbench(bench)
    yield _copy(bench)
    requests = bench.clients.prepare("list-floor", asking.floor_lists(1000))
    found = round_of(bench, bench.floor, requests, 8, bench.seconds)
    yield Row(
        "floor: fifty by status and place", found.rate, "req/s",
        note=f"p95 {found.p95:.0f} ms; CPU {found.web_ms:.1f} +"
        f" {found.database_ms:.1f} ms",
    )  # fmt: skip


def _pgbench(bench: Bench) -> Row:
    script = bench.folder / "intake.sql"
    script.write_text(_SCRIPT)
    with psycopg.connect(bench.server.dsn(FLOOR), autocommit=True) as connection:
        connection.execute("CREATE SEQUENCE IF NOT EXISTS bench_numbers")
    done = subprocess.run(  # noqa: S603 (Debian's binaries)
        [
            bench.server.binaries / "pgbench", "-n", "-c", "8", "-j", "2",
            "-T", str(int(bench.seconds)), "-f", script, "-h", "127.0.0.1",
            "-p", str(bench.server.port), "-U", USER, FLOOR,
        ],
        capture_output=True, text=True,
    )  # fmt: skip
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    name = "raw: two inserts in one transaction, pgbench, 8 connections"
    if found is None:
        return missing(name, done.stderr.strip()[-100:])
    return Row(name, float(found[1]), "/s")


def _copy(bench: Bench) -> Row:
    at = datetime.now(UTC)
    columns = "number, kind_id, place_id, status, text, phone, registered_at, due_at"
    with psycopg.connect(bench.server.dsn(FLOOR)) as connection:
        connection.execute(
            "CREATE TEMP TABLE copied (LIKE floor_complaint INCLUDING ALL)"
        )
        start = perf_counter()
        with connection.cursor().copy(f"COPY copied ({columns}) FROM STDIN") as copy:
            for number in range(ROWS):
                copy.write_row(
                    (str(number), 1, 1, "registered", "Street light out", "+91", at, at)
                )
        took = perf_counter() - start
    return Row("raw: COPY into the floor's table, nine indexes", ROWS / took, "rows/s")
