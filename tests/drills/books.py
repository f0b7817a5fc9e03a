"""What the database and the provider know in the end, beside the ledger."""

from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import psycopg

from channels_in.simulator.store import Store
from tests.drills.house import House

SETTLE_SECONDS = 900.0


@dataclass
class Books:
    """`doubled` are notices that the provider got more than once."""

    inbox: int = 0
    dead: int = 0
    waiting: int = 0
    complaints: int = 0
    without_complaint: int = 0
    complaints_twice: int = 0
    notices: int = 0
    unsent: int = 0
    unsure: int = 0
    failed: int = 0
    taken: int = 0
    doubled: int = 0
    slowest_seconds: float = 0.0
    longest_stall: float = 0.0
    lost: list[str] = field(default_factory=list)


_COUNTS = """
SELECT
 (SELECT count(*) FROM channels_in_inbound WHERE what = 'message'),
 (SELECT count(*) FROM channels_in_inbound WHERE state = 'dead'),
 (SELECT count(*) FROM channels_in_inbound WHERE state IN ('waiting', 'working')),
 (SELECT count(*) FROM complaints_complaint),
 (SELECT count(*) FROM channels_in_inbound
   WHERE what = 'message' AND state = 'done' AND complaint_id IS NULL),
 (SELECT count(*) FROM (SELECT text FROM complaints_complaint
   GROUP BY text HAVING count(*) > 1) AS twice),
 (SELECT count(*) FROM notices_notice WHERE audience = 'citizen'),
 (SELECT count(*) FROM notices_notice WHERE state IN ('queued', 'sending')),
 (SELECT count(*) FROM notices_notice WHERE state = 'unsure'),
 (SELECT count(*) FROM notices_notice WHERE state IN ('failed', 'expired'))
"""
_SLOWEST = """
SELECT coalesce(extract(epoch FROM max(done_at - received_at)), 0)
FROM channels_in_inbound WHERE what = 'message' AND state = 'done'
"""
# Between one row done and the next, while something waited.
_STALL = """
SELECT coalesce(extract(epoch FROM max(gap)), 0) FROM (
  SELECT done_at - lag(done_at) OVER (ORDER BY done_at) AS gap
  FROM channels_in_inbound WHERE what = 'message' AND state = 'done') AS gaps
"""


def query(house: House, sql: str, *values: Any) -> list[tuple[Any, ...]]:
    with psycopg.connect(house.server.dsn(house.database), autocommit=True) as line:
        return line.execute(sql, values).fetchall()


def balance(house: House, accepted: set[str]) -> Books:
    """Everything counted once; `lost` are accepted ids without a row."""
    books = Books(*query(house, _COUNTS)[0])
    books.slowest_seconds = float(query(house, _SLOWEST)[0][0])
    books.longest_stall = float(query(house, _STALL)[0][0])
    rows = query(
        house, "SELECT provider_id FROM channels_in_inbound WHERE what = 'message'"
    )
    books.lost = sorted(accepted - {row[0] for row in rows})
    books.taken, books.doubled = _at_provider(house.folder / "data")
    return books


def _at_provider(data: Path) -> tuple[int, int]:
    """Each notice has words of its own: the complaint's number stands in it."""
    store = Store(data / "simulator.sqlite3")
    try:
        rows = store.all(
            "SELECT recipient, body, count(*) AS copies FROM messages"
            " WHERE direction = 'out' GROUP BY recipient, body"
        )
    finally:
        store.close()
    return (
        sum(row["copies"] for row in rows),
        sum(row["copies"] - 1 for row in rows),
    )


def settle(house: House, *, notices: bool = True, unsure: bool = True) -> None:
    """Wait until nothing is left to do; the limit only ends a drill that fails."""
    until = monotonic() + SETTLE_SECONDS
    while monotonic() < until:
        try:
            counts = Books(*query(house, _COUNTS)[0])
        except psycopg.OperationalError:
            sleep(1)
            continue
        left = counts.waiting + (counts.unsent if notices else 0)
        if not left + (counts.unsure if unsure else 0):
            return
        sleep(0.5)
    raise TimeoutError(f"not settled: {counts}")
