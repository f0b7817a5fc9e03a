"""/admin/console/: a call taken down, looked up while it is spoken, saved once."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from complaints.models import Complaint
from complaints.number import WrongNumber, check
from complaints.refusals import Refused
from complaints.workflow import DESK
from helpline import calls, choices, drafts
from helpline.access import CALL_TAKERS, Desk, desk
from helpline.callers import Caller
from helpline.calls import Line
from helpline.console import caller_of, look, two_in
from helpline.console_form import ConsoleForm
from helpline.models import ConsoleDraft
from incidents.current import find_open
from incidents.models import Incident
from notices.models import Article

# Where a service's field stands on the form under another name.
FIELDS = {"received_at": "received_on", "phone": "who", "parent": "text"}


@require_http_methods(["GET", "POST"])
@desk(CALL_TAKERS)
def console(at: Desk) -> HttpResponse:
    if at.request.method == "POST":
        return _doing(at)
    draft = drafts.of(at.officer)
    by_phone = at.roles & {*DESK}
    initial: dict[str, Any] = {"source": "phone" if by_phone else "walk_in"}
    if draft is not None:
        given = QueryDict(mutable=True)
        given.update({"kind": "complaint", **initial, **draft.typed})
        return _page(at, _form(at, given), draft, fresh=True)
    if at.request.GET.get("who"):
        initial["who"] = at.request.GET["who"][:200]
    return _page(at, _form(at, None, initial), None, fresh=True)


def _doing(at: Desk) -> HttpResponse:
    posted = at.request.POST
    what, _sep, which = posted.get("do", "look").partition(":")
    if what == "discard":
        drafts.discard(at.officer)
        return redirect("helpline:console")
    if what == "join":
        return _join(at, which)
    form = _form(at, posted)
    if what in ("save", "two"):
        return _save(at, form, which, two=what == "two")
    if what == "inform":
        return _inform(at, form)
    return _page(at, form, _keep(at))


def _form(
    at: Desk, data: QueryDict | None, initial: dict[str, Any] | None = None
) -> ConsoleForm:
    return ConsoleForm(
        data, at.request.FILES or None, initial=initial, actor=at.actor, at=at.at,
        label_suffix="",
    )  # fmt: skip


def _keep(at: Desk) -> ConsoleDraft | None:
    posted = at.request.POST
    key = posted.get("key") or drafts.new_key()
    return drafts.save(at.officer, key, posted.dict(), at.at)


@require_POST
@desk(CALL_TAKERS)
def look_up(at: Desk) -> HttpResponse:
    """While one types: keep the draft, say what is known (a part of the page)."""
    draft = _keep(at)
    form = _form(at, at.request.POST)
    return render(at.request, "helpline/console_look.html", _seen(at, form, draft))


def _seen(at: Desk, form: ConsoleForm, draft: ConsoleDraft | None) -> dict[str, Any]:
    return {
        "at": at.at,
        "form": form,
        "draft": draft,
        "organisation": form.answering,
        "sight": look(form, at.officer, at.actor),
        "chosen_article": form.known("article"),
    }


def _page(
    at: Desk,
    form: ConsoleForm,
    draft: ConsoleDraft | None,
    *,
    fresh: bool = False,
    status: int = 200,
) -> HttpResponse:
    if not form.is_bound:
        form = _bound_for_look(at, form)
    context = _seen(at, form, draft)
    if fresh:
        form.errors.clear()  # nothing is wrong before anybody pressed a button
    return at.render(
        "helpline/console.html",
        context
        | {
            "title": _("New complaint"),
            "key": at.request.POST.get("key")
            or (draft.key if draft else drafts.new_key()),
            "restored": draft if fresh else None,
            "wrap_ups": choices.wrap_ups(at.at.date()),
        },
        status=status,
    )


def _bound_for_look(at: Desk, form: ConsoleForm) -> ConsoleForm:
    given = QueryDict(mutable=True)
    first = {name: field.initial for name, field in form.fields.items()}
    for name, value in {**first, **form.initial, "kind": "complaint"}.items():
        if value not in (None, ""):
            given[name] = str(value)
    return _form(at, given)


def _join(at: Desk, which: str) -> HttpResponse:
    """Alt+J: saved as part of the incident; what is not typed is taken from it."""
    posted = at.request.POST.copy()
    form = _form(at, posted)
    pk = int(which) if which.isascii() and which.isdigit() and len(which) < 19 else 0
    incident = find_open(form.answering, pk)
    if incident is None:
        form.add_error(None, _("This incident is over. Save it as a complaint."))
        return _page(at, form, _keep(at), status=422)
    language = posted.get("language") or form.answering.default_language
    for name, value in (
        ("text", incident.category.name_in(language)),
        ("category", str(incident.category_id)),
        ("area", "" if _placed(form) else str(incident.area_id)),
    ):
        if not posted.get(name, "").strip():
            posted[name] = value
    return _save(at, _form(at, posted), "", incident)


def _placed(form: ConsoleForm) -> bool:
    """Whether routing will find the place by what was typed."""
    form.is_valid()
    return any(form.known(name) for name in ("pin", "place", "connection"))


def _save(
    at: Desk,
    form: ConsoleForm,
    join: str,
    incident: Incident | None = None,
    *,
    two: bool = False,
) -> HttpResponse:
    if not form.is_valid():
        return _page(at, form, _keep(at), status=422)
    caller = caller_of(form, at.actor)
    if _unreadable(caller):
        form.add_error("who", _("This is no full phone or consumer number."))
        return _page(at, form, _keep(at), status=422)
    intake = form.intake(caller, saving=True)
    try:
        call = calls.take_complaint(
            _line(at, form, caller),
            intake,
            two=two_in(intake, at.at) if two else None,
            join=_open_one(at, join) if join else None,
            incident=incident,
            actor=at.actor,
            at=at.at,
        )
    except Refused as refused:
        return _refused(at, form, refused)
    return redirect("helpline:call", pk=call.pk)


def _inform(at: Desk, form: ConsoleForm) -> HttpResponse:
    form.is_valid()
    caller = caller_of(form, at.actor)
    wrap_ups = {row.pk: row for row in choices.wrap_ups(at.at.date())}
    try:
        calls.give_information(
            _line(at, form, caller),
            article=_article(form),
            wrap_up=wrap_ups.get(form.known("wrap_up") or 0),
            actor=at.actor,
            at=at.at,
        )
    except Refused as refused:
        return _refused(at, form, refused)
    messages.success(at.request, _("The call is saved. No complaint was registered."))
    return redirect("helpline:console")


def _article(form: ConsoleForm) -> Article | None:
    pk = form.known("article")
    return Article.objects.filter(pk=pk).first() if pk else None


def _unreadable(caller: Caller) -> bool:
    """Digits that lead to nobody: a slip in the number would lose the contact."""
    digits = sum(character.isdigit() for character in caller.typed)
    known = caller.contact_typed or caller.connection or caller.citizen
    return digits >= 5 and not known


def _line(at: Desk, form: ConsoleForm, caller: Caller) -> Line:
    draft = drafts.of(at.officer)
    key = at.request.POST.get("key", "")[:43] or drafts.new_key()
    started: datetime = draft.started_at if draft and draft.key == key else at.at
    return Line(
        key=key,
        officer=at.officer,
        organisation=form.answering,
        source=form.known("source") or "phone",
        language=form.known("language") or at.officer.language,
        started_at=started,
        phone=caller.phone,
        citizen=caller.citizen,
    )


def _open_one(at: Desk, number: str) -> Complaint:
    try:
        rows = Complaint.objects.visible_to(at.actor).select_related("parent")
        return get_object_or_404(rows, number=check(number))
    except WrongNumber:
        raise PermissionDenied from None


def _refused(at: Desk, form: ConsoleForm, refused: Refused) -> HttpResponse:
    field = FIELDS.get(refused.field, refused.field)
    form.add_error(field if field in form.fields else None, str(refused))
    return _page(at, form, _keep(at), status=422)
