"""/admin/follow-ups/: ratings below the average, worst first, until somebody acted."""

from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from complaints.models import Complaint
from complaints.refusals import Refused
from feedback.follow_ups import (
    close_follow_up,
    may_follow_up,
    may_take,
    take_follow_up,
)
from feedback.models import FollowUp
from feedback.took import spoken
from helpline.access import FOLLOWERS, READERS, Desk, desk
from helpline.fields import WordsField, lines
from helpline.keyset import Keyset, Page

WORST_FIRST = Keyset(("rank", "due_at", "pk"))
LAST_DONE = Keyset(("done_at", "pk"), descending=True)
MINE, ALL, FREE, DONE = "mine", "all", "free", "done"
SHOWS = {
    MINE: gettext_lazy("My own"),
    ALL: gettext_lazy("All"),
    FREE: gettext_lazy("Without an owner"),
    DONE: gettext_lazy("Done"),
}
# What nobody has stands above the list; the rest of it has a view of its own.
MOST_FREE = 10
# Heads may read what was said of their office; the desk acts on it.
RELATED = (
    "rating", "owner", "complaint__category", "complaint__office",
    "complaint__organisation", "complaint__citizen",
)  # fmt: skip
CONTACTS = "complaint__citizen__contacts"


class CloseForm(forms.Form):
    reason = forms.ChoiceField(
        label=gettext_lazy("What was behind it"),
        choices=[("", "—"), *FollowUp.Reason.choices],
        error_messages={"required": gettext_lazy("Choose a reason.")},
    )
    outcome = WordsField(
        label=gettext_lazy("What was done about it"),
        limit=1000,
        widget=lines(2),
        error_messages={"required": gettext_lazy("Please fill this in.")},
    )


@dataclass(frozen=True)
class Tried:
    """A form that came back, at its row."""

    pk: int
    form: CloseForm


@dataclass(frozen=True)
class Row:
    follow_up: FollowUp
    may: bool
    may_take: bool
    mine: bool
    overdue: bool
    took: str
    form: CloseForm
    tried: bool = False


@dataclass
class Shown:
    name: str
    page: Page[FollowUp]
    free: list[FollowUp] = field(default_factory=list)
    more_free: bool = False


@require_GET
@desk(READERS)
def follow_ups(at: Desk) -> HttpResponse:
    return _page(at)


def _page(at: Desk, tried: Tried | None = None, status: int = 200) -> HttpResponse:
    shown = _shown(at)
    context = {
        "title": _("Follow-ups"),
        "at": at.at,
        "page": shown.page,
        "show": shown.name,
        "shows": SHOWS.items(),
        "rows": [_row(at, each, tried) for each in shown.page.rows],
        "free": [_row(at, each, tried) for each in shown.free],
        "more_free": shown.more_free,
        "kept": f"show={shown.name}",
    }
    return at.render("helpline/follow_ups.html", context, status=status)


def _asked(at: Desk) -> str:
    """Which view: one's own for those who act on them, else all."""
    default = MINE if at.roles & FOLLOWERS else ALL
    name = at.request.GET.get("show", default)
    return name if name in SHOWS else default


def _shown(at: Desk) -> Shown:
    name, rows = _asked(at), _readable(at)
    turn: dict[str, Any] = {
        each: at.request.GET.get(each, "") for each in ("after", "before")
    }
    if name == DONE:
        return Shown(name, LAST_DONE.page(rows.filter(state=_S.DONE), **turn))
    rows = rows.filter(state=_S.OPEN)
    if name == FREE:
        return Shown(name, WORST_FIRST.page(rows.filter(owner=None), **turn))
    owned = rows.filter(owner=at.officer) if name == MINE else rows.exclude(owner=None)
    shown = Shown(name, WORST_FIRST.page(owned, **turn))
    if not any(turn.values()):
        free = list(
            rows.filter(owner=None).order_by("rank", "due_at", "pk")[:MOST_FREE]
        )
        shown.free, shown.more_free = free, len(free) == MOST_FREE
    return shown


_S = FollowUp.State


def _readable(at: Desk) -> QuerySet[FollowUp]:
    # From these few to their complaints: SQLite would list all complaints for "in".
    held = Complaint.objects.held_by(at.actor).filter(pk=OuterRef("complaint"))
    rows = FollowUp.objects.filter(Exists(held))
    return rows.select_related(*RELATED).prefetch_related(CONTACTS)


def _row(at: Desk, follow_up: FollowUp, tried: Tried | None) -> Row:
    is_open = follow_up.state == _S.OPEN
    came_back = tried is not None and tried.pk == follow_up.pk
    return Row(
        follow_up=follow_up,
        may=is_open and may_follow_up(at.actor, follow_up),
        may_take=is_open and may_take(at.actor, follow_up, at.at),
        mine=follow_up.owner_id == at.officer.pk,
        overdue=is_open and follow_up.due_at < at.at,
        took=spoken(follow_up.rating.took_minutes),
        form=tried.form if tried and came_back else _empty(follow_up.pk),
        tried=came_back,
    )


def _empty(pk: int) -> CloseForm:
    return CloseForm(auto_id=f"f{pk}_%s", label_suffix="")


def _one(at: Desk, pk: int) -> FollowUp:
    return get_object_or_404(_readable(at), pk=pk)


def _back(at: Desk) -> HttpResponse:
    return redirect(f"{reverse('helpline:follow_ups')}?show={_asked(at)}")


@require_POST
@desk(FOLLOWERS)
def take(at: Desk, pk: int) -> HttpResponse:
    try:
        take_follow_up(_one(at, pk), actor=at.actor, at=at.at)
    except Refused as refused:
        messages.error(at.request, str(refused))
    return _back(at)


@require_POST
@desk(FOLLOWERS)
def close(at: Desk, pk: int) -> HttpResponse:
    found = _one(at, pk)
    form = CloseForm(at.request.POST, auto_id=f"f{pk}_%s", label_suffix="")
    if not form.is_valid():
        return _page(at, Tried(pk, form), status=422)
    try:
        close_follow_up(
            found,
            reason=form.cleaned_data["reason"],
            outcome=form.cleaned_data["outcome"],
            actor=at.actor,
            at=at.at,
        )
    except Refused as refused:
        named = refused.field if refused.field in form.fields else None
        form.add_error(named, str(refused))
        return _page(at, Tried(pk, form), status=422)
    messages.success(at.request, _("The follow-up is closed."))
    return _back(at)
