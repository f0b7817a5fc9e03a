"""Calls of the panel: up to three tries, each at another time of day, then the next.

A try in a part of the day that was tried already moves the call on and counts nothing.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _

from complaints.actors import Actor
from complaints.models import Connection, ContactPoint
from complaints.people import PHONE
from complaints.refusals import Conflict, Invalid, NotAllowed
from complaints.workflow import DESK, OFFICE
from feedback.models import PanelArea, PanelSeat
from feedback.panel.asking import seat_next
from feedback.panel.hours import MOST_TRIES, here, is_new, next_call_at
from feedback.panel.scope import areas_of

CALLERS, CONCERNED = frozenset(DESK), frozenset(OFFICE)
LEASE = timedelta(minutes=15)
LOOKED_AT = 200
State = PanelSeat.State


class Outcome(TextChoices):
    """How a call ended in which the questions were not answered."""

    NO_ANSWER = "no_answer", _("No answer")
    BUSY = "busy", _("Busy")
    OFF = "off", _("Phone switched off")
    LATER = "later", _("Call again later")
    WRONG = "wrong", _("Wrong number")
    REFUSED = "refused", _("Does not want to answer")


TRIED = (Outcome.NO_ANSWER, Outcome.BUSY, Outcome.OFF)


def seats_of(actor: Actor) -> QuerySet[PanelSeat]:
    """Those that were ever asked: who is in reserve is nobody's business. Never those
    of an office where the same person works."""
    rows = PanelSeat.objects.filter(panel_area__in=_areas_as(actor, CALLERS))
    rows = rows.exclude(panel_area__in=_areas_as(actor, CONCERNED))
    return rows.exclude(state=State.RESERVE)


def _areas_as(actor: Actor, roles: Collection[str]) -> QuerySet[PanelArea]:
    held = tuple(each for each in actor.postings if each.role in roles)
    return areas_of(replace(actor, postings=held))


def due(actor: Actor, at: datetime) -> QuerySet[PanelSeat]:
    return seats_of(actor).filter(
        state=State.WAITING, asked_at__isnull=False, next_at__lte=at,
        panel_area__panel__closes_at__gt=at,
    )  # fmt: skip


def take_next(actor: Actor, at: datetime) -> PanelSeat | None:
    """The call that waits longest, of those for this time of the day."""
    _may_call(actor)
    rows = due(actor, at).filter(Q(taken_until=None) | Q(taken_until__lte=at))
    rows = rows.select_related("panel_area__panel__organisation")
    for seat in rows.order_by("next_at", "pk")[:LOOKED_AT]:
        zone = seat.panel_area.panel.organisation.timezone
        if is_new(at, seat.hours, zone) and take(seat, actor=actor, at=at):
            return seat
    return None


def take(seat: PanelSeat, *, actor: Actor, at: datetime) -> bool:
    """One's name on it for a quarter of an hour; of two takers one gets it."""
    _may_call(actor)
    won = _free(seat, actor, at).update(taken_by=actor.officer, taken_until=at + LEASE)
    return bool(won)


def is_mine(seat: PanelSeat, actor: Actor, at: datetime) -> bool:
    """Only who has the call sees the number."""
    return (
        actor.officer is not None
        and seat.taken_by_id == actor.officer.pk
        and seat.taken_until is not None
        and seat.taken_until > at
    )


def _may_call(actor: Actor) -> None:
    if not actor.roles() & CALLERS:
        raise NotAllowed(_("The call centre makes this call."))


def _free(seat: PanelSeat, actor: Actor, at: datetime) -> QuerySet[PanelSeat]:
    free = Q(taken_until=None) | Q(taken_until__lte=at) | Q(taken_by=actor.officer)
    return PanelSeat.objects.filter(free, pk=seat.pk, state=State.WAITING)


@transaction.atomic
def no_word(
    seat: PanelSeat, *, outcome: str, seen: int, actor: Actor, at: datetime
) -> None:
    """`seen`: how many tries the page showed: a second press of it counts nothing."""
    _may_call(actor)
    if outcome not in Outcome.values:
        raise Invalid(_("Choose how the call went."), field="outcome")
    zone = seat.panel_area.panel.organisation.timezone
    fields = {"taken_until": None, **_then(seat, outcome, zone, at)}
    rows = _free(seat, actor, at).filter(tries=seen)
    if not rows.update(**fields):
        raise Conflict(_("Somebody else has written this call down."))
    if outcome == Outcome.WRONG:
        _doubt_number(seat)
    if fields.get("state"):
        seat_next(seat.panel_area, at)


def _then(seat: PanelSeat, outcome: str, zone: str, at: datetime) -> dict[str, object]:
    """What the seat becomes."""
    if outcome == Outcome.WRONG:
        return {"state": State.WRONG}
    if outcome == Outcome.REFUSED:
        return {"state": State.REFUSED}
    hour = here(at, zone).hour
    if outcome not in TRIED or not is_new(at, seat.hours, zone):
        return {"next_at": next_call_at(at, [*seat.hours, hour], zone)}
    hours = [*seat.hours, hour]
    if len(hours) >= MOST_TRIES:
        return {"state": State.UNREACHED, "tries": MOST_TRIES, "hours": hours}
    return {
        "tries": len(hours),
        "hours": hours,
        "next_at": next_call_at(at, hours, zone),
    }


def _doubt_number(seat: PanelSeat) -> None:
    """Whoever answers there is not the consumer: the number is sure no more, and the
    connection has no holder until the consumer gives the right one."""
    phones = ContactPoint.objects.filter(citizen=seat.citizen_id, channel=PHONE)
    phones.update(verified_at=None)
    Connection.objects.filter(pk=seat.connection_id, citizen=seat.citizen_id).update(
        citizen=None
    )
