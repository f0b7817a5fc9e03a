"""/admin/panel/: consumers drawn by lot are asked by message, then called."""

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from complaints.refusals import Conflict, Refused
from feedback.models import Panel, PanelSeat
from feedback.panel import calling, results
from feedback.panel.answering import answer
from feedback.panel.draw import ask_to_draw, job_panels, month_of
from feedback.panel.hours import MOST_TRIES, is_new
from feedback.panel.items import with_panel
from feedback.panel.scope import areas_of
from helpline import panel_file
from helpline.access import Desk, desk
from helpline.panel_forms import OUTCOME_KEYS, PanelCallForm
from officers.models import Organisation, Role
from officers.trees import organisation_subtree
from operations.models import Job

DRAWERS = frozenset({Role.SUPERVISOR})
RELATED = (
    "panel_area__area", "panel_area__panel__organisation", "citizen", "connection",
    "taken_by",
)  # fmt: skip
MONTHS = 6
State = PanelSeat.State


@require_GET
@desk(calling.CALLERS)
def listed(at: Desk) -> HttpResponse:
    this_month = _this_month(at)
    month = _chosen(at, this_month)
    found = results.told(areas_of(at.actor), month)
    context = {
        "title": _("Area panel"),
        "at": at.at,
        "month": month,
        "months": _months(this_month),
        "found": found,
        "due": calling.due(at.actor, at.at).exists(),
        "most_tries": MOST_TRIES,
        "may_draw": bool(at.roles & DRAWERS) and month == this_month,
        "to_draw": _to_draw(at, month) if at.roles & DRAWERS else [],
        "jobs": _jobs(at, month),
    }
    return at.render("helpline/panel.html", context)


def _this_month(at: Desk) -> date:
    posting = next(iter(at.actor.postings), None)
    return month_of(at.at, posting.organisation) if posting else at.at.date()


def _months(latest: date) -> list[date]:
    found = [latest]
    while len(found) < MONTHS:
        found.append(results.month_before(found[-1]))
    return found


def _chosen(at: Desk, this_month: date) -> date:
    """The month that was asked for; else the newest that has a panel of ours."""
    asked = at.request.GET.get("month", "")
    for month in _months(this_month):
        if asked == f"{month:%Y-%m}":
            return month
    newest = areas_of(at.actor).order_by("-panel__month").values_list("panel__month")
    return next((row[0] for row in newest[:1]), this_month)


def _mine(at: Desk) -> list[Organisation]:
    """Who has a panel, of the organisations this person is posted over as a whole."""
    ours: set[int] = set()
    for posting in at.actor.postings:
        if posting.role in DRAWERS and posting.area_id is None:
            ours |= organisation_subtree(posting.organisation_id)
    return [row for row in with_panel() if row.pk in ours]


def _to_draw(at: Desk, month: date) -> list[Organisation]:
    drawn = Panel.objects.filter(month=month).values_list("organisation_id", flat=True)
    there = set(drawn)
    return [row for row in _mine(at) if row.pk not in there]


def _jobs(at: Desk, month: date) -> list[tuple[Panel, Job | None]]:
    """Panels that are being drawn just now."""
    rows = Panel.objects.filter(
        month=month, drawn_at=None, organisation__in=[row.pk for row in _mine(at)]
    ).select_related("organisation")
    panels = list(rows)
    if not panels:
        return []
    jobs = job_panels((Job.State.QUEUED, Job.State.RUNNING))
    return [(panel, jobs.get(panel.pk)) for panel in panels]


@require_POST
@desk(DRAWERS)
def draw(at: Desk) -> HttpResponse:
    """Of every organisation of theirs that has none this month."""
    month = _this_month(at)
    for organisation in _to_draw(at, month):
        ask_to_draw(organisation, month, at.at, by=at.officer.pk)
    messages.success(at.request, _("The lot is being drawn. Nobody chooses."))
    return redirect("helpline:panel")


@require_POST
@desk(calling.CALLERS)
def take_next(at: Desk) -> HttpResponse:
    return _next(at)


def _next(at: Desk) -> HttpResponse:
    seat = calling.take_next(at.actor, at.at)
    if seat is None:
        messages.info(at.request, _("No call is due now at this time of day."))
        return redirect("helpline:panel")
    return redirect("helpline:panel_call", pk=seat.pk)


def _one(at: Desk, pk: int) -> PanelSeat:
    rows = calling.seats_of(at.actor).select_related(*RELATED)
    rows = rows.prefetch_related("citizen__contacts")
    return get_object_or_404(rows, pk=pk)


@require_GET
@desk(calling.CALLERS)
def one(at: Desk, pk: int) -> HttpResponse:
    return _page(at, _one(at, pk))


def _page(
    at: Desk, seat: PanelSeat, *, form: PanelCallForm | None = None, status: int = 200
) -> HttpResponse:
    panel = seat.panel_area.panel
    zone = panel.organisation.timezone
    context: dict[str, Any] = {
        "title": _("Call of the area panel"),
        "seat": seat,
        "organisation": panel.organisation,
        "file": panel_file.gather(seat, at),
        "form": form or PanelCallForm(seen=seat.tries),
        "keys": OUTCOME_KEYS,
        "open": seat.state == State.WAITING and at.at < panel.closes_at,
        "most_tries": MOST_TRIES,
        "same_hours": not is_new(at.at, seat.hours, zone),
        "with_other": _with_other(seat, at),
    }
    return at.render("helpline/panel_call.html", context, status=status)


def _with_other(seat: PanelSeat, at: Desk) -> bool:
    until = seat.taken_until or at.at - timedelta(1)
    return until > at.at and seat.taken_by_id != at.officer.pk


@require_POST
@desk(calling.CALLERS)
def take(at: Desk, pk: int) -> HttpResponse:
    if not calling.take(_one(at, pk), actor=at.actor, at=at.at):
        messages.error(at.request, _("Somebody else took this call."))
    return redirect("helpline:panel_call", pk=pk)


@require_POST
@desk(calling.CALLERS)
def save(at: Desk, pk: int) -> HttpResponse:
    seat = _one(at, pk)
    form = PanelCallForm(at.request.POST)
    if not form.is_valid():
        return _page(at, seat, form=form, status=422)
    try:
        _write_down(at, seat, form)
    except Refused as refused:
        named = refused.field if refused.field in form.fields else None
        form.add_error(named, str(refused))
        status = 409 if isinstance(refused, Conflict) else 422
        return _page(at, _one(at, pk), form=form, status=status)
    messages.success(at.request, _("Written down. Here is the next call, if any."))
    return _next(at)


def _write_down(at: Desk, seat: PanelSeat, form: PanelCallForm) -> None:
    if form.answered:
        answer(seat, **form.given(), channel="phone", actor=at.actor, at=at.at)
        return
    calling.no_word(
        seat,
        outcome=form.cleaned_data["outcome"],
        seen=form.cleaned_data["seen"],
        actor=at.actor,
        at=at.at,
    )
