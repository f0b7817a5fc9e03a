"""The daily sample of yesterday's resolved: drawn by the system, from every office.

What could be drawn is written down with the seed before anybody is called, so that
everybody can draw again and see that nobody chose (`manage.py check_sample`).
"""

import logging
import random
import secrets
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef

from complaints.models import Complaint, ContactPoint, Event
from complaints.models.category import Horizon
from complaints.people import PHONE
from complaints.scope import ComplaintQuerySet
from complaints.status import Status
from feedback.call_backs import Side, Why
from feedback.call_hours import in_civil_hours
from feedback.models import CallBack, SampleDraw
from officers.models import Organisation
from officers.trees import root_of
from operations.ticks import TickTooLongError

REST = timedelta(days=30)
MOST_DAYS = 7
MORNING = time(6)
NO_OFFICE = 0
log = logging.getLogger(__name__)
Frame = dict[int, list[int]]  # office → its complaints, sorted


def draw_missing(at: datetime) -> int:
    """For each organisation, the days that ended and were not drawn; oldest first."""
    days = {row: _days(row, at) for row in Organisation.objects.order_by("pk")}
    earliest = min((day for span in days.values() for day in span), default=at.date())
    drawn = set(
        SampleDraw.objects.filter(day__gte=earliest).values_list(
            "organisation_id", "day"
        )
    )
    return sum(
        _safely(organisation, day, at)
        for organisation, span in days.items()
        for day in span
        if (organisation.pk, day) not in drawn
    )


def _safely(organisation: Organisation, day: date, at: datetime) -> bool:
    """One that fails keeps no other from its lot, and is tried again in an hour."""
    try:
        return draw(organisation, day, at) is not None
    except TickTooLongError:
        raise
    except Exception:
        log.exception("sample of organisation %s failed", organisation.pk)
        return False


def _days(organisation: Organisation, at: datetime) -> list[date]:
    here = at.astimezone(ZoneInfo(organisation.timezone))
    today = here.date() if here.time() >= MORNING else here.date() - timedelta(days=1)
    spans = (today - timedelta(days=back) for back in range(MOST_DAYS, 0, -1))
    return [
        day for day in spans
        if organisation.valid_to is None or day <= organisation.valid_to
    ]  # fmt: skip


def draw(
    organisation: Organisation, day: date, at: datetime, seed: str = ""
) -> SampleDraw | None:
    """Once for each organisation and day; None when another worker did it."""
    seed = seed or secrets.token_hex(16)
    try:
        with transaction.atomic():
            # One tree at a time: two companies may have solved something for one person
            Organisation.objects.select_for_update().get(pk=root_of(organisation.pk))
            return _draw(organisation, day, at, seed)
    except IntegrityError:
        return None


def _draw(organisation: Organisation, day: date, at: datetime, seed: str) -> SampleDraw:
    frame = frame_of(organisation, day, at)
    chosen = choose(frame, organisation.sample_percent, seed)
    row = SampleDraw.objects.create(
        organisation=organisation,
        day=day,
        seed=seed,
        percent=organisation.sample_percent,
        frame={str(office): ids for office, ids in frame.items()},
        population=sum(len(ids) for ids in frame.values()),
        drawn=len(chosen),
        at=at,
    )
    due = in_civil_hours(at, organisation)
    CallBack.objects.bulk_create(
        CallBack(
            complaint_id=complaint_id,
            event_id=event_id,
            side=Side.DESK,
            why=Why.SAMPLE,
            citizen_id=citizen_id,
            next_at=due,
            created_at=at,
        )
        for complaint_id, event_id, citizen_id in _resolutions(chosen)
    )
    return row


def frame_of(organisation: Organisation, day: date, at: datetime) -> Frame:
    """Whom the lot can fall on, by office: solved on that day and not answered yet.

    Not those who are called anyhow, who left no phone, or who were drawn in the last
    thirty days; a person with several complaints is there once, with the first.
    """
    seen: set[int] = set()
    frame: Frame = defaultdict(list)
    rows = _can_be_drawn(organisation, day, at).order_by("pk")
    for pk, office_id, citizen_id in rows.values_list("pk", "office_id", "citizen_id"):
        if citizen_id is not None and citizen_id not in seen:
            seen.add(citizen_id)
            frame[office_id or NO_OFFICE].append(pk)
    return dict(frame)


def _can_be_drawn(
    organisation: Organisation, day: date, at: datetime
) -> ComplaintQuerySet:
    zone = ZoneInfo(organisation.timezone)
    starts = datetime.combine(day, time(), tzinfo=zone)
    ends = datetime.combine(day + timedelta(days=1), time(), tzinfo=zone)
    called = CallBack.objects.filter(
        complaint=OuterRef("pk"),
        side=Side.DESK,
        event__kind="resolved",
        event__at__gte=starts,
    )
    before = CallBack.objects.filter(
        citizen_id=OuterRef("citizen_id"), why=Why.SAMPLE, created_at__gt=at - REST
    )
    phone = ContactPoint.objects.filter(citizen=OuterRef("citizen_id"), channel=PHONE)
    return Complaint.objects.filter(
        ~Exists(called),
        ~Exists(before),
        Exists(phone),
        organisation=organisation,
        status=Status.RESOLVED,
        horizon=Horizon.IMMEDIATE,
        resolved_at__gte=starts,
        resolved_at__lt=ends,
    )


def choose(frame: Mapping[int, Sequence[int]], percent: int, seed: str) -> list[int]:
    """The lot itself: pure, so that whoever has the three finds the same again."""
    lot = random.Random(seed)  # noqa: S311 (a lot that can be drawn again, no secret)
    chosen: list[int] = []
    for office in sorted(frame):
        ids = sorted(frame[office])
        chosen += lot.sample(ids, share(len(ids), percent))
    return sorted(chosen)


def share(n: int, percent: int) -> int:
    """So many of n, rounded; one at least of every office that solved something."""
    return min(n, max(1, (n * percent + 50) // 100)) if percent else 0


def drawn_again(row: SampleDraw) -> list[int]:
    frame = {int(office): ids for office, ids in row.frame.items()}
    return choose(frame, row.percent, row.seed)


def _resolutions(chosen: Iterable[int]) -> Iterable[tuple[int, int, int]]:
    """Complaint, the event that called it solved last, and its citizen."""
    events = Event.objects.filter(complaint__in=list(chosen), kind="resolved")
    found = events.order_by("complaint_id", "seq").values_list(
        "complaint_id", "pk", "complaint__citizen_id"
    )
    return {row[0]: row for row in found}.values()
