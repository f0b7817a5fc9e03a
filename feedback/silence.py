"""No answer to "solved?": asked again by another way, then called, then unconfirmed.

1. A message that arrived is one try; one that did not is none.
2. After a day of silence the question goes out once more: by another way if the
   citizen has one, on another day, at another hour within civil hours.
3. After another day a call is owed, by the organisation's machine or by the desk.
4. With tries enough (complaints/services/tries.py), and not before 7 days for
   immediate work and 15 for longer, the complaint is closed as unconfirmed.

Who wrote to us meanwhile is not silent; who says "not solved" opens it again. Whoever
can be asked by no way at all keeps the link until "not solved" can be said no more.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from complaints.actors import SYSTEM_ACTOR
from complaints.models import Complaint
from complaints.models.category import Horizon
from complaints.refusals import Refused
from complaints.services import auto_close
from complaints.services.guards import reopen_until
from complaints.services.tries import CALL, hour_is_new
from complaints.status import Status
from complaints.unit import unit_of_work
from feedback import call_backs
from feedback.asked import AGAIN, BY_VOICE, Asked, asked_of, way_of
from feedback.call_hours import call_again_at, in_civil_hours
from feedback.models import CallBack, ContactTry, RatingRequest
from feedback.services import ask
from notices.answers import tell_about
from notices.links import rating_url
from notices.render import EMAIL, SMS
from operations.ticks import TickTooLongError

DAY = timedelta(days=1)
SILENT_FOR: dict[str, timedelta] = {
    Horizon.IMMEDIATE: timedelta(days=7),
    Horizon.MID: timedelta(days=15),
    Horizon.LONG: timedelta(days=15),
}
# Who is asked again may answer for so long by the link that was sent before.
LINK_WORKS = timedelta(days=30)
MOST_AGAIN = 3
BATCH, MOST_BATCHES = 100, 5
EVERY = timedelta(minutes=30)

log = logging.getLogger(__name__)


# The round ---------------------------------------------------------------------------


@dataclass
class _Round:
    """Where the worker is among those that wait. Whatever fails is passed by until the
    next round, and so stands in nobody's way."""

    began: datetime | None = None
    left: tuple[str, ...] = ()
    after: tuple[datetime, int] | None = None


_round = _Round()


def forget() -> None:
    """As a process that has just started (tests)."""
    _round.began, _round.left, _round.after = None, (), None


def tick(at: datetime) -> int:
    """Looks at all that wait for an answer, twice an hour, a batch at a time."""
    if not _round.left:
        if _round.began is not None and timedelta(0) <= at - _round.began < EVERY:
            return 0
        _round.began, _round.after = at, None
        _round.left = tuple(SILENT_FOR)
    for _batch in range(MOST_BATCHES):
        done = sum(_safely(pk, at) for pk in _due(_next_batch(at), at))
        if done or not _round.left:
            return done
    return 0


def _next_batch(at: datetime) -> list[Complaint]:
    rows = Complaint.objects.filter(
        status=Status.RESOLVED,
        horizon=_round.left[0],
        resolved_at__lte=at - DAY,
        citizen_wrote=False,
    )
    if _round.after is not None:
        since, pk = _round.after
        rows = rows.filter(resolved_at__gte=since).exclude(
            Q(resolved_at=since, pk__lte=pk)
        )
    found = list(
        rows.select_related("citizen", "organisation", "received_by", "category")
        .prefetch_related("citizen__contacts")
        .order_by("resolved_at", "pk")[:BATCH]
    )
    last = found[-1] if len(found) == BATCH else None
    if last is None or last.resolved_at is None:
        _round.left, _round.after = _round.left[1:], None
    else:
        _round.after = (last.resolved_at, last.pk)
    return found


def _due(complaints: list[Complaint], at: datetime) -> list[int]:
    """Those with something to write down or to do; most have nothing."""
    if not complaints:
        return []
    return [
        asked.complaint.pk
        for asked in asked_of(complaints, at)
        if asked.arrivals or next_step(asked, at) is not None
    ]


def _safely(complaint_id: int, at: datetime) -> bool:
    """Each in a transaction of its own, read again there."""
    try:
        with unit_of_work():
            return take(complaint_id, at)
    except Refused as refused:
        # Somebody acted in between; the next round sees what is left to do.
        log.info("silence of complaint %s: %s", complaint_id, refused.code)
    except TickTooLongError:
        raise
    except Exception:
        log.exception("silence of complaint %s failed", complaint_id)
    return False


# One complaint -----------------------------------------------------------------------

Step = Callable[[Asked, datetime], bool]


