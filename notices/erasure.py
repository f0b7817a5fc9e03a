"""What a citizen asked to have forgotten goes from the outbox too, sent or not."""

from datetime import datetime, timedelta

from django.db.models import Case, CharField, F, Value, When
from django.db.models.functions import Cast, Concat

from complaints.models import Event
from complaints.services.privacy import GONE
from notices.models import Notice
from operations.hourly import hourly

# As long as the inbox keeps what they wrote.
STRANGERS_FOR = timedelta(days=35)
# A worker that stood still longer than this leaves some behind.
LOOKED_BACK = timedelta(days=60)
BATCH = 500

State = Notice.State


def forget(event: Event) -> None:
    """Blank addresses and words; what was still to go is not sent any more."""
    Notice.objects.filter(complaint_id=event.complaint_id).update(
        recipient=_nobody(),
        citizen=None,
        subject="",
        # One that is on its way just now is not tried again.
        expires_at=event.at,
        text=GONE,
        state=Case(
            When(state__in=[State.QUEUED, State.UNSURE], then=Value(State.EXPIRED)),
            default=F("state"),
        ),
    )


@hourly("tidy-outbox")
def tick(at: datetime) -> int:
    """Once an hour: answers to strangers hang on no complaint that could be erased."""
    return forget_strangers(at)


def forget_strangers(at: datetime) -> int:
    latest = at - STRANGERS_FOR
    old = Notice.objects.filter(
        complaint=None, created_at__gt=latest - LOOKED_BACK, created_at__lt=latest
    )
    rows = old.exclude(text="").order_by("created_at")
    keys = list(rows.values_list("pk", flat=True)[:BATCH])
    return Notice.objects.filter(pk__in=keys).update(
        recipient=_nobody(), citizen=None, subject="", text=""
    )


def _nobody() -> Concat:
    """Unique with event and kind, so not simply empty."""
    return Concat(Value("#"), Cast("pk", CharField()))
