"""/admin/claims/: compensation that citizens have claimed, the oldest first."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from complaints.models import Complaint
from complaints.refusals import Conflict, Refused
from complaints.services.guards import may
from escalation.claims import claim_number, compensation
from escalation.claims.claim_words import Shown, shown
from escalation.models import Claim
from helpline.access import CLAIM_READERS, READERS, Desk, desk
from helpline.fields import WordsField, lines
from helpline.keyset import Keyset
from helpline.numbered import asked_for

OLDEST_FIRST = Keyset(("claimed_at", "pk"))
RELATED = ("complaint__category", "complaint__office")
Tried = tuple[int, forms.Form]


class GrantForm(forms.Form):
    amount = forms.DecimalField(
        label=gettext_lazy("Sum to be paid"),
        max_digits=10,
        decimal_places=2,
        min_value=Decimal("0.01"),
    )


class RefuseForm(forms.Form):
    reason = WordsField(
        label=gettext_lazy("Why not (the citizen reads it)"),
        limit=compensation.LONGEST_REASON,
        widget=lines(2),
    )


@require_GET
@desk(CLAIM_READERS)
def listed(at: Desk) -> HttpResponse:
    return _page(at, at.request.GET.get("number", ""))


def _page(
    at: Desk, typed: str = "", tried: Tried | None = None, status: int = 200
) -> HttpResponse:
    """Those that wait for a decision, or the one whose number was typed."""
    rows = _mine(at)
    page, wrong = asked_for(
        at,
        typed,
        numbered=lambda it: rows.filter(number=claim_number.check(it))[:1],
        waiting=rows.filter(state=Claim.State.CLAIMED),
        order=OLDEST_FIRST,
    )
    context = {
        "title": _("Claims"),
        "at": at.at,
        "page": page,
        "rows": [_row(at, claim, tried) for claim in page.rows],
        "number": typed[:40],
        "wrong": wrong,
    }
    return at.render("helpline/claims.html", context, status=status)


def _row(at: Desk, claim: Claim, tried: Tried | None) -> dict[str, Any]:
    told: Shown = shown(claim, at.at)
    row = {
        "claim": told,
        "complaint": claim.complaint,
        "may": claim.state == Claim.State.CLAIMED
        and may(claim.complaint, "decide_claim", at.actor),
        "grant": GrantForm(
            initial={"amount": told.amount}, auto_id=f"g{claim.pk}_%s", label_suffix=""
        ),
        "refuse": RefuseForm(auto_id=f"r{claim.pk}_%s", label_suffix=""),
        "tried": None,
    }
    if tried and tried[0] == claim.pk:
        name = "grant" if isinstance(tried[1], GrantForm) else "refuse"
        row |= {name: tried[1], "tried": tried[1], "open": name}
    return row


def _mine(at: Desk) -> QuerySet[Claim]:
    held = Complaint.objects.held_by(at.actor)
    return compensation.claims().filter(complaint__in=held).select_related(*RELATED)


def _one(at: Desk, number: str) -> Claim:
    return get_object_or_404(_mine(at), number=number)


@require_POST
@desk(READERS)
def ask(at: Desk, number: str) -> HttpResponse:
    """The citizen asks for it on the phone or at the counter."""
    claim = _one(at, number)
    try:
        compensation.claim(claim, actor=replace(at.actor, by="phone"), at=at.at)
    except Refused as refused:
        messages.error(at.request, str(refused))
    else:
        messages.success(at.request, _("The claim is written down for the citizen."))
    return redirect("helpline:complaint", number=claim.complaint.number)


@require_POST
@desk(CLAIM_READERS)
def grant(at: Desk, number: str) -> HttpResponse:
    form = GrantForm(at.request.POST, label_suffix="")
    return _decide(at, _one(at, number), form)


@require_POST
@desk(CLAIM_READERS)
def refuse(at: Desk, number: str) -> HttpResponse:
    return _decide(at, _one(at, number), RefuseForm(at.request.POST, label_suffix=""))


def _decide(at: Desk, claim: Claim, form: GrantForm | RefuseForm) -> HttpResponse:
    if not form.is_valid():
        return _page(at, claim.number, (claim.pk, form), status=422)
    service = compensation.grant if isinstance(form, GrantForm) else compensation.refuse
    try:
        service(claim, actor=at.actor, at=at.at, **form.cleaned_data)
    except Refused as refused:
        form.add_error(None, str(refused))
        status = 409 if isinstance(refused, Conflict) else 422
        return _page(at, claim.number, (claim.pk, form), status=status)
    messages.success(at.request, _("Decided. The citizen is told."))
    return redirect("helpline:claims")
