"""/admin/complaint/<number>/: the whole story, and what one may do about it."""

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from complaints.models import Complaint
from complaints.number import WrongNumber, check, grouped
from complaints.services.false_closing import false_closers
from escalation.decisions import duty
from helpline import casefile, choices, deeds, triage
from helpline.access import MAY_REVEAL, READERS, Desk, desk
from helpline.deed_forms import Case, DeedForm, candidate_label
from helpline.deeds import Deed


def find(at: Desk, number: str) -> Complaint:
    try:
        wanted = check(number)
    except WrongNumber:
        raise Http404(_("Check the number: one digit may be wrong.")) from None
    return get_object_or_404(casefile.readable(at.actor), number=wanted)


@require_GET
@desk(READERS)
def complaint(at: Desk, number: str) -> HttpResponse:
    return page(at, find(at, number))


def page(
    at: Desk,
    found: Complaint,
    *,
    tried: tuple[Deed, DeedForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    """`tried`: an action that was refused; its form stays open with its words."""
    case = Case(found, at.officer, at.actor, at.at)
    refused = tried[0].name if tried else ""
    offered = [
        (
            deed,
            tried[1] if tried and deed.name == refused else deeds.form_of(deed, case),
        )
        for deed in deeds.offered(case)
    ]
    lost = tried if tried and not tried[0].allowed(case) else None
    return at.render(
        "helpline/complaint.html",
        {
            "title": grouped(found.number),
            "at": at.at,
            "complaint": found,
            "file": casefile.gather(found, at.officer, at.actor, at.at),
            "deeds": offered,
            "tried": refused,
            "lost": lost,
            "guesses": triage.guesses_of(found, at.actor),
            "two": case.two_things,
        },
        status=status,
    )


@require_POST
@desk(MAY_REVEAL)
def reveal(at: Desk, number: str) -> HttpResponse:
    found = find(at, number)
    if not at.actor.roles_on(found) & MAY_REVEAL:
        raise Http404
    casefile.reveal(found, at.officer, at.at)
    messages.info(at.request, _("The contact is shown for ten minutes. This is kept."))
    return redirect("helpline:complaint", number=found.number)


@require_GET
@desk(READERS)
def officers(at: Desk, number: str) -> JsonResponse:
    """Who could take it at another office, while one chooses."""
    found = find(at, number)
    case = Case(found, at.officer, at.actor, at.at)
    wanted = at.request.GET.get("office", "")
    office = next((row for row in case.offices if str(row.pk) == wanted), None)
    if office is None:
        return JsonResponse({"officers": []})
    typed = at.request.GET.get("department", "")
    department = choices.department(int(typed)) if typed.isdecimal() else None
    rows = duty.candidates(
        case.organisation_of(office), office, department, at.at,
        but=false_closers(case.complaint),
    )  # fmt: skip
    return JsonResponse(
        {"officers": [[row.officer.pk, candidate_label(row)] for row in rows]}
    )