def take(complaint_id: int, at: datetime) -> bool:
    """Write down what arrived and do what comes next, if anything does now."""
    complaint = (
        Complaint.objects.filter(
            pk=complaint_id, status=Status.RESOLVED, citizen_wrote=False
        )
        .select_related("citizen", "organisation", "received_by", "category")
        .first()
    )
    asked = next(iter(asked_of([complaint], at)), None) if complaint else None
    if asked is None:
        return False
    noted = _note_arrivals(asked)
    step = next_step(asked, at)
    return bool(step and step(asked, at)) or noted


def next_step(asked: Asked, at: datetime) -> Step | None:
    since = asked.complaint.resolved_at
    if since is None or asked.answered:
        return None
    if not asked.ways:
        return close if _window_is_over(asked.complaint, at) else None
    if not asked.lacks:
        wait = SILENT_FOR[asked.complaint.horizon]
        return close if at >= since + wait else None
    if asked.on_its_way or not asked.leads or at < _last_asked(asked, since) + DAY:
        return None
    return _ask(asked, at)


def _window_is_over(complaint: Complaint, at: datetime) -> bool:
    until = reopen_until(complaint)
    return until is not None and at > until


def _last_asked(asked: Asked, since: datetime) -> datetime:
    return max([since, *(notice.created_at for notice in asked.notices)])


def _ask(asked: Asked, at: datetime) -> Step | None:
    """In writing once more, or twice where nobody can be called, and as long as a way
    has not proved whether it is one; then by voice."""
    spoken = CALL in asked.ways
    written = sum(notice.kind == AGAIN for notice in asked.notices)
    enough = written >= (1 if spoken else 2) and not _unproven(asked)
    if _writable(asked) and not enough and written < MOST_AGAIN:
        return ask_again if _good_hour(asked, at) else None
    if not spoken:
        return None
    if asked.has_voice and not _was_rung(asked):
        return ask_by_voice if _good_hour(asked, at) else None
    return owe_call if _may_owe(asked) else None


def _writable(asked: Asked) -> list[str]:
    return sorted(asked.ways & {SMS, EMAIL}, reverse=True)


def _unproven(asked: Asked) -> list[str]:
    return [way for way in _writable(asked) if not asked.proven(way)]


def _good_hour(asked: Asked, at: datetime) -> bool:
    """Civil, on another day than the tries before and two hours from each."""
    house = asked.complaint.organisation
    civil = in_civil_hours(at, house) == at
    return civil and hour_is_new(asked.tries, at, house.timezone)


def _was_rung(asked: Asked) -> bool:
    return any(notice.kind == BY_VOICE for notice in asked.notices)


def _may_owe(asked: Asked) -> bool:
    called = asked.called
    return called is None or called.outcome == call_backs.OVER


# What comes next ---------------------------------------------------------------------


def _note_arrivals(asked: Asked) -> bool:
    """One row for each message, whoever else writes it down at this moment."""
    for each in asked.arrivals:
        ContactTry.objects.get_or_create(
            notice=each.notice,
            defaults={
                "complaint_id": each.event.complaint_id,
                "event": each.event,
                "way": way_of(each.notice),
                "outcome": each.outcome,
                "at": each.at,
            },
        )
    return bool(asked.arrivals)


def ask_again(asked: Asked, at: datetime) -> bool:
    """By a way that was not used yet, else by the one that was used longest ago."""
    last = {notice.channel: notice.created_at for notice in asked.notices}
    never = datetime.min.replace(tzinfo=at.tzinfo)
    usable = _unproven(asked) or _writable(asked)
    by = min(usable, key=lambda way: last.get(way, never))
    _tell(asked, AGAIN, at, by)
    return True


def ask_by_voice(asked: Asked, at: datetime) -> bool:
    """The machine calls and asks for the keys; needs an account of channel "voice"."""
    _tell(asked, BY_VOICE, at, "voice")
    return True


def _tell(asked: Asked, kind: str, at: datetime, by: str) -> None:
    request = ask(asked.event)
    RatingRequest.objects.filter(pk=request.pk, expires_at__lt=at + LINK_WORKS).update(
        expires_at=at + LINK_WORKS
    )
    before = sum(notice.kind == kind for notice in asked.notices)
    tell_about(
        asked.complaint,
        kind,
        cause=f"silent:{asked.event.pk}:{before + 1}",
        at=at,
        by=by,
        url=rating_url(request.token),
    )


def owe_call(asked: Asked, at: datetime) -> bool:
    """The desk's, at an hour of its own; it comes again until somebody answers."""
    earlier = [one.at for one in asked.tries]
    when = call_again_at(at, 1, earlier, asked.complaint.organisation)
    why = CallBack.Why.SILENT
    return call_backs.owe(asked.event, why=why, at=at, next_at=when) is not None


def close(asked: Asked, at: datetime) -> bool:
    auto_close(
        asked.complaint,
        tries=asked.tries,
        ways=asked.ways,
        actor=SYSTEM_ACTOR,
        at=at,
    )
    return True
