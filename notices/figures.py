"""For the monitor: what waits to go out, and at which provider."""

from datetime import datetime

from django.conf import settings

from notices.accounts import wires
from notices.due import PRIORITIES
from notices.models import Breaker, Notice
from notices.wires import slug_of
from operations.figures import Figures, age, labelled

State = Notice.State
# Of each priority: behind so many the oldest of another sender may be overlooked.
LOOKED_AT = 2000
# A count that says "many" all the same.
COUNTED = 1000


def figures(at: datetime) -> Figures:
    return _oldest(at) | _breakers() | _unsure()


def _oldest(at: datetime) -> Figures:
    """By sender, how long the oldest has been waiting that could go."""
    oldest: dict[str, datetime] = {}
    known = wires()
    for priority in PRIORITIES:
        rows = Notice.objects.filter(
            state=State.QUEUED, priority=priority, not_before__lte=at
        ).order_by("not_before", "pk")
        for account, channel, since in rows.values_list(
            "account_id", "channel", "not_before"
        )[:LOOKED_AT]:
            sender, _organisation = known.get(account or 0, ("", 0))
            slug = slug_of(channel, sender)
            oldest[slug] = min(oldest.get(slug, since), since)
    slugs = sorted({*settings.SUNWAI_CHANNELS, *oldest})
    return {
        labelled("outbox_oldest_seconds", sender=slug): age(oldest.get(slug), at)
        for slug in slugs
    }


def _breakers() -> Figures:
    rows = Breaker.objects.filter(failures__gt=0).values_list("key", "open_until")
    found = {"outbox_breakers_open": 0.0}
    for key, until in rows:
        # One whose pause is over stays open until its probe goes out.
        if until is not None:
            sender, _colon, account = key.partition(":")
            found["outbox_breakers_open"] += 1
            name = labelled("outbox_breaker_open", sender=sender, account=account)
            found[name] = 1.0
    return found


def _unsure() -> Figures:
    rows = Notice.objects.filter(state=State.UNSURE)[:COUNTED]
    return {"outbox_unsure": float(rows.count())}
