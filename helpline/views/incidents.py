"""/admin/incidents/: one fault behind many complaints, as one job."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from complaints.refusals import Conflict, Refused
from helpline import incident_pages as pages
from helpline.access import READERS, Desk, desk
from helpline.incident_forms import (
    DeclareForm,
    IncidentForm,
    RestoreForm,
    There,
    UpdateForm,
)
from incidents import services
from incidents.joining import COUNT_AT_MOST, WITHIN, how_many
from incidents.models import Incident
from incidents.nearby import open_incidents
from incidents.scope import MANAGERS, may_manage


@require_GET
@desk(READERS)
def listed(at: Desk) -> HttpResponse:
    over = bool(at.request.GET.get("over"))
    context: dict[str, Any] = {
        "title": _("Incidents"),
        "at": at.at,
        "over": over,
        "may_declare": bool(at.roles & MANAGERS),
    }
    if over:
        query = at.request.GET
        context["page"] = pages.over_page(
            at.actor, after=query.get("after", ""), before=query.get("before", "")
        )
        context["kept"] = "over=1"
    else:
        context["rows"] = pages.open_rows(at.actor, at.at)
        context["restored"] = pages.restored_rows(at.actor, at.at)
    return at.render("incidents/list.html", context)


@require_http_methods(["GET", "POST"])
@desk(MANAGERS)
def new(at: Desk) -> HttpResponse:
    """First what is there already, then one more press declares it."""
    if at.request.method == "GET":
        return _new_page(at, DeclareForm(at.actor, at.at))
    form = DeclareForm(at.actor, at.at, at.request.POST)
    if not form.is_valid():
        return _new_page(at, form, status=422)
    there = form.there()
    if at.request.POST.get("seen") != there.mark:
        return _new_page(at, form, there)
    data = form.cleaned_data
    try:
        incident = services.declare(
            organisation=there.organisation,
            area=there.area,
            category=there.category,
            cause=form.cause_row(),
            note=data["note"],
            expected_at=data["expected_at"],
            join_open=data["join_open"],
            actor=at.actor,
            at=at.at,
        )
    except Refused as refused:
        _blame(form, refused)
        return _new_page(at, form, there, status=_status(refused))
    messages.success(at.request, _("Declared. Every door shows it now."))
    return redirect("helpline:incident", pk=incident.pk)


def _new_page(
    at: Desk, form: DeclareForm, there: There | None = None, *, status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {
        "title": _("Declare an incident"),
        "at": at.at,
        "form": form,
        "answering": form.houses[0],
    }
    if there is not None:
        house, area, kind = there.organisation, there.area, there.category
        context |= {
            "seen": there.mark,
            "there": how_many(house, area, kind, at.at),
            "most": COUNT_AT_MOST,
            "days": WITHIN.days,
            "known": open_incidents(house, kind, area, None, at.at),
        }
    return at.render("incidents/new.html", context, status=status)


@require_GET
@desk(READERS)
def one(at: Desk, pk: int) -> HttpResponse:
    return _page(at, _find(at, pk))


def _find(at: Desk, pk: int) -> Incident:
    found: Incident = get_object_or_404(pages.readable(at.actor), pk=pk)
    return found


def _page(
    at: Desk,
    incident: Incident,
    *,
    tried: tuple[str, IncidentForm] | None = None,
    refused: str = "",
    lost: str = "",
    status: int = 200,
) -> HttpResponse:
    query = at.request.GET
    managed = _manages(at, incident)
    forms: dict[str, IncidentForm] = {}
    if managed and incident.is_open:
        forms = {"update": UpdateForm(incident), "restore": RestoreForm(incident)}
        forms |= dict([tried] if tried else [])
    return at.render(
        "incidents/one.html",
        {
            "title": str(incident),
            "at": at.at,
            "incident": incident,
            "late": pages.is_late(incident, at.at),
            "members": pages.counts([incident.pk])[incident.pk],
            "news": pages.news(incident),
            "page": pages.members(
                incident,
                after=query.get("after", ""),
                before=query.get("before", ""),
            ),
            "forms": forms,
            "tried": tried[0] if tried else "",
            "refused": refused,
            "lost": lost,
            "may_close": managed and incident.state != Incident.State.CLOSED,
        },
        status=status,
    )


def _manages(at: Desk, incident: Incident) -> bool:
    return may_manage(
        at.actor,
        organisation=incident.organisation,
        area=incident.area,
        category=incident.category,
    )


@require_POST
@desk(READERS)
def update(at: Desk, pk: int) -> HttpResponse:
    incident = _find(at, pk)
    form = UpdateForm(incident, at.request.POST)
    if not form.is_valid():
        return _page(at, incident, tried=("update", form), status=422)
    data = form.cleaned_data
    try:
        services.update(
            incident,
            expected_at=data["expected_at"],
            cause=form.cause_row(),
            note=data["note"],
            **_given(at),
        )
    except Refused as refused:
        return _refused(at, pk, "update", form, refused)
    messages.success(at.request, _("Kept. Every member is told."))
    return redirect("helpline:incident", pk=pk)


@require_POST
@desk(READERS)
def restore(at: Desk, pk: int) -> HttpResponse:
    incident = _find(at, pk)
    form = RestoreForm(incident, at.request.POST, at.request.FILES)
    if not form.is_valid():
        return _page(at, incident, tried=("restore", form), status=422)
    try:
        services.restore(
            incident,
            cause=form.cause_row(),
            note=form.cleaned_data["note"],
            files=form.files_at(at.at),
            **_given(at),
        )
    except Refused as refused:
        return _refused(at, pk, "restore", form, refused)
    messages.success(at.request, _("Repaired. Every member is asked now."))
    return redirect("helpline:incident", pk=pk)


@require_POST
@desk(READERS)
def close(at: Desk, pk: int) -> HttpResponse:
    try:
        services.close(_find(at, pk), **_given(at))
    except Refused as refused:
        fresh = _find(at, pk)
        return _page(at, fresh, refused=str(refused), status=_status(refused))
    messages.success(at.request, _("Over. Open members go on by themselves."))
    return redirect("helpline:incident", pk=pk)


def _given(at: Desk) -> dict[str, Any]:
    typed = at.request.POST.get("version", "")
    if not (typed.isascii() and typed.isdigit() and len(typed) < 10):
        raise Http404
    return {"actor": at.actor, "at": at.at, "version": int(typed)}


def _refused(
    at: Desk, pk: int, name: str, form: IncidentForm, refused: Refused
) -> HttpResponse:
    """The page as it is now, with what was typed and why it was not taken."""
    _blame(form, refused)
    fresh = _find(at, pk)
    return _page(
        at,
        fresh,
        tried=(name, form),
        refused=str(refused),
        lost="" if fresh.is_open else form.cleaned_data.get("note", ""),
        status=_status(refused),
    )


def _blame(form: IncidentForm, refused: Refused) -> None:
    form.add_error(
        refused.field if refused.field in form.fields else None, str(refused)
    )


def _status(refused: Refused) -> int:
    return 409 if isinstance(refused, Conflict) else 422
