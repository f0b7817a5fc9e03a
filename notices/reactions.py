"""What each change makes us tell: the citizen of every stage, staff of new work.

One function, one message: where a text is missing the other person still hears. Nobody
is told what they did themselves. "triaged" and "bounced" say nothing to the citizen:
who is asked to wait for an office that nobody knows yet learns nothing.
"resolved" is told by feedback, whose link the message carries, "escalated" and the
emergency's first word by escalation.
"""

import logging
from datetime import datetime, timedelta
from typing import TypedDict

from django.utils.translation import gettext as _

from complaints.actors import Actor
from complaints.models import ClosingCode, Complaint, Event
from complaints.models.complaint import ClosedHow
from complaints.number import grouped
from complaints.services.closing_code import digits_of
from complaints.services.guards import is_outside
from complaints.status import Status
from complaints.unit import Reaction, latest
from complaints.workflow import CITIZEN
from notices.erasure import forget
from notices.outbox import tell_citizen, tell_officer
from notices.render import Value
from officers.duty import head_of, posted
from officers.models import Department, Officer, Role

log = logging.getLogger(__name__)

# "Open again, first in line at the office, new date": with the promise, which stays as
# it was, a second message would name another one.
OPENED_AGAIN = frozenset({"disputed", "reopened", "appeal_allowed"})
# How long a question to the citizen may stop the clock.
ANSWER_WITHIN = timedelta(days=7)


class Where(TypedDict):
    """The office that somebody is looked for in."""

    organisation_id: int
    office_id: int | None
    department: Department | None
    at: datetime


def registered(event: Event) -> None:
    if not _told_with_the_first(event):
        tell_citizen(event, "registered")


def assigned(event: Event) -> None:
    if event.caused_by is None or not _told_before(event.caused_by):
        tell_citizen(event, "assigned")


def _told_before(event: Event) -> bool:
    """Whose own message names the office and the date already."""
    return event.kind in OPENED_AGAIN or _told_with_the_first(event)


def _told_with_the_first(event: Event) -> bool:
    """The second of two things in one text: one message names both numbers."""
    return event.kind == "registered" and "split_of" in event.data


def split(event: Event) -> None:
    """Both numbers at once, instead of the second's "registered" and "assigned"."""
    other = Complaint.objects.select_related("category").get(pk=event.data["other"])
    number = Value(grouped(other.number), short=other.number)
    kind = other.category or _("not sorted yet")
    tell_citizen(event, "split", other=number, othertype=kind)


def started(event: Event) -> None:
    tell_citizen(event, "in_progress")


def asked(event: Event) -> None:
    tell_citizen(event, "need_info", due=event.at + ANSWER_WITHIN)


def resumed(event: Event) -> None:
    tell_citizen(event, "resumed")


def forwarded(event: Event) -> None:
    tell_citizen(event, "forwarded")


def held(event: Event) -> None:
    new_date = datetime.fromisoformat(event.data["new_date"])
    tell_citizen(event, "delay_interim", due=new_date)


def hold_refused(event: Event) -> None:
    complaint = latest(event)
    _tell(event, complaint.owner or complaint.responsible, "staff_hold_refused")


def reopened(event: Event) -> None:
    """Its new date is the limit of who has it now; the promise is the old one."""
    tell_citizen(event, "reopened", due=_new_date(event))


def code_sent(event: Event) -> None:
    """The code is made again from its row: only the message holds it."""
    row = ClosingCode.objects.get(pk=event.data["closing_code"])
    tell_citizen(event, "closure_otp", code=digits_of(row))


def rejected(event: Event) -> None:
    tell_citizen(event, "rejected")


def closed(event: Event) -> None:
    silent = event.data.get("how") == ClosedHow.UNCONFIRMED
    tell_citizen(event, "unconfirmed" if silent else "closed")


def cancelled(event: Event) -> None:
    tell_citizen(event, "cancelled")


def merged(event: Event) -> None:
    tell_citizen(event, "duplicate")


def replied(event: Event) -> None:
    tell_citizen(event, "reply")


def appealed(event: Event) -> None:
    complaint = latest(event)
    tell_citizen(event, "appealed", due=complaint.step_due_at)


def staff_appeal(event: Event) -> None:
    """To the nearest authority that has no part in the office."""
    complaint = latest(event)
    for posting in posted((Role.APPELLATE_AUTHORITY,), **_where(complaint, event.at)):
        if is_outside(complaint, Actor.of(posting.officer, event.at)):
            due = complaint.step_due_at
            tell_officer(event, posting.officer, "staff_appeal", due=due)
            return
    log.error("nobody outside the office can judge complaint %s", complaint.pk)


