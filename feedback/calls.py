"""What came of a call: logged as a try; the word of a citizen who gave one is taken.

Every answer goes through one road, whichever page it was typed on.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from complaints.actors import Actor
from complaints.models import Complaint, Event
from complaints.people import phone_of
from complaints.refusals import Conflict, Invalid, NotAllowed
from complaints.services import confirm, not_solved, phoned
from complaints.services.guards import is_outside, outside_only, permit, reopen_until
from complaints.unit import door
from complaints.workflow import DESK, OFFICE
from feedback.call_backs import NO_MORE, OVER, Side, State, Why, owe
from feedback.call_hours import AGAIN_AFTER, call_again_at, in_civil_hours
from feedback.models import CallBack, ContactTry, RatingRequest
from feedback.services import latest_request, rate
from feedback.took import checked
from officers.models import Role

# Who makes the desk's calls, and who the office's.
CALLERS = frozenset(DESK)
TELLERS = frozenset({*OFFICE, Role.FIELD_STAFF})
LEASE = timedelta(minutes=15)
# The desk is outside nearly every office: the first of these will do.
LOOKED_AT = 50
LATEST_WISH = timedelta(days=14)
Outcome = ContactTry.Outcome
# What a call may end with that was no answer to "is it solved?".
NO_WORD: dict[str, tuple[str, ...]] = {
    Side.DESK: (
        Outcome.LATER, Outcome.NO_ANSWER, Outcome.BUSY, Outcome.OFF, Outcome.WRONG,
        Outcome.REFUSED,
    ),
    Side.OFFICE: (
        Outcome.INFORMED, Outcome.NO_ANSWER, Outcome.BUSY, Outcome.OFF, Outcome.WRONG,
        Outcome.REFUSED,
    ),
}  # fmt: skip
# Which of them count as a try that stayed without answer: asked.py. A wrong number
# reached nobody of ours; who asked to be called later is not silent.


@dataclass(frozen=True)
class Said:
    """The citizen's answers on the phone; the score may be missing."""

    solved: bool
    score: int | None = None
    took_minutes: int | None = None
    trouble: bool | None = None
    comment: str = ""


def may_call(actor: Actor, call_back: CallBack) -> bool:
    """The desk's: somebody with no part in the office that did the work."""
    roles = actor.roles_on(call_back.complaint)
    if call_back.side == Side.OFFICE:
        return bool(roles & TELLERS)
    return bool(roles & CALLERS) and is_outside(call_back.complaint, actor)


def take(call_back: CallBack, *, actor: Actor, at: datetime) -> bool:
    """Put one's name on a call for a quarter of an hour; two takers, one gets it."""
    if not may_call(actor, call_back):
        raise NotAllowed(
            _("The call centre makes this call, never the office concerned.")
        )
    won = _free(call_back.pk, actor, at).update(
        taken_by=actor.officer, taken_until=at + LEASE
    )
    return bool(won)


def take_next(
    rows: QuerySet[CallBack], *, actor: Actor, at: datetime
) -> CallBack | None:
    """The first of these that nobody else has and that this person may make."""
    for row in rows.filter(_not_with_others(actor, at))[:LOOKED_AT]:
        if may_call(actor, row) and take(row, actor=actor, at=at):
            return row
    return None


def _free(pk: int, actor: Actor, at: datetime) -> QuerySet[CallBack]:
    """Open, and with nobody else just now."""
    return CallBack.objects.filter(_not_with_others(actor, at), pk=pk, state=State.OPEN)


def _not_with_others(actor: Actor, at: datetime) -> Q:
    return Q(taken_by=None) | Q(taken_by=actor.officer) | Q(taken_until__lte=at)


@door
def no_word(
    call_back: CallBack,
    *,
    outcome: str,
    seen: int,
    actor: Actor,
    at: datetime,
    next_at: datetime | None = None,
) -> None:
    """Nobody spoke, or not about it: logged, and called again at another time of day.

    `seen`: how many tries the page showed, so that a second press logs nothing.
    `next_at`: when the citizen wishes to be called.
    """
    complaint = _complaint(call_back)
    if outcome not in NO_WORD[call_back.side]:
        raise Invalid(_("Choose how the call went."), field="outcome")
    if call_back.side == Side.DESK:
        outside_only(complaint, actor)
    then = _then(call_back, complaint, outcome, seen, at, next_at)
    rows = _free(call_back.pk, actor, at).filter(tries=seen)
    if not rows.update(tries=F("tries") + 1, taken_by=None, taken_until=None, **then):
        raise _gone()
    _log(complaint, call_back.event_id, outcome, actor, at, call_back)


def _then(
    call_back: CallBack,
    complaint: Complaint,
    outcome: str,
    seen: int,
    at: datetime,
    wish: datetime | None,
) -> dict[str, Any]:
    """What the call becomes: done, or due again."""
    if outcome in NO_MORE:
        return _done(outcome, at)
    if outcome == Outcome.LATER and wish is not None:
        if not at < wish <= at + LATEST_WISH:
            raise Invalid(_("Choose a time in the next 14 days."), field="next_at")
        return {"next_at": in_civil_hours(wish, complaint.organisation)}
    earlier = ContactTry.objects.filter(event=call_back.event_id, way="call")
    least = AGAIN_AFTER[1] if outcome == Outcome.INFORMED else AGAIN_AFTER[0]
    next_at = call_again_at(
        at,
        seen + 1,
        [at, *earlier.values_list("at", flat=True)],
        complaint.organisation,
        least=least,
    )
    until = reopen_until(complaint) if call_back.side == Side.DESK else None
    # Called after that, they stayed silent: until silence.py has tries enough to close.
    over = until is not None and at <= until < next_at
    if over and call_back.why != Why.SILENT:
        return _done(OVER, at)
    return {"next_at": next_at}


