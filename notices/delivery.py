"""The way out: claim, commit, send outside any transaction, write down what came of it.

    queued -> sending -> sent | queued again (later) | failed | unsure
    queued -> expired                                too late to be worth reading
    unsure -> sending, once                          worth a second copy, see kinds.py

A worker that dies between sending and writing leaves a claim that nobody gives back.
Its lease runs out and the notice is *unsure*: the provider is asked, else the kind says
whether one more copy does less harm than none (kinds.py, `resend`).
"""

import logging
import secrets
from datetime import datetime, timedelta
from functools import lru_cache
from time import monotonic
from zlib import crc32

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.db.models import F
from django.utils.module_loading import import_string

from notices.kinds import KINDS, URGENT
from notices.models import ChannelAccount, Notice
from notices.port import DeliveryError, OutboundMessage, Sender
from notices.render import EMAIL, SMS
from officers.names import localised

BATCH = 50
MOST_ATTEMPTS = 6
# Longer than any sender's time-out.
LEASE = timedelta(minutes=3)
# Time for a late receipt, and for the provider's own list, before we send again.
DOUBT = timedelta(minutes=10)
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=1)
PRIORITIES = sorted({kind.priority for kind in KINDS.values()} | {URGENT})
# Then the loop's other work has its turn, and a new emergency comes to the front.
TURN_SECONDS = 5.0
# Where an organisation has no account of its own for the channel.
OWN_SENDERS = {SMS: "console", EMAIL: "email"}

State = Notice.State
log = logging.getLogger(__name__)


def tick(at: datetime) -> int:
    """One turn: claims that ran out, then what is due, the most urgent first."""
    done = _settle(at)
    due = _due(at)
    done += _drop([notice.pk for notice in due if notice.expires_at <= at])
    started = monotonic()
    for notice in due:
        if monotonic() - started > TURN_SECONDS:
            break
        if notice.expires_at > at:
            done += _safely(notice, at)
    return done


def _due(at: datetime) -> list[Notice]:
    """A batch, one look per priority: each is a short walk along `notice_due`.

    In one query for all of them, thousands that wait for the morning would be read
    through twice a second.
    """
    rows: list[Notice] = []
    for priority in PRIORITIES:
        rows += (
            Notice.objects.filter(
                state=State.QUEUED, priority=priority, not_before__lte=at
            )
            .select_related("account__organisation")
            .order_by("not_before", "pk")[: BATCH - len(rows)]
        )
        if len(rows) >= BATCH:
            break
    return rows


def _drop(late: list[int]) -> int:
    if not late:
        return 0
    log.info("%s notices dropped: too late", len(late))
    return Notice.objects.filter(pk__in=late, state=State.QUEUED).update(
        state=State.EXPIRED
    )


def _safely(notice: Notice, at: datetime) -> int:
    """One bad row must not stop the others; a lost database must stop us all."""
    try:
        return _deliver(notice, at)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:  # the row keeps its claim: lease, then unsure
        log.error("notice %s: %s", notice.pk, type(error).__name__, exc_info=error)
        return 1


def _deliver(notice: Notice, at: datetime) -> int:
    claim = _claim(notice, at)
    if not claim:
        return 0
    try:
        provider_id = sender_for(notice).send(message_of(notice))
    except DeliveryError as error:
        _failed(notice, claim, error, at)
    except Exception as error:  # a sender that breaks leaves us in doubt
        log.error("notice %s: sender broke", notice.pk, exc_info=error)
        _in_doubt(notice, claim, type(error).__name__, at)
    else:
        _sent(notice, claim, provider_id, at)
    return 1


def _claim(notice: Notice, at: datetime) -> str:
    """Take the row if it is still as we read it; "" when another worker was first."""
    claim = secrets.token_hex(16)
    again = notice.state == State.UNSURE
    taken = Notice.objects.filter(
        pk=notice.pk, state=notice.state, claim=notice.claim
    ).update(
        state=State.SENDING,
        claim=claim,
        lease_until=at + LEASE,
        attempts=F("attempts") + 1,
        resent=again or F("resent"),
    )
    if not taken:
        return ""
    notice.attempts += 1
    notice.resent = again or notice.resent
    return claim