def staff_appealed(event: Event) -> None:
    """One that came by itself, from "not solved", need not have words."""
    by_itself = event.data.get("from") == Status.RESOLVED
    (staff_stage if by_itself else staff_citizen_wrote)(event)


def appeal_allowed(event: Event) -> None:
    tell_citizen(event, "appeal_allowed", due=_new_date(event))


def _new_date(event: Event) -> datetime | None:
    complaint = latest(event)
    return complaint.step_due_at or complaint.due_at


def appeal_decided(event: Event) -> None:
    tell_citizen(event, "appeal_decided")


def staff_assigned(event: Event) -> None:
    """Who was found only after it was accepted hears it with that event, not twice."""
    complaint = latest(event)
    if complaint.owner is not None and event.data.get("officer") is None:
        return
    _tell(event, complaint.owner or _head(complaint, event.at), "staff_assigned")


def staff_forwarded(event: Event) -> None:
    complaint = latest(event)
    _tell(event, _head(complaint, event.at), "staff_forwarded")


def staff_reopened(event: Event) -> None:
    """To the first owner, who stays responsible; the new one hears "assigned"."""
    complaint = latest(event)
    officer = _answerable(complaint, event.at)
    if officer is not None and officer.pk != event.actor_id:
        tell_officer(event, officer, "staff_reopened", due=_new_date(event))


def staff_citizen_wrote(event: Event) -> None:
    """The citizen's words, by own hand or told to the desk ("by" names the way)."""
    if event.actor_kind != CITIZEN and not event.data.get("by"):
        return
    complaint = latest(event)
    officer = complaint.owner or _answerable(complaint, event.at)
    _tell(event, officer, "staff_citizen_wrote")


def staff_stage(event: Event) -> None:
    """Somebody else moved the officer's work: no need to drive there for nothing.

    What the owner did, the first owner hears, who stays responsible for it. The end of
    an incident is seen on its page, not told for each of its members.
    """
    if event.data.get("incident"):
        return
    complaint = latest(event)
    people = [complaint.owner, complaint.responsible]
    others = [each for each in people if each and each.pk != event.actor_id]
    _tell(event, next(iter(others), None), "staff_stage")


def _answerable(complaint: Complaint, at: datetime) -> Officer | None:
    return complaint.responsible or complaint.owner or _head(complaint, at)


def _head(complaint: Complaint, at: datetime) -> Officer | None:
    """The office head, at a partner whoever answers there, else the next level up."""
    where = _where(complaint, at)
    found = posted((Role.DEPT_HEAD, Role.PARTNER), **where)
    return found[0].officer if found else head_of(3, **where)


def _where(complaint: Complaint, at: datetime) -> Where:
    return Where(
        organisation_id=complaint.organisation_id,
        office_id=complaint.office_id,
        department=complaint.department,
        at=at,
    )


def _tell(event: Event, officer: Officer | None, key: str) -> None:
    if officer is not None and officer.pk != event.actor_id:
        tell_officer(event, officer, key)


REACTIONS: dict[str, tuple[Reaction, ...]] = {
    "registered": (registered,),
    "assigned": (assigned, staff_assigned),
    "accepted": (assigned, staff_assigned),
    "reassigned": (staff_assigned,),
    "forwarded": (forwarded, staff_forwarded),
    "decided": (assigned, staff_assigned),
    "split": (split,),
    "started": (started, staff_stage),
    "asked": (asked, staff_stage),
    "answered": (resumed, staff_citizen_wrote),
    "answer_overdue": (resumed, staff_stage),
    "hold_refused": (hold_refused,),
    "held": (held, staff_stage),
    "taken_up": (replied,),
    "resumed": (resumed, staff_stage),
    "resolved": (staff_stage,),
    "code_sent": (code_sent,),
    "rejected": (rejected, staff_stage),
    "closed": (closed, staff_stage),
    "disputed": (reopened, staff_reopened),
    "reopened": (reopened, staff_reopened),
    "appealed": (appealed, staff_appeal, staff_appealed),
    "appeal_allowed": (appeal_allowed, staff_reopened),
    "appeal_dismissed": (appeal_decided, staff_stage),
    "merged": (merged, staff_stage),
    "cancelled": (cancelled, staff_stage),
    "replied": (replied,),
    "added": (staff_citizen_wrote,),
    "erased": (forget,),
}
