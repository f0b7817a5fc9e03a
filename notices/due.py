"""What is to go now: picked by index, the most urgent first, and claimed in a batch."""

import logging
import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, QuerySet

from complaints.status import OPEN_STATUSES, Status
from notices.accounts import wire_of, wires
from notices.breaker import NO_ACCOUNT, key_of
from notices.kinds import CODE_KINDS, KINDS, STAFF, URGENT
from notices.models import Notice
from notices.optouts import all_stopped
from notices.wires import OWN_SENDERS, slug_of
from officers.trees import root_of

BATCH = 50
# Longer than any sender's time-out.
LEASE = timedelta(minutes=3)
PRIORITIES = sorted({kind.priority for kind in KINDS.values()} | {URGENT})
# Every notice that did not arrive says why.
OPTED_OUT = "opted out"
OVERTAKEN = "overtaken"
# Of work that is still to be done, for who has it: worth nothing once it is solved.
WHILE_OPEN = frozenset({"staff_due_soon"})
# The question whether it is solved, to who has answered it by another way meanwhile.
WHILE_ASKED = frozenset({"rating_call"})
SMS, VOICE = "sms", "voice"

State = Notice.State
log = logging.getLogger(__name__)


# Account, channel and address: to one of these, one message at a time.
Line = tuple[int | None, str, str]


@dataclass(frozen=True, slots=True)
class Due:
    pk: int
    slug: str
    breaker: str
    line: Line


@dataclass(frozen=True, slots=True)
class Blocked:
    """Whose notices are stepped over: those of these accounts, of these channels where
    no account is, and to these addresses."""

    accounts: frozenset[int]
    channels: frozenset[str]
    people: frozenset[str] = frozenset()


def blocked(
    slugs: Collection[str], breakers: Collection[str], people: Collection[str] = ()
) -> Blocked:
    """By senders that have their hands full, breakers that are open, and people who
    are written to already."""
    if not slugs and not breakers:
        return Blocked(frozenset(), frozenset(), frozenset(people))
    return Blocked(
        frozenset(
            pk
            for pk, (slug, _organisation) in wires().items()
            if slug in slugs or key_of(slug, pk) in breakers
        ),
        frozenset(
            channel
            for channel, slug in OWN_SENDERS.items()
            if slug in slugs or f"{slug}:{NO_ACCOUNT}" in breakers
        ),
        frozenset(people),
    )


def drop_late(at: datetime) -> int:
    """Too late to be worth reading, also while their provider is away."""
    late = Notice.objects.filter(state=State.QUEUED, expires_at__lte=at)
    keys = list(late.order_by("expires_at").values_list("pk", flat=True)[:BATCH])
    if not keys:
        return 0
    log.info("%s notices dropped: too late", len(keys))
    codes = late.filter(pk__in=keys, kind__in=CODE_KINDS)
    return (
        codes.update(state=State.EXPIRED, text="", subject="")
        + late.filter(pk__in=keys).update(state=State.EXPIRED)
    )  # fmt: skip


def pick(at: datetime, but: Blocked) -> tuple[list[Due], int]:
    """A batch, and how many of it nobody wants or needs to get.

    One look per priority: each is a short walk along `notice_due`. In one query for
    all of them, thousands that wait for the morning would be read twice a second.
    """
    rows: list[Notice] = []
    for priority in PRIORITIES:
        rows += _look(priority, at, but, BATCH - len(rows))
        if len(rows) >= BATCH:
            break
    unwanted, overtaken = _unwanted(rows), _overtaken(rows)
    stopped = _stop(unwanted, State.STOPPED, OPTED_OUT)
    stopped += _stop(overtaken, State.EXPIRED, OVERTAKEN)
    out = unwanted | overtaken
    return [_due(row) for row in rows if row.pk not in out], stopped


