"""Who follows a low rating up: chosen by the system, outside the office rated."""

from collections import Counter
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Count

from complaints.actors import Actor
from complaints.models import Complaint
from complaints.services.guards import is_outside
from feedback.models import FollowUp
from officers.calendar import is_open
from officers.duty import posted
from officers.hours import of_shift
from officers.models import Leave, Officer, Role, Shift

ROLES = (Role.AGENT, Role.SUPERVISOR, Role.QA)


def choose(complaint: Complaint, at: datetime) -> Officer | None:
    """On duty now, else in these days; the fewest open follow-ups; then the first.

    None where the desk has nobody outside that office.
    """
    found = _present(complaint, at)
    if not found:
        return None
    load = _load(found)
    now = _on_duty(found, complaint.organisation.timezone, at)
    found.sort(key=lambda who: (who.pk not in now, load[who.pk], who.pk))
    return next(
        (who for who in found if is_outside(complaint, Actor.of(who, at))), None
    )


def _present(complaint: Complaint, at: datetime) -> list[Officer]:
    """Posted for it today, not away and not on leave."""
    postings = posted(
        ROLES,
        organisation_id=complaint.organisation_id,
        office_id=complaint.office_id,
        department=complaint.department,
        at=at,
    )
    officers = {p.officer_id: p.officer for p in postings if not p.officer.away}
    day = at.astimezone(ZoneInfo(complaint.organisation.timezone)).date()
    on_leave = Leave.objects.filter(
        officer__in=officers, from_date__lte=day, to_date__gte=day
    ).values_list("officer_id", flat=True)
    gone = set(on_leave)
    return [officer for pk, officer in officers.items() if pk not in gone]


def _load(officers: list[Officer]) -> Counter[int]:
    rows = (
        FollowUp.objects.filter(owner__in=officers, state=FollowUp.State.OPEN)
        .values_list("owner_id")
        .annotate(n=Count("pk"))
    )
    return Counter({pk: n for pk, n in rows if pk is not None})


def _on_duty(officers: list[Officer], zone: str, at: datetime) -> set[int]:
    shifts = Shift.objects.filter(officer__in=officers)
    return {each.officer_id for each in shifts if _runs(each.hours, zone, at)}


def _runs(hours: str, zone: str, at: datetime) -> bool:
    time = of_shift(hours, zone)
    return time is not None and is_open(at, time)
