"""The link of the area panel: looking at it answers nothing, and it works once."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from complaints.actors import Actor
from complaints.models import Complaint
from complaints.number import grouped
from complaints.refusals import Conflict, Refused
from feedback.models import PanelSeat
from feedback.panel.answering import MAY_ANSWER, answer
from portal import limits
from portal.errors import too_many
from portal.fields import storable
from portal.pages import SeeOther, personal
from portal.panel_form import PanelForm

State = PanelSeat.State


@require_http_methods(["GET", "HEAD", "POST"])
@personal
def panel(request: HttpRequest, token: str) -> HttpResponse:
    at = timezone.now()
    if not limits.may_look_up(request, at):
        return too_many(request)
    seat = _seat(token)
    if seat is None:
        return render(request, "portal/rate_unknown.html", status=404)
    if seat.state not in MAY_ANSWER:
        return _thanks(request, seat)
    if request.method == "POST":
        return _answer(request, seat, at)
    return _page(request, seat, PanelForm(), at)


def _seat(token: str) -> PanelSeat | None:
    """Who is still in reserve was not asked, and has no link."""
    rows = PanelSeat.objects.exclude(state=State.RESERVE).filter(token=token)
    rows = rows.select_related(
        "panel_area__panel__organisation", "citizen", "connection__organisation",
        "connection__area",
    )  # fmt: skip
    return rows.defer("connection__area__boundary").first()


def _answer(request: HttpRequest, seat: PanelSeat, at: datetime) -> HttpResponse:
    form = PanelForm(storable(request.POST))
    if not form.is_valid():
        return _page(request, seat, form, at)
    try:
        answer(seat, **form.cleaned_data, channel="web", actor=_citizen(seat), at=at)
    except Conflict:
        pass  # sent twice: the first one counts, and is thanked for
    except Refused as refused:
        form.refuse(refused)
        return _page(request, seat, form, at)
    return SeeOther(reverse("portal:panel", args=[seat.token]))


def _citizen(seat: PanelSeat) -> Actor:
    return Actor(kind="citizen", citizen_id=seat.citizen_id, by="web")


def _page(
    request: HttpRequest, seat: PanelSeat, form: PanelForm, at: datetime
) -> HttpResponse:
    panel = seat.panel_area.panel
    context = {
        "organisation": panel.organisation,
        "number": f"•••{seat.connection.number[-4:]}",
        "month": panel.month,
        "form": form,
        "over": at >= panel.closes_at,
    }
    return render(request, "portal/panel.html", context)


def _thanks(request: HttpRequest, seat: PanelSeat) -> HttpResponse:
    """With the numbers of what the answer became."""
    made = Complaint.objects.visible_to(_citizen(seat)).filter(pk__in=seat.made)
    context = {
        "organisation": seat.panel_area.panel.organisation,
        "answered": seat.state == State.ANSWERED,
        "made": [
            (each, grouped(each.number))
            for each in made.select_related("category").order_by("pk")
        ],
    }
    return render(request, "portal/panel_thanks.html", context)
