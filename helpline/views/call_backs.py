"""/admin/call-backs/: we phone until it is solved; who is due now, oldest first."""

from dataclasses import replace
from functools import reduce
from operator import or_
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from complaints.models import Complaint
from complaints.refusals import Conflict, Refused
from feedback import call_backs, calls
from feedback.call_backs import Side, State
from feedback.call_hours import in_civil_hours
from feedback.models import CallBack
from helpline import call_file, casefile
from helpline.access import CALL_TAKERS, Desk, desk
from helpline.call_back_forms import KEYS, CallForm
from helpline.keyset import Keyset, Page

OLDEST_FIRST = Keyset(("next_at", "pk"))
LIST_ROWS = (
    "complaint__category", "complaint__office", "complaint__organisation", "taken_by",
)  # fmt: skip
ONE_ROW = (*LIST_ROWS, "complaint__citizen", "complaint__area", "complaint__owner")
# Where a service names what it refuses differently from the form.
FIELDS = {"next_at": "call_at", "comment": "text"}


def _sides(at: Desk) -> list[str]:
    """The call centre asks; the office tells how far its own work is."""
    sides = [Side.DESK] if at.roles & calls.CALLERS else []
    return [*sides, Side.OFFICE] if at.roles & calls.TELLERS else list(sides)


def _side(at: Desk) -> str:
    sides = _sides(at)
    if not sides:
        raise PermissionDenied
    asked = at.request.GET.get("side", "")
    return asked if asked in sides else sides[0]


def _held(at: Desk, side: str) -> Q:
    """By the postings of that side: an agent elsewhere does not see whom the desk will
    call about the office where the same person works."""
    roles = calls.CALLERS if side == Side.DESK else calls.TELLERS
    postings = tuple(each for each in at.actor.postings if each.role in roles)
    held = Complaint.objects.held_by(replace(at.actor, postings=postings))
    return Q(side=side, complaint__in=held)


def _mine(at: Desk) -> QuerySet[CallBack]:
    sides = (_held(at, side) for side in _sides(at))
    return CallBack.objects.filter(reduce(or_, sides, Q(pk__in=[])))


def _due(at: Desk, side: str) -> QuerySet[CallBack]:
    return call_backs.due(side, at.at).filter(_held(at, side))


@require_GET
@desk(CALL_TAKERS)
def listed(at: Desk) -> HttpResponse:
    side = _side(at)
    page: Page[CallBack] = OLDEST_FIRST.page(
        _due(at, side).select_related(*LIST_ROWS),
        after=at.request.GET.get("after", ""),
        before=at.request.GET.get("before", ""),
    )
    context = {
        "title": _("Call-backs"),
        "at": at.at,
        "page": page,
        "side": side,
        "sides": [(each, Side(each).label) for each in _sides(at)],
        "kept": f"side={side}",
        "rows": [
            (row, row.taken_until is not None and row.taken_until > at.at)
            for row in page.rows
        ],
    }
    return at.render("helpline/call_backs.html", context)


def _one(at: Desk, pk: int) -> CallBack:
    rows = _mine(at).select_related(*ONE_ROW)
    rows = rows.prefetch_related("complaint__citizen__contacts")
    return get_object_or_404(rows, pk=pk)


@require_GET
@desk(CALL_TAKERS)
def one(at: Desk, pk: int) -> HttpResponse:
    return _page(at, _one(at, pk))


def _page(
    at: Desk, row: CallBack, *, form: CallForm | None = None, status: int = 200
) -> HttpResponse:
    organisation = row.complaint.organisation
    other = row.taken_by_id not in (None, at.officer.pk)
    context = {
        "title": _("Call-back"),
        "at": at.at,
        "row": row,
        "file": call_file.gather(row, at),
        "form": form
        or CallForm(side=row.side, organisation=organisation, seen=row.tries),
        "keys": KEYS,
        "open": row.state == State.OPEN,
        "with_other": other and row.taken_until and row.taken_until > at.at,
        "too_early": in_civil_hours(at.at, organisation) != at.at,
    }
    return at.render("helpline/call_back.html", context, status=status)


@require_POST
@desk(CALL_TAKERS)
def take(at: Desk, pk: int) -> HttpResponse:
    row = _one(at, pk)
    try:
        won = calls.take(row, actor=at.actor, at=at.at)
    except Refused as refused:
        messages.error(at.request, str(refused))
        return _list(row.side)
    if not won:
        messages.error(at.request, _("Somebody else took this call."))
        return _list(row.side)
    return redirect("helpline:call_back", pk=pk)


@require_POST
@desk(CALL_TAKERS)
def take_next(at: Desk) -> HttpResponse:
    return _next(at, _side(at))


def _next(at: Desk, side: str) -> HttpResponse:
    rows = _due(at, side).select_related("complaint__category")
    rows = rows.order_by("next_at", "pk")
    row = calls.take_next(rows, actor=at.actor, at=at.at)
    if row is None:
        return _list(side)
    return redirect("helpline:call_back", pk=row.pk)


def _list(side: str) -> HttpResponse:
    return redirect(f"{reverse('helpline:call_backs')}?side={side}")


@require_POST
@desk(CALL_TAKERS)
def reveal(at: Desk, pk: int) -> HttpResponse:
    row = _one(at, pk)
    if row.state != State.OPEN:
        raise Http404
    casefile.reveal(row.complaint, at.officer, at.at)
    return redirect("helpline:call_back", pk=pk)


@require_POST
@desk(CALL_TAKERS)
def save(at: Desk, pk: int) -> HttpResponse:
    row = _one(at, pk)
    form = CallForm(
        at.request.POST, side=row.side, organisation=row.complaint.organisation
    )
    if not form.is_valid():
        return _page(at, row, form=form, status=422)
    try:
        _log(at, row, form)
    except Refused as refused:
        field = FIELDS.get(refused.field, refused.field)
        form.add_error(field if field in form.fields else None, str(refused))
        status = 409 if isinstance(refused, Conflict) else 422
        return _page(at, _one(at, pk), form=form, status=status)
    messages.success(at.request, _("Written down. Here is the next call, if any."))
    return _next(at, row.side)


def _log(at: Desk, row: CallBack, form: CallForm) -> None:
    given: dict[str, Any] = {"actor": at.actor, "at": at.at}
    seen = form.cleaned_data["seen"]
    if form.heard:
        calls.answered(row, form.said(), seen=seen, **given)
        return
    calls.no_word(
        row,
        outcome=form.cleaned_data["outcome"],
        seen=seen,
        next_at=form.cleaned_data["call_at"],
        **given,
    )
