"""/admin/follow-ups/: ratings below the average, worst first, until somebody acted."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from complaints.models import Complaint
from complaints.refusals import Refused
from feedback.models import FollowUp
from feedback.services import close_follow_up, may_follow_up, take_follow_up
from helpline.access import FOLLOWERS, READERS, Desk, desk
from helpline.fields import WordsField, lines
from helpline.keyset import Keyset, Page

WORST_FIRST = Keyset(("rank", "due_at", "pk"))
# Heads may read what was said of their office; the desk acts on it.
RELATED = (
    "rating", "owner", "complaint__category", "complaint__office",
    "complaint__organisation",
)  # fmt: skip


class CloseForm(forms.Form):
    reason = forms.ChoiceField(
        label=gettext_lazy("What was behind it"),
        choices=[("", "—"), *FollowUp.Reason.choices],
    )
    outcome = WordsField(
        label=gettext_lazy("What was done about it"), limit=1000, widget=lines(2)
    )


@require_GET
@desk(READERS)
def follow_ups(at: Desk) -> HttpResponse:
    return _page(at)


def _page(
    at: Desk, tried: tuple[int, CloseForm] | None = None, status: int = 200
) -> HttpResponse:
    rows = FollowUp.objects.filter(
        state=FollowUp.State.OPEN,
        complaint__in=Complaint.objects.held_by(at.actor),
    ).select_related(*RELATED)
    page: Page[FollowUp] = WORST_FIRST.page(
        rows,
        after=at.request.GET.get("after", ""),
        before=at.request.GET.get("before", ""),
    )
    return at.render(
        "helpline/follow_ups.html",
        {
            "title": _("Follow-ups"),
            "at": at.at,
            "page": page,
            "rows": [
                {
                    "follow_up": row,
                    "may": may_follow_up(at.actor, row),
                    "form": tried[1]
                    if tried and tried[0] == row.pk
                    else CloseForm(auto_id=f"f{row.pk}_%s", label_suffix=""),
                    "tried": bool(tried and tried[0] == row.pk),
                }
                for row in page.rows
            ],
        },
        status=status,
    )


def _one(at: Desk, pk: int) -> FollowUp:
    rows = FollowUp.objects.filter(complaint__in=Complaint.objects.held_by(at.actor))
    return get_object_or_404(rows.select_related(*RELATED), pk=pk)


@require_POST
@desk(FOLLOWERS)
def take(at: Desk, pk: int) -> HttpResponse:
    try:
        take_follow_up(_one(at, pk), actor=at.actor)
    except Refused as refused:
        messages.error(at.request, str(refused))
    return redirect("helpline:follow_ups")


@require_POST
@desk(FOLLOWERS)
def close(at: Desk, pk: int) -> HttpResponse:
    found = _one(at, pk)
    form = CloseForm(at.request.POST, auto_id=f"f{pk}_%s", label_suffix="")
    if not form.is_valid():
        return _page(at, (pk, form), status=422)
    try:
        close_follow_up(
            found,
            reason=form.cleaned_data["reason"],
            outcome=form.cleaned_data["outcome"],
            actor=at.actor,
            at=at.at,
        )
    except Refused as refused:
        field = refused.field if refused.field in form.fields else None
        form.add_error(field, str(refused))
        return _page(at, (pk, form), status=422)
    messages.success(at.request, _("The follow-up is closed."))
    return redirect("helpline:follow_ups")
