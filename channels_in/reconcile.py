"""Comparing with the provider's own list: what never reached us is taken in after all.

Twilio tells a message of a citizen once; if we were away it stays in its list only.
"""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q

from channels_in import inbox
from channels_in.models import Inbound, Reconciliation
from channels_in.port import Envelope, Wire
from channels_in.wires import wire_of, wires
from notices.accounts import keys_of
from notices.models import ChannelAccount
from notices.port import DeliveryError, Keys
from operations.jobs import RunningJob, enqueue

JOB = "reconcile_account"
EVERY = timedelta(minutes=5)
# A number that is new here may be old at the provider: what was sent to it before it
# was entered is nobody's complaint. Later, all since the last look that succeeded.
FIRST_LOOK_BACK = timedelta(minutes=15)
OVERLAP = timedelta(hours=1)
LONGEST_LOOK_BACK = timedelta(days=7)
log = logging.getLogger(__name__)


def tick(at: datetime) -> int:
    """Asks for a job for each account whose turn it is; of several workers one wins."""
    slugs = [wire.slug for wire in wires() if can_be_asked(wire)]
    lately = Reconciliation.objects.filter(
        account=OuterRef("pk"), asked_at__gt=at - EVERY
    )
    due = ChannelAccount.objects.filter(
        ~Exists(lately), ~Q(code=""), active=True, sender__in=slugs
    )
    return sum(_ask(pk, at) for pk in due.order_by("pk").values_list("pk", flat=True))


def can_be_asked(wire: Wire) -> bool:
    return type(wire).recent is not Wire.recent


def _ask(account_id: int, at: datetime) -> int:
    with transaction.atomic():
        won = Reconciliation.objects.filter(
            account=account_id, asked_at__lte=at - EVERY
        ).update(asked_at=at)
        if not won and not _first(account_id, at):
            return 0
        enqueue(JOB, args={"account": account_id}, requested_by=None, at=at)
    return 1


def _first(account_id: int, at: datetime) -> bool:
    Reconciliation.objects.bulk_create(
        [Reconciliation(account_id=account_id, asked_at=at)], ignore_conflicts=True
    )
    mine = Reconciliation.objects.filter(account=account_id, asked_at=at)
    return mine.exists()


def reconcile_job(job: RunningJob) -> None:
    """args: {"account": id}"""
    state = Reconciliation.objects.select_related("account__organisation").get(
        account=job.args["account"]
    )
    at = job.now()
    try:
        missed = _offer_all(state.account, _since(state, at), job)
    except DeliveryError as error:
        _write(state, error=error.reason[:100])
        return
    except Exception as error:
        # The next round asks again; a provider that is away is no failed job.
        log.exception("account %s cannot be compared", state.account_id)
        _write(state, error=type(error).__name__[:100])
        return
    if missed:
        log.warning("account %s: %s messages had not come", state.account_id, missed)
    _write(state, error="", done_at=at, missed=F("missed") + missed)


def _since(state: Reconciliation, at: datetime) -> datetime:
    if state.done_at is None:
        return at - FIRST_LOOK_BACK
    return max(state.done_at - OVERLAP, at - LONGEST_LOOK_BACK)


def _write(state: Reconciliation, **fields: object) -> None:
    Reconciliation.objects.filter(pk=state.pk).update(**fields)


def _offer_all(account: ChannelAccount, since: datetime, job: RunningJob) -> int:
    wire = wire_of(account.sender)
    if wire is None:
        return 0
    keys = keys_of(account)
    missed = 0
    for count, envelope in enumerate(wire.recent(keys, since) or (), 1):
        missed += _offer(account, wire, keys, envelope, job.now())
        job.step(count)
        if job.cancelled():
            break
    return missed


def _offer(
    account: ChannelAccount, wire: Wire, keys: Keys, envelope: Envelope, at: datetime
) -> bool:
    """The inbox knows those it has by the provider's id, whichever way they came."""
    what, provider_id = wire.identify(keys, envelope)
    known = Inbound.objects.filter(account=account, what=what, provider_id=provider_id)
    if known.exists():
        return False
    return inbox.accept(
        account, wire.slug, envelope, what=what, provider_id=provider_id, at=at
    )
