"""Asked by message first, with a link; who does not answer is called.

Seats wait with `next_at`: for the message as long as `asked_at` is empty, for the call
after that. Hours and opt-outs are the outbox's.
"""

import logging
from datetime import datetime, timedelta

from django.db import Error
from django.utils import translation
from django.utils.translation import gettext as _

from complaints.people import phone_of
from complaints.unit import unit_of_work
from feedback.models import Panel, PanelArea, PanelSeat
from feedback.panel.hours import first_call_at
from notices.answers import tell_person
from notices.links import panel_url
from notices.render import MissingValueError
from notices.texts import MissingTemplateError
from operations.ticks import TickTooLongError

KIND = "panel_survey"
BATCH = 50
# A worker that stood still longer than this leaves some open.
LOOKED_BACK = timedelta(days=60)
State = PanelSeat.State
log = logging.getLogger(__name__)


def tick(at: datetime) -> int:
    """A batch of those to be asked; the row says itself that it was."""
    rows = (
        PanelSeat.objects.filter(
            state=State.WAITING, asked_at=None, next_at__lte=at,
            panel_area__panel__closes_at__gt=at,
        )
        .exclude(panel_area__panel__drawn_at=None)
        .select_related("citizen", "panel_area__panel__organisation")
        .prefetch_related("citizen__contacts")
        .order_by("next_at", "pk")
    )  # fmt: skip
    found = list(rows[:BATCH])
    if not found:
        return 0
    try:
        with unit_of_work():
            return sum(_ask(seat, at) for seat in found)
    except (Error, TickTooLongError):
        raise
    except Exception:
        log.exception("panel: a batch failed, so each for itself")
        return sum(_safely(seat, at) for seat in found)


def _safely(seat: PanelSeat, at: datetime) -> bool:
    """One whose message cannot be made stands in nobody's way: the call asks."""
    try:
        with unit_of_work():
            return _ask(seat, at)
    except (Error, TickTooLongError):
        raise
    except Exception:
        log.exception("panel seat %s has no message", seat.pk)
        return _taken(seat, at)


def _taken(seat: PanelSeat, at: datetime) -> bool:
    panel = seat.panel_area.panel
    # Without a phone nobody can call: then only the message asks.
    call_at = (
        first_call_at(at, seat.place, panel.organisation.timezone)
        if phone_of(seat.citizen)
        else panel.closes_at
    )
    mine = PanelSeat.objects.filter(pk=seat.pk, state=State.WAITING, asked_at=None)
    return bool(mine.update(asked_at=at, next_at=call_at))


def _ask(seat: PanelSeat, at: datetime) -> bool:
    house, citizen = seat.panel_area.panel.organisation, seat.citizen
    if not _taken(seat, at):
        return False  # another worker did
    with translation.override(citizen.language):
        subject = _("%(org)s: three short questions") % {
            "org": house.name_in(citizen.language)
        }
    try:
        tell_person(
            citizen, house, KIND, cause=f"panel:{seat.pk}", at=at, subject=subject,
            url=panel_url(seat.token),
        )  # fmt: skip
    except (MissingTemplateError, MissingValueError):
        pass  # no text that fits: the call asks
    return True


def answers_of(area: PanelArea) -> int:
    return PanelSeat.objects.filter(panel_area=area, state=State.ANSWERED).count()


def seat_next(area: PanelArea, at: datetime) -> PanelSeat | None:
    """The next in reserve takes a place that came to nothing, in the lot's order."""
    if answers_of(area) >= area.wanted:
        return None
    while True:
        rows = PanelSeat.objects.filter(panel_area=area, state=State.RESERVE)
        found = rows.order_by("place").first()
        if found is None:
            return None
        mine = PanelSeat.objects.filter(pk=found.pk, state=State.RESERVE)
        if mine.update(state=State.WAITING, next_at=at):
            return found


def leave_in_peace(area: PanelArea, closes_at: datetime) -> None:
    """The area has its answers: nobody more is asked or called. Links stay good."""
    if answers_of(area) >= area.wanted:
        rows = PanelSeat.objects.filter(panel_area=area, state=State.WAITING)
        rows.filter(asked_at=None).update(state=State.RESERVE)
        rows.update(next_at=closes_at)


def end_over(at: datetime) -> int:
    """Of panels that are over: who was asked and stayed silent was not reached, and who
    was not asked is in reserve, as if never seated."""
    over = Panel.objects.filter(closes_at__lte=at, closes_at__gt=at - LOOKED_BACK)
    rows = PanelSeat.objects.filter(panel_area__panel__in=over, state=State.WAITING)
    if not rows.exists():
        return 0
    unasked = rows.filter(asked_at=None).update(state=State.RESERVE)
    return unasked + rows.update(state=State.UNREACHED)
