"""For the monitor: how the inbox does."""

from datetime import datetime

from django.db.models import OuterRef, Subquery

from channels_in.models import Inbound, Reconciliation
from notices.models import ChannelAccount
from operations.figures import Figures, age, labelled

# Enough to say that there are too many.
MOST_COUNTED = 10_000


def figures(at: datetime) -> Figures:
    waiting = Inbound.objects.filter(state=Inbound.State.WAITING)
    # One that failed waits for its next try on purpose.
    oldest = waiting.order_by("not_before").values_list("not_before", flat=True)
    since = oldest.first()
    dead = Inbound.objects.filter(state=Inbound.State.DEAD).order_by("-pk")
    return {
        "inbox_oldest_seconds": age(since, at),
        "inbox_dead": float(len(dead.values_list("pk")[:MOST_COUNTED])),
        **_accounts(at),
    }


def _accounts(at: datetime) -> Figures:
    """Of each account that can take in: its last message, and what came late."""
    last = Inbound.objects.filter(account=OuterRef("pk")).order_by("-received_at")
    missed = Reconciliation.objects.filter(account=OuterRef("pk"))
    rows = (
        ChannelAccount.objects.filter(active=True)
        .exclude(code="")
        .annotate(
            last=Subquery(last.values("received_at")[:1]),
            missed=Subquery(missed.values("missed")[:1]),
        )
        .values_list("code", "last", "missed")
    )
    found: Figures = {}
    for code, at_last, count in rows:
        if at_last is not None:
            name = labelled("inbox_last_message_seconds", account=code)
            found[name] = age(at_last, at)
        found[labelled("inbox_missed_total", account=code)] = float(count or 0)
    return found