def _done(outcome: str, at: datetime) -> dict[str, Any]:
    return {"state": State.DONE, "outcome": outcome, "done_at": at}


@door
def wanted(
    complaint: Complaint, *, actor: Actor, at: datetime, next_at: datetime | None = None
) -> None:
    """The citizen asks to be called, now or at a time of theirs."""
    permit(complaint, "phone", actor)
    if next_at is not None and not at < next_at <= at + LATEST_WISH:
        raise Invalid(_("Choose a time in the next 14 days."), field="next_at")
    event = _resolution(complaint)
    if event is None or not phone_of(complaint.citizen):
        raise Invalid(_("No phone is known, or nothing was called solved yet."))
    open_now = CallBack.objects.filter(event=event, side=Side.DESK, state=State.OPEN)
    due = in_civil_hours(next_at or at, complaint.organisation)
    if not open_now.update(next_at=due):
        owe(event, why=Why.ASKED, at=at, next_at=due)


def _resolution(complaint: Complaint) -> Event | None:
    rows = Event.objects.filter(complaint=complaint, kind="resolved")
    return rows.order_by("-seq").first()


@door
def answered(
    call_back: CallBack, said: Said, *, seen: int, actor: Actor, at: datetime
) -> None:
    """The citizen's word: "solved" closes, "not solved" opens again. Desk only."""
    complaint = _complaint(call_back)
    if call_back.side != Side.DESK:
        raise NotAllowed(
            _("The office cannot confirm its own work. The call centre asks.")
        )
    rows = _free(call_back.pk, actor, at).filter(tries=seen)
    if not rows.update(
        tries=F("tries") + 1, taken_by=None, taken_until=None,
        **_done(_word(said), at),
    ):  # fmt: skip
        raise _gone()
    _take_word(complaint, said, call_back, call_back.event_id, actor, at)


@door
def told(complaint: Complaint, said: Said, *, actor: Actor, at: datetime) -> None:
    """The same word, heard in a call that nobody owed; an open one ends with it."""
    event = _resolution(complaint)
    open_now = CallBack.objects.filter(
        complaint=complaint, side=Side.DESK, state=State.OPEN
    ).first()
    if open_now is not None:
        CallBack.objects.filter(pk=open_now.pk, state=State.OPEN).update(
            tries=F("tries") + 1, taken_by=None, taken_until=None,
            **_done(_word(said), at),
        )  # fmt: skip
    event_id = event.pk if event else None
    _take_word(complaint, said, open_now, event_id, actor, at)


def _take_word(
    complaint: Complaint,
    said: Said,
    call_back: CallBack | None,
    event_id: int | None,
    actor: Actor,
    at: datetime,
) -> None:
    outside_only(complaint, actor)
    if event_id is not None:
        _log(complaint, event_id, _word(said), actor, at, call_back)
    request = latest_request(complaint) if said.score else None
    if request is not None and said.score:
        _still_open(request, at)
        rate(
            request,
            score=said.score,
            solved=said.solved,
            comment=said.comment,
            channel="phone",
            took_minutes=said.took_minutes,
            trouble=said.trouble,
            actor=actor,
            at=at,
        )
    elif said.solved:
        took = None if said.took_minutes is None else checked(said.took_minutes)
        confirm(complaint, took_minutes=took, trouble=said.trouble, actor=actor, at=at)
    else:
        not_solved(complaint, text=said.comment, actor=actor, at=at)


def _still_open(request: RatingRequest, at: datetime) -> None:
    """Its link may be over: whom we call may answer as long as it is not closed."""
    if request.expires_at < at:
        RatingRequest.objects.filter(pk=request.pk).update(expires_at=at)
        request.expires_at = at


def _log(
    complaint: Complaint,
    event_id: int,
    outcome: str,
    actor: Actor,
    at: datetime,
    call_back: CallBack | None,
) -> None:
    own = not is_outside(complaint, actor)
    phoned(complaint, outcome=outcome, own_office=own, actor=actor, at=at)
    ContactTry.objects.create(
        complaint=complaint,
        event_id=event_id,
        way=ContactTry.Way.CALL,
        outcome=outcome,
        at=at,
        officer=actor.officer,
        own_office=own,
        call_back=call_back,
    )


def _word(said: Said) -> str:
    return Outcome.SOLVED if said.solved else Outcome.NOT_SOLVED


def _complaint(call_back: CallBack) -> Complaint:
    """As it is now; whose page it was on has read it a while ago."""
    return Complaint.objects.select_related("organisation", "category").get(
        pk=call_back.complaint_id
    )


def _gone() -> Conflict:
    return Conflict(
        _("Somebody else has this call, or it was made already. Take the next one.")
    )
