"""What the desk's pages write in small: numbers, moments, time left, keys, the bar."""

from collections.abc import Callable
from datetime import datetime
from time import monotonic
from typing import Any

from django import template
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from complaints import number as numbers
from complaints import times
from complaints.labels import staff_stage
from complaints.models import Citizen, Complaint, FailedReaction
from complaints.people import masked_contact
from complaints.status import OPEN_STATUSES
from complaints.workflow import DESK, HEADS, L1
from escalation.claims.compensation import compensations
from feedback.call_backs import Side, due
from feedback.calls import CALLERS
from feedback.panel.items import has_questions
from helpline.access import CALL_TAKERS, DOUBT_READERS, FOLLOWERS, READERS, actor_of
from notices.models import Article
from officers.models import Organisation, Role
from officers.names import localised
from operations.heartbeat import worker_silent

register = template.Library()

DESK_ROLES = frozenset(DESK)
FIELD = frozenset({*L1, *HEADS, Role.FIELD_STAFF})
OFFICE = frozenset({*HEADS, Role.MONITORING_TEAM, Role.AUDITOR})
REPORTS = OFFICE | {Role.SUPERVISOR}
DECIDERS = frozenset({*HEADS, Role.SUPERVISOR})
# Offered only where some kind of complaint carries compensation.
CLAIMS = "/admin/claims/"
# And only where somebody has questions to ask.
PANEL = "/admin/panel/"
# Counted on the first page, where somebody looks for work.
CALL_BACKS = "/admin/call-backs/"
# Address, name, what it is for, who finds it on the bar.
PLACES = (
    ("/admin/console/", _("Console"),
     _("Take a call: find the caller, register, read back."), CALL_TAKERS),
    ("/admin/queue/", _("Queue"),
     _("The work by saved views: late, to be sorted, opened again."), READERS),
    ("/admin/incidents/", _("Incidents"),
     _("One fault behind many complaints: declare it, tell all, end it."), READERS),
    ("/office/", _("Office"),
     _("Received, solved, forwarded, pending and late of your office."), OFFICE),
    ("/field/", _("Field"),
     _("Your own jobs on a phone, the late ones first."), FIELD),
    (CALL_BACKS, _("Call-backs"),
     _("Phone until the citizen says it is solved."), CALL_TAKERS),
    ("/admin/follow-ups/", _("Follow-ups"),
     _("Ratings below the average, until somebody acted."), FOLLOWERS),
    (PANEL, _("Area panel"),
     _("Ask consumers drawn by lot about supply, reading and bill."), DESK_ROLES),
    ("/admin/doubts/", _("Doubtful proofs"),
     _("Photos of finished work that contradict themselves."), DOUBT_READERS),
    (CLAIMS, _("Claims"),
     _("Compensation that citizens have claimed, the oldest first."), DECIDERS),
    ("/admin/dead-letters/", _("Unread messages"),
     _("Messages that no machine could read: a person reads them."), DESK_ROLES),
    ("/reports/", _("Reports"),
     _("The month's figures, and the CSV behind them."), REPORTS),
)  # fmt: skip
OFFERED: dict[str, Callable[[], object]] = {
    CLAIMS: compensations.get, PANEL: has_questions.get,
}  # fmt: skip
LOOK_AGAIN_SECONDS = 10.0
MOST_COUNTED = 99


class Watch:
    """Two states that every page shows; one look in ten seconds serves them all."""

    def __init__(self) -> None:
        self._looked_at = float("-inf")
        self._state = {"silent": False, "failed": False}

    def state(self, at: datetime) -> dict[str, bool]:
        if monotonic() - self._looked_at >= LOOK_AGAIN_SECONDS:
            given_up = FailedReaction.objects.filter(done_at=None, next_at=None)
            self._state = {"silent": worker_silent(at), "failed": given_up.exists()}
            self._looked_at = monotonic()
        return self._state

    def forget(self) -> None:
        self._looked_at = float("-inf")


watch = Watch()


@register.simple_tag(takes_context=True)
def desk_places(context: template.Context) -> list[dict[str, Any]]:
    """Where this person may go, for the bar and the first page."""
    request: HttpRequest | None = context.get("request")
    if request is None or not request.user.is_authenticated:
        return []
    roles = actor_of(request, timezone.now()).roles()
    return [
        {"url": url, "name": name, "what": what, "here": request.path.startswith(url)}
        for url, name, what, wanted in PLACES
        if roles & wanted and (url not in OFFERED or OFFERED[url]())
    ]


@register.simple_tag(takes_context=True)
def calls_due(context: template.Context) -> str:
    """How many calls are due for this person; nobody needs more than "99+"."""
    at = timezone.now()
    actor = actor_of(context["request"], at)
    side = Side.DESK if actor.roles() & CALLERS else Side.OFFICE
    held = Complaint.objects.held_by(actor)
    rows = due(side, at).filter(complaint__in=held).values("pk")
    n = len(rows[: MOST_COUNTED + 1])
    return f"{MOST_COUNTED}+" if n > MOST_COUNTED else str(n or "")


@register.simple_tag(takes_context=True)
def desk_watch(context: template.Context) -> dict[str, bool]:
    request: HttpRequest | None = context.get("request")
    if request is None or not request.user.is_authenticated:
        return {}
    return watch.state(timezone.now())


@register.filter
def grouped(number: str) -> str:
    return numbers.grouped(number)


@register.filter
def moment(at: datetime | None, organisation: Organisation) -> str:
    return times.moment(at, organisation) if at else ""


@register.simple_tag
def stage(complaint: Complaint) -> SafeString:
    """The stage as a word with its shape and colour."""
    label = staff_stage(complaint.status)
    return format_html('<span class="mark mark-{}">{}</span>', complaint.status, label)


@register.simple_tag
def time_left(complaint: Complaint, at: datetime) -> SafeString | str:
    """ "5 h left" in its colour and with its shape; nothing once it is over."""
    if complaint.status not in OPEN_STATUSES or complaint.due_at is None:
        return ""
    urgency = times.urgency(complaint.due_at, at)
    mark = "" if urgency == "fine" else f" mark mark-{urgency}"
    text = times.time_left(complaint.due_at, at)
    return format_html('<span class="left-{}{}">{}</span>', urgency, mark, text)


@register.filter
def left(due_at: datetime, at: datetime) -> str:
    return times.time_left(due_at, at)


@register.filter
def lookup(rows: dict[Any, Any], key: Any) -> Any:
    return rows.get(key)


FLAGS = {"senior": _("senior citizen"), "life_support": _("life support at home")}


@register.filter
def flag(code: str) -> str:
    """What an agent must know of the caller before speaking."""
    return str(FLAGS.get(code, code))


@register.filter
def contact(citizen: Citizen) -> str:
    return masked_contact(citizen)


@register.filter
def title_in(article: Article, language: str) -> str:
    return localised(article.titles, language)


@register.filter
def body_in(article: Article, language: str) -> str:
    return localised(article.bodies, language)


@register.filter
def wrap_key(place: int) -> str:
    """One key for each wrap-up code: 1 to 9, then letters."""
    keys = "123456789abcdefghijklmn"
    return keys[place] if place < len(keys) else ""
