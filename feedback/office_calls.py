""" "Phone today": citizens who wait for word from the office that has their work.

One list for the field pages and the office page; the call reassures and closes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.actors import Actor
from complaints.models import Complaint
from complaints.people import masked_contact, phone_of
from complaints.refusals import Conflict
from complaints.scope import ComplaintQuerySet
from complaints.services.guards import may
from feedback import calls
from feedback.call_backs import Side, due
from feedback.calls import Outcome
from feedback.models import CallBack

MOST = 20
_RELATED = (
    "complaint__citizen", "complaint__category", "complaint__office",
    "complaint__organisation", "complaint__owner",
)  # fmt: skip
_LARGE = (
    "complaint__search_text", "complaint__due_reason", "complaint__category__words",
    "complaint__office__boundary", "complaint__office__words",
)  # fmt: skip
# One press each: the two that are pressed most, then the others.
BUTTONS: tuple[tuple[str, str | Promise], ...] = (
    (Outcome.INFORMED, _("Told how far it is")),
    (Outcome.NO_ANSWER, _("No answer")),
)
OTHERS: tuple[tuple[str, str | Promise], ...] = (
    (Outcome.BUSY, _("Busy")),
    (Outcome.OFF, _("Phone switched off")),
    (Outcome.WRONG, _("Wrong number")),
    (Outcome.REFUSED, _("Does not want to talk")),
)


@dataclass(frozen=True)
class Owed:
    call_back: CallBack
    complaint: Complaint
    name: str
    masked: str
    tel: str  # the whole number, for who does the work
    may_log: bool
    now: bool  # else later today


@dataclass(frozen=True)
class Today:
    rows: Sequence[Owed]
    more: bool
    buttons = BUTTONS
    others = OTHERS


def today(
    complaints: ComplaintQuerySet, actor: Actor, at: datetime, zone: str
) -> Today:
    """Of these complaints, the calls of this day that were not made yet."""
    rows = (
        due(Side.OFFICE, _midnight(at, zone))
        .filter(complaint__in=complaints)
        .select_related(*_RELATED)
        .defer(*_LARGE)
        .prefetch_related("complaint__citizen__contacts")
        .order_by("next_at", "pk")
    )
    found = list(rows[: MOST + 1])
    return Today([_owed(row, actor, at) for row in found[:MOST]], len(found) > MOST)


def _midnight(at: datetime, zone: str) -> datetime:
    day = at.astimezone(ZoneInfo(zone)).date() + timedelta(days=1)
    return datetime.combine(day, time(), tzinfo=ZoneInfo(zone))


def _owed(row: CallBack, actor: Actor, at: datetime) -> Owed:
    complaint = row.complaint
    citizen = complaint.citizen
    may_log = may(complaint, "phone", actor)
    own = actor.officer is not None and complaint.owner_id == actor.officer.pk
    return Owed(
        call_back=row,
        complaint=complaint,
        name=citizen.name if citizen and may_log else "",
        masked=masked_contact(citizen),
        tel=phone_of(citizen) if own and may_log else "",
        may_log=may_log,
        now=row.next_at <= at,
    )


def log(
    complaints: ComplaintQuerySet,
    pk: int,
    *,
    outcome: str,
    seen: str,
    actor: Actor,
    at: datetime,
) -> None:
    """What one press says; the page may be older than the call."""
    mine = CallBack.objects.filter(complaint__in=complaints, side=Side.OFFICE, pk=pk)
    row = mine.first()
    known = seen.isascii() and seen.isdigit() and len(seen) < 6
    if row is None or not known:
        raise Conflict(_("This call is not owed any more."))
    calls.no_word(row, outcome=outcome, seen=int(seen), actor=actor, at=at)
