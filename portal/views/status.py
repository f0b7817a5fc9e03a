"""The status page: a bare number shows the stage, a secret shows the rest."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from complaints.links import (
    citizen_actor,
    open_complaint,
    opened_complaints,
    opened_surely,
    token_fits,
)
from complaints.models import Complaint
from complaints.number import WrongNumber, check, grouped
from complaints.people import hinted_contact
from complaints.services.guards import may
from complaints.status import Status
from complaints.times import time_left, urgency
from escalation.claims.claim_words import Shown, shown
from escalation.claims.compensation import claim_of
from escalation.decisions import routing
from escalation.promise import clock, sums
from feedback.models import RatingRequest
from feedback.services import latest_request
from incidents.current import incident_of
from notices.links import status_url
from officers.names import localised
from portal import access, limits
from portal.actions import ENDING, offered
from portal.errors import too_many
from portal.forms import KeptForm
from portal.pages import SeeOther, exchanged, personal
from portal.photos import Photo
from portal.story import (
    Story,
    may_reopen_until,
    office_of,
    stage_of,
    tell,
    what_next,
)


@require_safe
@personal
def status(request: HttpRequest, number: str) -> HttpResponse:
    at = timezone.now()
    try:
        number = check(number)
    except WrongNumber as wrong:
        return unknown(request, number, wrong_number=wrong.reason)
    if "t" in request.GET:
        return _exchange(request, number, request.GET["t"], at)
    # A visitor who has opened nothing sees the front of it, whichever it is.
    find = access.by_number if opened_complaints(request) else access.front_of
    complaint = find(number)
    if complaint is not None and access.is_open(request, complaint):
        return opened_page(request, complaint, at)
    if not limits.may_look_up(request, at):
        return too_many(request)
    if complaint is None:
        return unknown(request, number)
    return render(request, "portal/status.html", _public(request, complaint, at))


@require_safe
@personal
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """The short address of the messages."""
    at = timezone.now()
    if not limits.may_look_up(request, at):
        return too_many(request)
    complaint = access.by_token(token)
    if complaint is None:
        return exchanged(unknown(request, ""))
    open_complaint(request, complaint)
    return exchanged(redirect("portal:status", complaint.number))


def _exchange(
    request: HttpRequest, number: str, token: str, at: datetime
) -> HttpResponse:
    """The secret leaves the address at once: for a session and a clean address."""
    if not limits.may_look_up(request, at):
        return too_many(request)
    complaint = access.key_of(number)
    if complaint is None or not token_fits(complaint, token):
        return exchanged(unknown(request, number))
    open_complaint(request, complaint)
    return exchanged(redirect("portal:status", number))


@require_POST
@personal
def unlock(request: HttpRequest, number: str) -> HttpResponse:
    """Last four digits of the phone, or the code that was sent."""
    at = timezone.now()
    try:
        number = check(number)
    except WrongNumber as wrong:
        return unknown(request, number, wrong_number=wrong.reason)
    if not limits.may_look_up(request, at):
        return too_many(request)
    complaint = access.by_number(number)
    try:
        typed = request.POST.get("secret", "")[:40]
        fits = access.fits(request, complaint, number, typed, at)
    except access.TooManyTriesError:
        return too_many(request, _("Too many tries for this complaint today."))
    if complaint is None or not fits:
        return unknown(request, number, tried=True)
    open_complaint(request, complaint, by_digits=not access.is_code(typed))
    return SeeOther(reverse("portal:status", args=[number]))


@require_safe
@personal
def sent(request: HttpRequest, number: str) -> HttpResponse:
    """What the citizen sees after sending: number, date, what comes next."""
    complaint = access.by_number(number)
    if complaint is None or not opened_surely(request, complaint):
        return redirect("portal:status", number)
    at = timezone.now()
    context = _public(request, complaint, at) | {"at": at}
    context["incident"] = incident_of(complaint)
    context["link"] = status_url(complaint)
    context["safety"] = _safety(complaint)
    context["next"] = what_next(context["worked"])
    return render(request, "portal/sent.html", context)


def opened_page(
    request: HttpRequest,
    complaint: Complaint,
    at: datetime,
    *,
    form: KeptForm | None = None,
    action: str = "",
    kept: Sequence[Photo] = (),
) -> HttpResponse:
    """Everything the citizen may read and do."""
    sure = opened_surely(request, complaint)
    every = offered(complaint, citizen_actor(complaint), at)
    actions = [row for row in every if sure or row.name not in ENDING]
    context = _public(request, complaint, at)
    story = tell(complaint)
    context |= {
        "opened": True,
        "next": what_next(context["worked"]),
        "reopen_until": may_reopen_until(complaint, at),
        "at": at,
        "incident": incident_of(complaint) if complaint.is_open else None,
        "story": story,
        "claim": _claim(complaint, story, at),
        "actions": actions,
        # Words for something that is no longer possible: shown, so that none is lost.
        "unsent": form["text"].value()
        if form and action not in {row.name for row in actions}
        else "",
        "why_office": routing.in_short(complaint),
        "why_date": clock.explain(complaint),
        "sum": sums.lines(complaint),
        "rating": _rating(complaint, at) if sure else None,
        "unsure": len(actions) < len(every),
        "form": form,
        "action": action,
        "kept": kept,
        "contact": hinted_contact(complaint.citizen),
        "safety": _safety(complaint),
    }
    return render(request, "portal/status.html", context)


def _rating(complaint: Complaint, at: datetime) -> RatingRequest | None:
    if not may(complaint, "rate", citizen_actor(complaint)):
        return None
    rating = latest_request(complaint)
    return rating if rating and rating.expires_at >= at else None


def _claim(complaint: Complaint, story: Story, at: datetime) -> Shown | None:
    """Asked only of those that were offered one."""
    if not any(step.kind == "claim_offered" for step in story.steps):
        return None
    found = claim_of(complaint)
    return shown(found, at) if found else None


def unknown(
    request: HttpRequest, number: str, *, wrong_number: str = "", tried: bool = False
) -> HttpResponse:
    context = {"number": number[:40], "wrong_number": wrong_number, "tried": tried}
    return render(request, "portal/unknown.html", context, status=404)


def _public(request: HttpRequest, complaint: Complaint, at: datetime) -> dict[str, Any]:
    """Stage, office and dates: what a bare number shows. Joined: those of the other."""
    worked = complaint.parent if complaint.parent else complaint
    # While the citizen owes an answer the clock shows what it showed then.
    now = worked.paused_at or at
    return {
        "complaint": complaint,
        "worked": worked,
        "joined": complaint.status == Status.MERGED,
        "stage": stage_of(worked, joined=worked is not complaint),
        "number": grouped(complaint.number),
        "organisation": complaint.organisation,
        "office": office_of(worked),
        "left": time_left(worked.due_at, now) if worked.is_open else "",
        "urgency": urgency(worked.due_at, now) if worked.is_open else "fine",
        "opened": False,
    }


def _safety(complaint: Complaint) -> str:
    """What stands first on the page while there is danger."""
    if not complaint.emergency or not complaint.is_open:
        return ""
    organisation = complaint.organisation
    text = localised(organisation.safety) or _("Keep away, and call {danger}.")
    return text.replace("{danger}", organisation.danger_number)
