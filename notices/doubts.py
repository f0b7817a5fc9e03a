"""Notices of which nobody knows whether they went out.

sending, its lease ran out -> unsure         the worker died between send and write
unsure, asked of the provider once it can know (Sender.settles_in_seconds):
    it has it          -> sent
    it surely has not  -> queued again
    it cannot say      -> queued once more, where the kind says that a second copy
                          does less harm than none (`resend`); else it stays unsure
"""

import logging
import secrets
from datetime import datetime, timedelta
from functools import partial

from django.db.models import QuerySet

from notices.breaker import Breakers, key_of
from notices.due import BATCH, LEASE
from notices.flights import Flight, Flights
from notices.kinds import KINDS
from notices.models import Notice
from notices.outcomes import MOST_ATTEMPTS, in_doubt, storable
from notices.port import DeliveryError
from notices.spent import spent
from notices.wires import message_of, sender_for, slug_of

# Until the provider can be asked again that is out of order or has its hands full.
LATER = timedelta(seconds=30)

State = Notice.State
log = logging.getLogger(__name__)


def settle(at: datetime, flights: Flights, breakers: Breakers) -> int:
    """Claims that ran out become doubts, doubts that are due questions."""
    rows = list(
        Notice.objects.filter(
            state__in=[State.SENDING, State.UNSURE], lease_until__lte=at
        )
        .select_related("account__organisation")
        .order_by("lease_until", "pk")[:BATCH]
    )
    shut = breakers.open(at)
    done = 0
    for notice in rows:
        if notice.state == State.SENDING:
            in_doubt(notice, notice.claim, "lease ran out", at)
            done += 1
        else:
            _ask(notice, at, flights, shut)
    return done


def _ask(
    notice: Notice, at: datetime, flights: Flights, shut: dict[str, datetime]
) -> None:
    slug = slug_of(notice.channel, notice.account.sender if notice.account else "")
    breaker = key_of(slug, notice.account_id)
    if breaker in shut or not flights.free(slug):
        _waiting(notice, notice.claim).update(lease_until=at + LATER)
        return
    claim = secrets.token_hex(16)
    if not _waiting(notice, notice.claim).update(claim=claim, lease_until=at + LEASE):
        return  # another worker asks
    flight = Flight(notice, claim, slug, breaker, asks=True)
    try:
        call = partial(sender_for(notice).look_up, message_of(notice))
    except DeliveryError:
        answered(flight, None, at)
    else:
        flights.take_off(flight, call)


def answered(flight: Flight, known: str | None, at: datetime) -> None:
    """`known`: the provider's id, "" that it has nothing, None that it cannot say."""
    rows, notice = _waiting(flight.notice, flight.claim), flight.notice
    kind = KINDS.get(notice.kind)
    if known:
        rows.update(
            state=State.SENT,
            lease_until=None,
            sent_at=at,
            provider_id=storable(known, 100),
            error="",
            **spent(notice),
        )
    elif notice.expires_at <= at or notice.attempts >= MOST_ATTEMPTS:
        rows.update(lease_until=None, **spent(notice))
    elif known == "":
        rows.update(state=State.QUEUED, lease_until=None, not_before=at)
    elif kind is not None and kind.resend and not notice.resent:
        rows.update(state=State.QUEUED, lease_until=None, not_before=at, resent=True)
    else:
        rows.update(lease_until=None, **spent(notice))


def _waiting(notice: Notice, claim: str) -> QuerySet[Notice]:
    return Notice.objects.filter(pk=notice.pk, state=State.UNSURE, claim=claim)
