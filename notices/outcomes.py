"""What came of a send, written down by whoever holds the claim."""

import logging
from datetime import datetime, timedelta
from zlib import crc32

from notices.models import Notice
from notices.port import DeliveryError, Sender
from notices.spent import spent
from notices.wires import sender_for

MOST_ATTEMPTS = 6
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=1)

State = Notice.State
log = logging.getLogger(__name__)


def sent(notice: Notice, claim: str, provider_id: str, at: datetime) -> None:
    """Also when its lease has run out meanwhile: now we know."""
    _finish(
        notice,
        claim,
        (State.SENDING, State.UNSURE),
        state=State.SENT,
        sent_at=at,
        provider_id=storable(provider_id, 100),
        error="",
        **spent(notice),
    )


def failed(notice: Notice, claim: str, error: DeliveryError, at: datetime) -> None:
    if error.unknown:
        in_doubt(notice, claim, error.reason, at)
        return
    over = error.permanent or notice.attempts >= MOST_ATTEMPTS
    pause = max(pause_after(notice), timedelta(seconds=error.after or 0))
    if not over and notice.complaint_id is not None:
        _hold_back(notice, at + pause)
    _finish(
        notice,
        claim,
        (State.SENDING,),
        state=State.FAILED if over else State.QUEUED,
        not_before=notice.not_before if over else at + pause,
        error=storable(error.reason, 200),
        **(spent(notice) if over else {}),
    )


def _hold_back(notice: Notice, until: datetime) -> None:
    """What was written after it about the same complaint does not overtake it."""
    Notice.objects.filter(
        complaint=notice.complaint_id,
        account=notice.account_id,
        channel=notice.channel,
        recipient=notice.recipient,
        state=State.QUEUED,
        priority__gte=notice.priority,
        pk__gt=notice.pk,
        not_before__lt=until,
    ).update(not_before=until)


def in_doubt(notice: Notice, claim: str, reason: str, at: datetime) -> None:
    """Nobody knows whether it went out: the provider is asked once it can know."""
    _finish(
        notice,
        claim,
        (State.SENDING,),
        state=State.UNSURE,
        lease_until=at + settles_in(notice),
        error=storable(reason, 200),
    )


def storable(text: str, longest: int) -> str:
    """What a provider says, as any database takes it: one odd sign must not keep us
    from writing that a message went out."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()[:longest]


def settles_in(notice: Notice) -> timedelta:
    try:
        seconds = sender_for(notice).settles_in_seconds
    except DeliveryError:
        seconds = Sender.settles_in_seconds
    return timedelta(seconds=seconds)


def pause_after(notice: Notice) -> timedelta:
    """30 s, 2 min, 8 min … an hour; a little apart, not to come back all at once."""
    doubled_twice = int(4 ** (notice.attempts - 1))
    pause = min(FIRST_PAUSE * doubled_twice, LONGEST_PAUSE)
    spread = crc32(f"{notice.pk}:{notice.attempts}".encode()) % 1000 / 1000
    return pause * (1 + spread / 4)


def _finish(
    notice: Notice, claim: str, states: tuple[str, ...], **fields: object
) -> None:
    values = {"lease_until": None} | fields
    rows = Notice.objects.filter(pk=notice.pk, claim=claim, state__in=states)
    if not rows.update(**values):
        log.warning("notice %s: our claim had run out", notice.pk)