def _look(priority: int, at: datetime, but: Blocked, most: int) -> Iterable[Notice]:
    rows = Notice.objects.filter(
        state=State.QUEUED, priority=priority, not_before__lte=at, expires_at__gt=at
    )
    if but.accounts:
        rows = rows.exclude(account__in=but.accounts)
    if but.channels:
        rows = rows.exclude(account=None, channel__in=but.channels)
    if but.people:
        rows = rows.exclude(recipient__in=but.people)
    return rows.only(
        "pk", "account_id", "channel", "recipient", "kind", "audience"
    ).order_by("not_before", "pk")[:most]


def _due(row: Notice) -> Due:
    sender = wire_of(row.account_id)[0] if row.account_id else ""
    slug = slug_of(row.channel, sender)
    return Due(row.pk, slug, key_of(slug, row.account_id), line_of(row))


def line_of(notice: Notice) -> Line:
    return notice.account_id, notice.channel, notice.recipient


def under_way(at: datetime) -> set[Line]:
    """Whom any worker writes to at this moment. Asked after `pick`: what was not seen
    there because it was claimed is seen here."""
    rows = Notice.objects.filter(state=State.SENDING, lease_until__gt=at)
    return set(rows.values_list("account_id", "channel", "recipient"))


def _unwanted(rows: Iterable[Notice]) -> set[int]:
    """Those whose reader asked us to stop: one query for the whole batch."""
    may_stop = [row for row in rows if row.audience != STAFF and not _always(row)]
    stopped = all_stopped({row.recipient for row in may_stop})
    if not stopped:
        return set()
    anywhere = {(channel, address) for _root, channel, address in stopped}
    unwanted = set()
    for row in may_stop:
        if row.account_id is None:
            # Of no account, we cannot tell whom they asked: silence does less harm.
            asked = any((way, row.recipient) in anywhere for way in _heard_by(row))
        else:
            root = root_of(wire_of(row.account_id)[1])
            asked = any((root, way, row.recipient) in stopped for way in _heard_by(row))
        if asked:
            unwanted.add(row.pk)
    return unwanted


def _heard_by(row: Notice) -> tuple[str, ...]:
    """Who said STOP to our SMS is not rung up by a machine instead."""
    return (row.channel, SMS) if row.channel == VOICE else (row.channel,)


def _always(row: Notice) -> bool:
    kind = KINDS.get(row.kind)
    return kind is not None and kind.always


def _overtaken(rows: Iterable[Notice]) -> set[int]:
    """What waited, for the morning say, while its work was solved or given away, or
    its question answered."""
    work = {row.pk for row in rows if row.kind in WHILE_OPEN}
    calls = {row.pk for row in rows if row.kind in WHILE_ASKED}
    needed: set[int] = set()
    if work:
        theirs = Notice.objects.filter(
            complaint__status__in=OPEN_STATUSES, complaint__owner=F("officer")
        )
        needed |= _of(theirs, work)
    if calls:
        asked = Notice.objects.filter(complaint__status=Status.RESOLVED)
        needed |= _of(asked, calls)
    return (work | calls) - needed


def _of(rows: QuerySet[Notice], keys: set[int]) -> set[int]:
    return set(rows.filter(pk__in=keys).values_list("pk", flat=True))


def _stop(keys: Collection[int], state: str, why: str) -> int:
    if not keys:
        return 0
    rows = Notice.objects.filter(pk__in=keys, state=State.QUEUED)
    return rows.update(state=state, error=why)


def claim(rows: Iterable[Due], at: datetime) -> list[Notice]:
    """Those that are ours now, the try counted: in one statement.

    Rows that another worker has under its hands are passed by, not waited for.
    """
    keys = [row.pk for row in rows]
    token = secrets.token_hex(16)
    free = Notice.objects.filter(
        pk__in=keys, state=State.QUEUED, not_before__lte=at, expires_at__gt=at
    )
    with transaction.atomic():
        Notice.objects.filter(
            pk__in=free.select_for_update(skip_locked=True).values("pk")
        ).update(
            state=State.SENDING,
            claim=token,
            claimed_at=at,
            lease_until=at + LEASE,
            attempts=F("attempts") + 1,
        )
    ours = Notice.objects.filter(pk__in=keys, claim=token)
    found = {row.pk: row for row in ours.select_related("account__organisation")}
    return [found[key] for key in keys if key in found]
