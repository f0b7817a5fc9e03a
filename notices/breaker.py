"""A provider that fails again and again is left alone for a while, by all workers.

    closed --- five failures in a row, within a minute ---> open
    open   --- its pause is over: one message is let through, the probe
    probe  --- goes out ---> closed;  fails ---> open, for twice as long

One breaker for each sender and account: a wrong password of one organisation is no
reason to be silent for the others. While it is open its notices keep their tries.
"""

from datetime import datetime, timedelta

from notices.models import Breaker

FAILURES = 5
WITHIN = timedelta(minutes=1)
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 5, 60
# A worker that dies with the probe in hand: then another may try.
PROBE = timedelta(minutes=3)
NO_ACCOUNT = "-"


def key_of(slug: str, account_id: int | None) -> str:
    return f"{slug}:{account_id or NO_ACCOUNT}"


class Breakers:
    """All breakers as they were when the tick began, and what it learnt since."""

    def __init__(self) -> None:
        self._rows = {row.key: row for row in Breaker.objects.filter(failures__gt=0)}
        self._probes: set[str] = set()

    def open(self, at: datetime) -> dict[str, datetime]:
        """Those that let nothing through, each with the end of its pause."""
        return {
            key: row.open_until
            for key, row in self._rows.items()
            if row.open_until is not None and row.open_until > at
        }

    def lets_through(self, key: str, at: datetime) -> bool:
        """Whether a message may go: one alone, the probe, after a pause."""
        row = self._rows.get(key)
        if row is None or row.open_until is None:
            return True
        return row.open_until <= at and self._takes_probe(row, at)

    def _takes_probe(self, row: Breaker, at: datetime) -> bool:
        won = Breaker.objects.filter(pk=row.pk, open_until__lte=at).update(
            open_until=at + PROBE, probing=True
        )
        row.open_until = at + PROBE  # taken, by us or by another
        if won:
            self._probes.add(row.key)
        return bool(won)

    def give_back(self, key: str, at: datetime) -> None:
        """The message was not sent after all: was it the probe, another may be."""
        if key in self._probes:
            Breaker.objects.filter(key=key, probing=True).update(open_until=at)

    def succeeded(self, key: str) -> None:
        """The provider took a message, or said what is wrong with it: it is there."""
        if self._rows.pop(key, None) is not None:
            Breaker.objects.filter(key=key).update(
                failures=0, open_until=None, probing=False, pause_seconds=0
            )

    def failed(self, key: str, at: datetime, after: float | None = None) -> None:
        """`after`: for how many seconds the provider asked to be left alone."""
        if key not in self._rows:
            Breaker.objects.bulk_create(
                [Breaker(key=key, since=at)], ignore_conflicts=True
            )
        for _again in range(3):  # another worker may write between our two statements
            row = Breaker.objects.get(key=key)
            self._rows[key] = row
            if row.open_until is not None and not row.probing:
                return  # a late echo of what opened it
            known = {"failures": row.failures, "probing": row.probing}
            _count(row, at, after or 0.0)
            if _written(row, known):
                return


def _count(row: Breaker, at: datetime, after: float) -> None:
    if row.probing:
        row.failures += 1
        _open(row, at, max(row.pause_seconds * 2, after))
        return
    if not row.failures or row.since <= at - WITHIN:
        row.failures, row.since = 0, at
    row.failures += 1
    if row.failures >= FAILURES:
        _open(row, at, max(FIRST_PAUSE_SECONDS, after))


def _open(row: Breaker, at: datetime, seconds: float) -> None:
    row.pause_seconds = int(min(seconds, LONGEST_PAUSE_SECONDS))
    row.open_until = at + timedelta(seconds=row.pause_seconds)
    row.probing = False


def _written(row: Breaker, known: dict[str, int]) -> bool:
    return bool(
        Breaker.objects.filter(pk=row.pk, **known).update(
            failures=row.failures,
            since=row.since,
            open_until=row.open_until,
            pause_seconds=row.pause_seconds,
            probing=row.probing,
        )
    )
