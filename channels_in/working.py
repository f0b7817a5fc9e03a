"""Reading what was stored: each row in one transaction, from bytes to its effects."""

import logging
from contextlib import suppress
from datetime import datetime
from time import monotonic

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction
from django.urls import reverse

from channels_in import calls, claims, conversation
from channels_in.models import Inbound
from channels_in.port import (
    QUERY,
    Envelope,
    Incoming,
    Pressed,
    Receipt,
    UnreadableError,
    Wire,
)
from channels_in.wires import wire_of
from complaints.unit import describe
from notices import receipts
from notices.accounts import keys_of
from notices.outbox import VOICE
from notices.port import Keys
from operations.ticks import TickTooLongError, shorten_limit

# Then the loop's other work has its turn.
TURN_SECONDS = 5.0
# One that failed before may hang: no more than this for a further try.
RETRY_SECONDS = 15.0
# A receipt may be faster than the row that holds the provider's id.
RECEIPT_TRIES = 4
State, What = Inbound.State, Inbound.What
log = logging.getLogger(__name__)


class UnknownReceiptError(Exception):
    """No notice has this provider's id, or not yet."""


class LostClaimError(Exception):
    """Another worker has the row now: our transaction is taken back."""


def work_off(at: datetime) -> int:
    """A batch of messages, a batch of receipts; how many rows were worked on."""
    ends = monotonic() + TURN_SECONDS
    claims.release_owed()
    done = claims.reclaim(at)
    for what in (What.MESSAGE, What.RECEIPT):
        for rows in claims.claim(claims.due(what, at), at):
            done += _batch(rows, at, ends)
            if monotonic() > ends:
                break
    return done


def _batch(rows: list[Inbound], at: datetime, ends: float) -> int:
    done = 0
    keys: dict[int, Keys] = {}  # unsealed once, not for each message
    try:
        for row in rows:
            if monotonic() > ends:
                break
            _one(row, keys, at)
            done += 1
    except TickTooLongError:
        raise  # in the middle of anything: the leases bring them back
    except Exception:
        # The first of them was under way: its try counts.
        with suppress(OperationalError, InterfaceError):
            claims.release(rows[done : done + 1], counted=True)
        with suppress(OperationalError, InterfaceError):
            claims.release(rows[done + 1 :])
        raise
    claims.release(rows[done:])
    return done


def _one(row: Inbound, keys: dict[int, Keys], at: datetime) -> None:
    if row.attempts > 1:
        shorten_limit(RETRY_SECONDS)
    try:
        if row.account_id not in keys:
            keys[row.account_id] = keys_of(row.account)
        _work(row, keys[row.account_id], at)
    except TickTooLongError:
        raise
    except Exception as error:  # one bad row must not stop the others
        if isinstance(error, OperationalError | InterfaceError) and not usable():
            raise
        _failed(row, error, at)


def usable() -> bool:
    """A deadlock is this row's trouble; a lost connection is everybody's."""
    return connection.is_usable()


def _failed(row: Inbound, error: Exception, at: datetime) -> None:
    if isinstance(error, LostClaimError):
        log.warning("inbound %s went on elsewhere", row.pk)
    elif isinstance(error, UnreadableError):
        # As unreadable the next time: staff shall see it now.
        claims.give_up(row, describe_code(error), sender=row.sender)
    elif isinstance(error, UnknownReceiptError):
        claims.put_back(row, "unknown receipt", at)
    else:
        # Without the traceback: its lines may hold what a citizen wrote.
        log.error("inbound %s failed: %s", row.pk, describe(error))
        claims.put_back(row, describe(error), at, sender=row.sender)


def _work(row: Inbound, keys: Keys, at: datetime) -> None:
    wire = wire_of(row.wire)
    if wire is None:
        raise LookupError("no such wire")
    items = list(wire.parse(keys, envelope_of(row)))
    with transaction.atomic():
        unknown = False
        for place, item in enumerate(items):
            if isinstance(item, Receipt):
                unknown |= not _receive(row, item, at)
            elif isinstance(item, Pressed):
                calls.take(row, item, source=wire.source, at=at)
            else:
                _converse(row, wire, item, place, at)
        if unknown and row.attempts < RECEIPT_TRIES:
            raise UnknownReceiptError
        _finish(row, "unknown receipt" if unknown else "", at)


def envelope_of(row: Inbound) -> Envelope:
    rest = "status" if row.what == What.RECEIPT else "hook"
    path = reverse(f"channels_in:{rest}", args=[row.wire, row.account.code or "-"])
    query = row.headers.get(QUERY, "")
    url = f"{settings.PUBLIC_URL}{path}" + (f"?{query}" if query else "")
    return Envelope(url, bytes(row.body), row.headers)


def _receive(row: Inbound, receipt: Receipt, at: datetime) -> bool:
    known = receipts.receive(
        row.account_id,
        receipt.provider_id,
        receipt.outcome,
        error=receipt.error,
        at=at,
    )
    if known and row.account.channel == VOICE:
        calls.rang(row.account_id, receipt.provider_id, at)
    return known


def _converse(
    row: Inbound, wire: Wire, incoming: Incoming, place: int, at: datetime
) -> None:
    row.sender = row.sender or incoming.sender.replace("\x00", "")[:254]
    turn = conversation.take(row, row.account, wire, incoming, place=place, at=at)
    row.sender = turn.address
    row.complaint = turn.about or row.complaint


def _finish(row: Inbound, error: str, at: datetime) -> None:
    """In the transaction of the effects: who lost the row takes all of them back."""
    won = claims.mine(row).update(
        state=State.DONE,
        claim="",
        lease_until=None,
        error=error,
        sender=row.sender,
        complaint=row.complaint,
        done_at=at,
    )
    if not won:
        raise LostClaimError


def describe_code(error: UnreadableError) -> str:
    code = str(error)
    plain = code.isascii() and code.replace("_", "").isalnum() and len(code) <= 60
    return f"unreadable: {code}" if plain else "unreadable"
