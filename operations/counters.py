"""Limits: so many tries per key and window, counted across all processes."""

from datetime import UTC, datetime, timedelta

from django.db import connection
from django.utils.crypto import salted_hmac

from operations.models import Counter

# One statement: two processes never read the same count. The same on both engines.
_HIT = """
INSERT INTO operations_counter (key, window_start, ends_at, count)
VALUES (%s, %s, %s, 1)
ON CONFLICT (key, window_start)
DO UPDATE SET count = operations_counter.count + 1
RETURNING count
"""


def hit(key: str, *, window: timedelta, at: datetime) -> int:
    """Count one try and say which it is in this window.

    The key is "what:whom", such as "code:+91…" or "look-up:203.0.113.9"; whom is
    stored hashed. Call it outside a transaction that may be rolled back, or a try
    that fails is not counted.
    """
    start = _window_start(window, at)
    adapt = connection.ops.adapt_datetimefield_value
    with connection.cursor() as cursor:
        cursor.execute(
            _HIT, [_stored(key, window), adapt(start), adapt(start + window)]
        )
        return int(cursor.fetchone()[0])


def allowed(key: str, *, limit: int, window: timedelta, at: datetime) -> bool:
    """Count one try; False when it is one too many."""
    return hit(key, window=window, at=at) <= limit


def tries(key: str, *, window: timedelta, at: datetime) -> int:
    """How many tries this window has seen, without adding one."""
    counts = Counter.objects.filter(
        key=_stored(key, window), window_start=_window_start(window, at)
    ).values_list("count", flat=True)
    return counts.first() or 0


def prune(at: datetime) -> int:
    return Counter.objects.filter(ends_at__lt=at).delete()[0]


def _window_start(window: timedelta, at: datetime) -> datetime:
    seconds = int(window.total_seconds())
    return datetime.fromtimestamp(int(at.timestamp()) // seconds * seconds, UTC)


def _stored(key: str, window: timedelta) -> str:
    what, _, whom = key.partition(":")
    digest = salted_hmac("operations.counters", whom).hexdigest() if whom else ""
    return f"{what[:50]}:{digest}:{int(window.total_seconds())}"
