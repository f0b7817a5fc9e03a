"""Work past its promise whose citizen waits: they hear it from the office itself."""

from datetime import datetime

from django.db.models import Exists, Max, OuterRef, Q

from complaints.models import Complaint, ContactPoint, Event
from complaints.people import PHONE
from feedback.call_backs import NO_MORE, Side, State, Why
from feedback.call_hours import in_civil_hours
from feedback.models import CallBack
from incidents.models import Membership

BATCH = 200
MOST_BATCHES = 25  # an hour; who comes after them, the next


def owe_late(at: datetime) -> int:
    """An office's call for each late complaint that has none; the longest late first.

    No reaction to the climb: the sweep raises hundreds together, in few statements.
    Members of an incident hear its news by message, all at once: nobody rings hundreds.
    """
    owed = CallBack.objects.filter(
        Q(state=State.OPEN) | Q(outcome__in=NO_MORE),
        complaint=OuterRef("pk"),
        side=Side.OFFICE,
    )
    phone = ContactPoint.objects.filter(citizen=OuterRef("citizen_id"), channel=PHONE)
    member = Membership.objects.filter(complaint=OuterRef("pk"), left_at=None)
    late = Complaint.objects.late(at).filter(
        ~Exists(owed), ~Exists(member), Exists(phone), level__gt=1
    )
    made = 0
    for _batch in range(MOST_BATCHES):
        rows = list(late.select_related("organisation").order_by("due_at")[:BATCH])
        new = _calls(rows, at)
        CallBack.objects.bulk_create(new, ignore_conflicts=True)
        made += len(new)
        if len(new) < BATCH:
            break
    return made


def _calls(rows: list[Complaint], at: datetime) -> list[CallBack]:
    """About what happened last; once for each."""
    found = Event.objects.filter(complaint__in=rows).values_list("complaint_id")
    events = dict(found.annotate(last=Max("pk")))
    taken = set(
        CallBack.objects.filter(
            event_id__in=events.values(), side=Side.OFFICE
        ).values_list("event_id", flat=True)
    )
    return [
        CallBack(
            complaint=row,
            event_id=events[row.pk],
            side=Side.OFFICE,
            why=Why.LATE,
            citizen_id=row.citizen_id,
            next_at=in_civil_hours(at, row.organisation),
            created_at=at,
        )
        for row in rows
        if row.pk in events and events[row.pk] not in taken
    ]
