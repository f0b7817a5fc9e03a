"""What is kept no longer than it is needed: raw bodies, old conversations."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from channels_in.models import Conversation, Inbound, InboundMedia
from complaints.models import Event
from notices.models import ChannelAccount
from officers.trees import organisation_subtree, root_of
from operations.hourly import hourly

# Longer than any provider tries again; the row and its id stay for ever.
KEPT_FOR = timedelta(days=35)
# Rows at a time: no transaction of ours lasts a second.
BATCH, BATCHES = 1000, 50
BLANK: dict[str, Any] = {"body": b"", "headers": {}, "sender": ""}


@hourly("tidy-inbox")
def tick(at: datetime) -> int:
    return tidy(at)


def tidy(at: datetime) -> int:
    return _blank_old(at) + _end_conversations(at)


def _blank_old(at: datetime) -> int:
    old = Inbound.objects.filter(
        state=Inbound.State.DONE, blanked_at=None, done_at__lt=at - KEPT_FOR
    )
    done = 0
    for _batch in range(BATCHES):
        keys = list(old.order_by("done_at").values_list("pk", flat=True)[:BATCH])
        done += Inbound.objects.filter(pk__in=keys).update(**BLANK, blanked_at=at)
        if len(keys) < BATCH:
            break
    return done


def _end_conversations(at: datetime) -> int:
    over = Conversation.objects.filter(last_at__lt=at - KEPT_FOR)
    done = 0
    for _batch in range(BATCHES):
        keys = list(over.order_by("last_at").values_list("pk", flat=True)[:BATCH])
        done += over.filter(pk__in=keys).delete()[0]
        if len(keys) < BATCH:
            break
    return done


def forget(event: Event) -> None:
    """A citizen is forgotten: what came with the complaint, and from the same address.

    Rows that still wait, or that staff have to look at, are not theirs alone to lose.
    """
    mine = Inbound.objects.filter(complaint=event.complaint_id)
    senders = [
        (account, sender)
        for account, sender in mine.values_list("account", "sender").distinct()
        if sender
    ]
    _blank(mine, event.at)
    for account, sender in senders:
        same = Inbound.objects.filter(
            sender=sender, account__in=_accounts_beside(account)
        )
        _blank(same, event.at)
        Conversation.objects.filter(
            address=sender, account__in=_accounts_beside(account)
        ).delete()
    Conversation.objects.filter(complaint=event.complaint_id).delete()
    media = InboundMedia.objects.filter(complaint=event.complaint_id)
    media.filter(state=InboundMedia.State.WAITING).update(
        state=InboundMedia.State.GONE, error="erased"
    )
    media.update(url="")


def _blank(rows: "QuerySet[Inbound]", at: datetime) -> None:
    rows.filter(state=Inbound.State.DONE).update(**BLANK, blanked_at=at)


def _accounts_beside(account_id: int) -> "QuerySet[ChannelAccount]":
    """Those of the same root organisation: to it a citizen is one person."""
    account = ChannelAccount.objects.get(pk=account_id)
    house = organisation_subtree(root_of(account.organisation_id))
    return ChannelAccount.objects.filter(organisation__in=house)
