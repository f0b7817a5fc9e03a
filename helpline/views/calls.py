"""The saved call: read back, say how it ended, take the next."""

from django import forms
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from complaints.models import Complaint
from complaints.refusals import Refused
from complaints.services.splitting import others_of
from helpline import calls, choices, scripts
from helpline.access import CALL_TAKERS, Desk, desk
from helpline.fields import PickField
from helpline.models import Call, WrapUpCode
from officers.models import Role


class WrapUpForm(forms.Form):
    wrap_up = PickField(required=True)

    def __init__(self, data: object, offered: list[WrapUpCode]) -> None:
        super().__init__(data)  # type: ignore[arg-type]  # a request's POST
        field = self.fields["wrap_up"]
        assert isinstance(field, PickField)  # noqa: S101 (for the type only)
        field.choices = [(row.pk, str(row)) for row in offered]


@require_http_methods(["GET", "POST"])
@desk(CALL_TAKERS)
def call(at: Desk, pk: int) -> HttpResponse:
    saved = get_object_or_404(_own(at), pk=pk, complaint__isnull=False)
    offered = choices.wrap_ups(at.at.date())
    if at.request.method == "POST":
        return _end(at, saved, offered)
    complaint = saved.complaint
    assert complaint is not None  # noqa: S101 (the filter above says so)
    safety = scripts.safety(complaint.organisation, complaint.language)
    return at.render(
        "helpline/call_saved.html",
        {
            "title": _("Read back"),
            "at": at.at,
            "call": saved,
            "complaint": complaint,
            "second": _second(at, complaint),
            "said": scripts.read_back(complaint),
            "safety": safety if complaint.emergency else "",
            "wrap_ups": offered,
        },
    )


def _second(at: Desk, complaint: Complaint) -> list[Complaint]:
    """What its text spoke of besides, with a number of its own."""
    rows = Complaint.objects.visible_to(at.actor).select_related("category")
    return list(rows.filter(pk__in=others_of(complaint)).order_by("pk"))


def _own(at: Desk) -> QuerySet[Call]:
    rows = Call.objects.select_related(
        "complaint__organisation", "complaint__office", "complaint__category",
        "complaint__parent", "complaint__department", "wrap_up",
    )  # fmt: skip
    if Role.SUPERVISOR in at.roles:
        theirs = Complaint.objects.visible_to(at.actor)
        return rows.filter(Q(officer=at.officer) | Q(complaint__in=theirs))
    return rows.filter(officer=at.officer)


def _end(at: Desk, saved: Call, offered: list[WrapUpCode]) -> HttpResponse:
    form = WrapUpForm(at.request.POST, offered)
    if not form.is_valid():
        messages.error(at.request, _("Choose how the call ended."))
        return redirect("helpline:call", pk=saved.pk)
    picked = form.cleaned_data["wrap_up"]
    code = next(row for row in offered if row.pk == picked)
    try:
        calls.end(saved, wrap_up=code, actor=at.actor, at=at.at)
    except Refused as refused:
        messages.error(at.request, str(refused))
        return redirect("helpline:call", pk=saved.pk)
    return redirect("helpline:console")
