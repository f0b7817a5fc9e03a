"""/admin/doubts/: proofs that contradict themselves, the oldest first."""

from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST, require_safe

from complaints.models import Complaint
from complaints.number import check
from complaints.refusals import Conflict, Refused
from complaints.services.false_proof import opens_again
from feedback import doubts
from feedback.models import Doubt
from helpline.access import DOUBT_READERS, Desk, desk
from helpline.doubts import said
from helpline.fields import WordsField, lines
from helpline.keyset import Keyset
from helpline.numbered import asked_for

OLDEST_FIRST = Keyset(("at", "pk"))
MOST_OF_ONE = 20
RELATED = (
    "complaint__category", "complaint__office", "complaint__organisation",
    "attachment", "other__event", "event__actor", "decided_by",
)  # fmt: skip
LARGE = (
    "complaint__search_text", "complaint__text", "complaint__office__boundary",
    "complaint__office__words", "complaint__category__words",
)  # fmt: skip


class NotDoneForm(forms.Form):
    reason = WordsField(
        label=gettext_lazy("How you know it (for staff only)"),
        limit=500,
        widget=lines(2),
        error_messages={"required": gettext_lazy("Please fill this in.")},
    )


Tried = tuple[int, NotDoneForm]


@dataclass
class Row:
    doubt: Doubt
    sentence: str
    other: Complaint | None  # whose picture it was, if the reader may open it
    may: bool
    opens: bool
    form: NotDoneForm
    tried: bool = False
    first: bool = False  # the keys work on this one


@require_GET
@desk(DOUBT_READERS)
def listed(at: Desk) -> HttpResponse:
    return _page(at, at.request.GET.get("number", ""))


def _page(
    at: Desk, typed: str = "", tried: Tried | None = None, status: int = 200
) -> HttpResponse:
    """Those that wait for somebody to look, or all of one complaint."""
    rows = _mine(at)
    page, wrong = asked_for(
        at,
        typed,
        numbered=lambda it: rows.filter(complaint__number=check(it)).order_by("-pk")[
            :MOST_OF_ONE
        ],
        waiting=rows.filter(verdict=""),
        order=OLDEST_FIRST,
    )
    context = {
        "title": _("Doubtful proofs"),
        "at": at.at,
        "page": page,
        "rows": _rows(at, page.rows, tried),
        "number": typed[:40],
        "wrong": wrong,
    }
    return at.render("helpline/doubts.html", context, status=status)


def _rows(at: Desk, found: list[Doubt], tried: Tried | None) -> list[Row]:
    others = [
        each.other.complaint_id or 0
        for each in found
        if each.other and each.other.complaint_id != each.complaint_id
    ]
    readable = Complaint.objects.visible_to(at.actor).only("number")
    known = {each.pk: each for each in readable.filter(pk__in=others)} if others else {}
    rows: list[Row] = []
    for each in found:
        row = Row(
            doubt=each,
            sentence=said(each),
            other=known.get(each.other.complaint_id or 0) if each.other else None,
            may=not each.verdict and doubts.may_judge(each, at.actor),
            opens=opens_again(each.complaint),
            form=NotDoneForm(auto_id=f"d{each.pk}_%s", label_suffix=""),
        )
        if tried and tried[0] == each.pk:
            row.form, row.tried = tried[1], True
        row.first = row.may and not any(before.first for before in rows)
        rows.append(row)
    return rows


def _mine(at: Desk) -> QuerySet[Doubt]:
    return doubts.doubts_for(at.actor).select_related(*RELATED).defer(*LARGE)


def _one(at: Desk, pk: int) -> Doubt:
    return get_object_or_404(_mine(at), pk=pk)


@require_safe
@desk(DOUBT_READERS)
def picture(at: Desk, pk: int) -> HttpResponse:
    """The picture that was used before, though its complaint may be another office's:
    of the finished work, taken by staff."""
    other = _one(at, pk).other
    if other is None or not other.file:
        raise Http404
    with other.file.open("rb") as file:
        response = HttpResponse(file.read(), content_type=other.content_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "no-store"
    return response


@require_POST
@desk(DOUBT_READERS)
def done(at: Desk, pk: int) -> HttpResponse:
    try:
        doubts.judge(_one(at, pk), done=True, actor=at.actor, at=at.at)
    except Refused as refused:
        messages.error(at.request, str(refused))
    else:
        messages.success(at.request, _("Kept: the work was done."))
    return redirect("helpline:doubts")


@require_POST
@desk(DOUBT_READERS)
def not_done(at: Desk, pk: int) -> HttpResponse:
    found = _one(at, pk)
    form = NotDoneForm(at.request.POST, auto_id=f"d{pk}_%s", label_suffix="")
    number = found.complaint.number
    if not form.is_valid():
        return _page(at, number, (pk, form), status=422)
    try:
        doubts.judge(
            found,
            done=False,
            reason=form.cleaned_data["reason"],
            actor=at.actor,
            at=at.at,
        )
    except Refused as refused:
        form.add_error(None, str(refused))
        status = 409 if isinstance(refused, Conflict) else 422
        return _page(at, number, (pk, form), status=status)
    messages.success(at.request, _("Kept: the work was not done."))
    return redirect("helpline:doubts")