def _finish(notice: Notice, claim: str, **fields: object) -> None:
    values = {"lease_until": None} | fields
    rows = Notice.objects.filter(pk=notice.pk, claim=claim, state=State.SENDING)
    if not rows.update(**values):
        log.warning("notice %s: our claim had run out", notice.pk)


def _sent(notice: Notice, claim: str, provider_id: str, at: datetime) -> None:
    _finish(
        notice,
        claim,
        state=State.SENT,
        sent_at=at,
        provider_id=provider_id.replace("\x00", "")[:100],
        error="",
    )


def _failed(notice: Notice, claim: str, error: DeliveryError, at: datetime) -> None:
    if error.unknown:
        _in_doubt(notice, claim, error.reason, at)
        return
    pause = pause_after(notice)
    over = error.permanent or notice.attempts >= MOST_ATTEMPTS
    _finish(
        notice,
        claim,
        state=State.FAILED if over else State.QUEUED,
        not_before=notice.not_before if over else at + pause,
        error=error.reason[:200],
    )


def pause_after(notice: Notice) -> timedelta:
    """30 s, 2 min, 8 min … an hour; a little apart, not to come back all at once."""
    doubled_twice = int(4 ** (notice.attempts - 1))
    pause = min(FIRST_PAUSE * doubled_twice, LONGEST_PAUSE)
    spread = crc32(f"{notice.pk}:{notice.attempts}".encode()) % 1000 / 1000
    return pause * (1 + spread / 4)


def _in_doubt(notice: Notice, claim: str, reason: str, at: datetime) -> None:
    """Nobody knows whether it went out. A second doubt is the last."""
    kind = KINDS.get(notice.kind)
    again = kind is not None and kind.resend and not notice.resent
    _finish(
        notice,
        claim,
        state=State.UNSURE,
        lease_until=at + DOUBT if again else None,
        error=reason[:200],
    )


def _settle(at: datetime) -> int:
    """Claims whose worker died become unsure; doubts that waited long are looked at."""
    rows = list(
        Notice.objects.filter(
            state__in=[State.SENDING, State.UNSURE], lease_until__lte=at
        )
        .select_related("account__organisation")
        .order_by("lease_until", "pk")[:BATCH]
    )
    for notice in rows:
        if notice.state == State.SENDING:
            _in_doubt(notice, notice.claim, "lease ran out", at)
        else:
            _ask_or_resend(notice, at)
    return len(rows)


def _ask_or_resend(notice: Notice, at: datetime) -> None:
    waiting = Notice.objects.filter(
        pk=notice.pk, state=State.UNSURE, claim=notice.claim
    )
    if notice.expires_at <= at:
        waiting.update(lease_until=None)
        return
    known = _looked_up(notice)
    if known:
        waiting.update(
            state=State.SENT, lease_until=None, sent_at=at, provider_id=known[:100]
        )
    else:
        _safely(notice, at)


def _looked_up(notice: Notice) -> str | None:
    try:
        return sender_for(notice).look_up(message_of(notice))
    except Exception as error:  # no answer is no knowledge
        log.warning("notice %s: look-up failed", notice.pk, exc_info=error)
        return None


def sender_for(notice: Notice) -> Sender:
    """Raises DeliveryError: not in the wiring today is no reason to drop a message."""
    slug = notice.account.sender if notice.account else ""
    slug = slug or OWN_SENDERS.get(notice.channel, "")
    path = settings.SUNWAI_CHANNELS.get(slug)
    if path is None:
        raise DeliveryError(f"no sender {slug or notice.channel}")
    return _sender(path)


@lru_cache
def _sender(path: str) -> Sender:
    sender = import_string(path)()
    if not isinstance(sender, Sender):
        raise DeliveryError("no Sender at this path")
    return sender


def message_of(notice: Notice) -> OutboundMessage:
    account: ChannelAccount | None = notice.account
    return OutboundMessage(
        notice_id=notice.pk,
        kind=notice.kind,
        channel=notice.channel,
        recipient=notice.recipient,
        text=notice.text,
        subject=notice.subject,
        language=notice.language,
        segments=notice.segments,
        sender_address=account.address if account else "",
        sender_name=localised(account.organisation.names, notice.language)
        if account
        else "",
    )
