"""What a citizen asked to have forgotten goes from the outbox too, sent or not."""

from django.db.models import Case, CharField, F, Value, When
from django.db.models.functions import Cast, Concat

from complaints.models import Event
from complaints.services.privacy import GONE
from notices.models import Notice

State = Notice.State


def forget(event: Event) -> None:
    """Blank addresses and words; what was still to go is not sent any more."""
    Notice.objects.filter(complaint_id=event.complaint_id).update(
        # Unique with event and kind, so not simply empty.
        recipient=Concat(Value("#"), Cast("pk", CharField())),
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
