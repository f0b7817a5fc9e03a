"""Who works on which row: claims by conditional update, with a lease.

The try is counted at the claim, so that a row which kills its worker is given up too.
A batch is claimed at once only of rows that were never tried: one that failed or was
left behind is claimed alone, and can take nobody down with it.
"""

import logging
import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import chain, zip_longest

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import (
    Case,
    CharField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)

from channels_in.models import Inbound
from notices.models import ChannelAccount

BATCH = 60
MOST_ATTEMPTS = 5
# What a killed worker held waits no longer. A row that takes longer loses its claim,
# and with it all that was done for it.
LEASE = timedelta(seconds=45)
PAUSES = (5, 30, 120, 600)  # seconds
MOST_RECLAIMED = 500

State, What = Inbound.State, Inbound.What
log = logging.getLogger(__name__)
# What this process could not give back, for the database was away.
_owed: list[tuple[list[Inbound], bool]] = []


def due(what: str, at: datetime) -> list[tuple[int, int]]:
    """(key, tries) of the next batch: each account its share, oldest first.

    So a storm at one organisation leaves the others their turn.
    """
    waiting = Inbound.objects.filter(state=State.WAITING, what=what, not_before__lte=at)
    accounts = list(
        ChannelAccount.objects.filter(Exists(waiting.filter(account=OuterRef("pk"))))
        .order_by("pk")
        .values_list("pk", flat=True)[:BATCH]
    )
    most = BATCH if len(accounts) < 4 else 4 * BATCH // len(accounts)
    queues = [
        waiting.filter(account=account)
        .order_by("not_before", "pk")
        .values_list("pk", "attempts")[:most]
        for account in accounts
    ]
    turns = chain.from_iterable(zip_longest(*queues))
    return [row for row in turns if row is not None][:BATCH]


def claim(rows: list[tuple[int, int]], at: datetime) -> Iterator[list[Inbound]]:
    """The fresh ones together, then each of the others alone, when it is asked for."""
    fresh = [pk for pk, attempts in rows if attempts == 0]
    if fresh:
        yield _claimed(fresh, at)
    for pk, attempts in rows:
        if attempts:
            yield _claimed([pk], at)


def _claimed(keys: list[int], at: datetime) -> list[Inbound]:
    mark = secrets.token_hex(16)
    free = Inbound.objects.filter(pk__in=keys, state=State.WAITING, not_before__lte=at)
    with transaction.atomic():
        if connection.features.has_select_for_update_skip_locked:
            # Two workers that saw the same rows never wait for each other.
            keys = list(
                free.select_for_update(skip_locked=True).values_list("pk", flat=True)
            )
            free = Inbound.objects.filter(pk__in=keys, state=State.WAITING)
        won = free.update(
            state=State.WORKING,
            claim=mark,
            lease_until=at + LEASE,
            attempts=F("attempts") + 1,
        )
    if not won:
        return []
    rows = Inbound.objects.filter(claim=mark, state=State.WORKING, pk__in=keys)
    return _with_accounts(list(rows.order_by("not_before", "pk")))


def _with_accounts(rows: list[Inbound]) -> list[Inbound]:
    """The few accounts once, not beside each row."""
    accounts = ChannelAccount.objects.select_related("organisation").in_bulk(
        {row.account_id for row in rows}
    )
    for row in rows:
        row.account = accounts[row.account_id]
    return rows


def mine(row: Inbound) -> "QuerySet[Inbound]":
    return Inbound.objects.filter(pk=row.pk, claim=row.claim, state=State.WORKING)


def release(rows: list[Inbound], *, counted: bool = False) -> None:
    """Not come to: as if they had never been claimed, or with their try `counted`."""
    if not rows:
        return
    mine = Inbound.objects.filter(
        pk__in=[row.pk for row in rows], claim=rows[0].claim, state=State.WORKING
    )
    tries = F("attempts") if counted else F("attempts") - 1
    try:
        mine.update(state=State.WAITING, claim="", lease_until=None, attempts=tries)
    except (OperationalError, InterfaceError):
        _owed.append((rows, counted))
        raise


def release_owed() -> None:
    """The database is there again: nobody has to wait for our leases."""
    owed, _owed[:] = _owed[:], []
    for rows, counted in owed:
        release(rows, counted=counted)


def put_back(row: Inbound, error: str, at: datetime, **fields: object) -> None:
    """Later, or given up after the last try."""
    if row.attempts >= MOST_ATTEMPTS:
        give_up(row, error, **fields)
        return
    mine(row).update(
        state=State.WAITING,
        claim="",
        lease_until=None,
        not_before=at + pause(row.attempts, row.pk),
        error=error,
        **fields,
    )


def give_up(row: Inbound, error: str, **fields: object) -> None:
    if mine(row).update(
        state=State.DEAD, claim="", lease_until=None, error=error, **fields
    ):
        log.error("inbound %s (%s) is a dead letter: %s", row.pk, row.wire, error)


def pause(attempts: int, key: int) -> timedelta:
    """A little apart for each row, so that those of one outage do not come at once."""
    seconds = PAUSES[min(attempts, len(PAUSES)) - 1]
    return timedelta(seconds=seconds * (1 + (key % 16) / 64))


def reclaim(at: datetime) -> int:
    """Rows whose worker died: tried again, or given up."""
    over = Inbound.objects.filter(state=State.WORKING, lease_until__lt=at)
    keys = list(
        over.order_by("lease_until").values_list("pk", flat=True)[:MOST_RECLAIMED]
    )
    if not keys:
        return 0
    last = Q(attempts__gte=MOST_ATTEMPTS)
    return over.filter(pk__in=keys).update(
        state=Case(
            When(last, then=Value(State.DEAD)),
            default=Value(State.WAITING),
            output_field=CharField(),
        ),
        error=Case(
            When(last, then=Value("worker_died")),
            default=F("error"),
            output_field=CharField(),
        ),
        claim="",
        lease_until=None,
        not_before=at,
    )
