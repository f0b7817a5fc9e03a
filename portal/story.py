"""What happened to a complaint, why it waits and what comes next, for its citizen."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.labels import event_label
from complaints.models import Attachment, Complaint, Custody, Event, Message
from complaints.models.complaint import ClosedHow
from complaints.services.guards import BY_PROOF, reopen_until, reopens_left
from complaints.status import Status

# Steps of the desk itself, of no use to the citizen.
_HIDDEN = frozenset(
    {"noted", "step_set", "low_rated", "priority_set", "category_set", "deadline_set",
     "reassigned", "erased", "hold_asked", "hold_refused", "proof_judged",
     "followed_up"}
)  # fmt: skip
# Where the staff's word for it would sound strange to the person it is about.
_TO_CITIZEN: Mapping[str, str | Promise] = {
    "asked": gettext_lazy("We asked you a question"),
    "answered": gettext_lazy("You answered"),
    "answer_overdue": gettext_lazy("No answer came; work goes on"),
    "code_sent": gettext_lazy("We sent you a closing code"),
    "disputed": gettext_lazy("You said it is not solved"),
    "reopened": gettext_lazy("You opened it again"),
    "rated": gettext_lazy("You rated the work"),
    "replied": gettext_lazy("The office wrote to you"),
    "phoned": gettext_lazy("We phoned you"),
    "appealed": gettext_lazy("You made an appeal"),
    "cancelled": gettext_lazy("You withdrew it"),
    "joined_incident": gettext_lazy("It is part of a fault that we know of"),
    "left_incident": gettext_lazy("We look at yours by itself"),
    "added": gettext_lazy("Words or photo added"),
    "claim_offered": gettext_lazy("We offered you compensation"),
    "claimed": gettext_lazy("You claimed compensation"),
    "claim_refused": gettext_lazy("Compensation not granted"),
}
# Said by the citizen's own side.
_OWN_WORDS = frozenset(
    {Message.Kind.CITIZEN, Message.Kind.ANSWER, Message.Kind.DISPUTE,
     Message.Kind.APPEAL}
)  # fmt: skip


@dataclass
class Said:
    text: str
    own: bool


@dataclass
class Step:
    kind: str
    label: str
    at: datetime
    said: list[Said] = field(default_factory=list)
    photos: list[Attachment] = field(default_factory=list)


@dataclass(frozen=True)
class Leg:
    """One line of the ledger."""

    holder: str
    from_at: datetime
    to_at: datetime | None


@dataclass(frozen=True)
class Story:
    steps: list[Step]
    legs: list[Leg]
    question: str
    hold_reason: str
    hold_until: datetime | None
    action_taken: str
    also: list[str]  # numbers of what its text spoke of besides


def tell(complaint: Complaint) -> Story:
    """Four queries: events, words, photos, the ledger."""
    events = list(Event.objects.filter(complaint=complaint).order_by("seq"))
    messages = list(
        Message.objects.filter(complaint=complaint, public=True).order_by("pk")
    )
    photos = Attachment.objects.filter(complaint=complaint, public=True).order_by("pk")
    held = next((e for e in reversed(events) if e.kind == "held"), None)
    return Story(
        steps=_steps(events, messages, photos),
        # What the system passed on in the same moment was held by nobody.
        legs=[_leg(leg) for leg in _custody(complaint) if leg.from_at != leg.to_at],
        question=_last(messages, Message.Kind.QUESTION),
        hold_reason=_last(messages, Message.Kind.REASON),
        hold_until=parse_datetime(held.data["new_date"]) if held else None,
        action_taken=_last(messages, Message.Kind.ACTION_TAKEN),
        also=_also(complaint, events),
    )


def _also(complaint: Complaint, events: Iterable[Event]) -> list[str]:
    """Asked only where one text was two things; of the same citizen alone."""
    keys = [each.data.get("other") or each.data.get("split_of") for each in events]
    if not any(keys) or complaint.citizen_id is None:
        return []
    rows = Complaint.objects.filter(
        pk__in=[key for key in keys if key], citizen_id=complaint.citizen_id
    )
    return list(rows.order_by("pk").values_list("number", flat=True))


def what_next(complaint: Complaint) -> list[str]:
    """The stages still to come, in the order they come."""
    goes = _("It goes to the office that answers for it")
    solve = _("The office says that it is solved, and you are asked whether it is")
    close = _("Closed when you say that it is solved")
    ahead: dict[str, list[str]] = {
        Status.REGISTERED: [goes, solve, close],
        Status.TRIAGE: [goes, solve, close],
        Status.ASSIGNED: [_("Work starts"), solve, close],
        Status.IN_PROGRESS: [solve, close],
        Status.NEED_INFO: [_("Work goes on after your answer"), solve, close],
        Status.ON_HOLD: [_("Work goes on"), solve, close],
        Status.FORWARDED: [_("The new office takes it up"), solve, close],
        Status.REOPENED: [_("A senior officer sends it out again"), solve, close],
        Status.RESOLVED: [close],
        Status.APPEALED: [_("The appeal is decided, outside the office")],
    }
    return ahead.get(complaint.status, [])


def may_reopen_until(complaint: Complaint, at: datetime) -> datetime | None:
    final = complaint.closed_how == ClosedHow.DISMISSED
    if final or not reopens_left(complaint):
        return None
    until = reopen_until(complaint)
    return until if until and until >= at else None


def stage_of(complaint: Complaint, *, joined: bool) -> tuple[str, str]:
    """The stage and its word; of another's complaint nothing is asked of the reader."""
    if joined and complaint.status == Status.NEED_INFO:
        return Status.ON_HOLD.value, str(Status.ON_HOLD.label)
    if joined and complaint.status == Status.RESOLVED:
        return complaint.status, event_label("resolved")
    # Not get_status_display(), which makes a table of all choices each time.
    return complaint.status, str(Status(complaint.status).label)


def office_of(complaint: Complaint) -> str:
    """Office and department, as a citizen would look for them."""
    return _holder(
        complaint.office.office_name() if complaint.office else "",
        complaint.department.name if complaint.department else "",
        complaint.organisation.name,
    )


def _holder(office: str, department: str, organisation: str) -> str:
    return ", ".join(filter(None, [office, department])) or organisation


def _custody(complaint: Complaint) -> Iterable[Custody]:
    return (
        Custody.objects.filter(complaint=complaint)
        .select_related("organisation", "office", "department")
        .defer("office__boundary")
        .order_by("from_at", "pk")
    )


def _leg(leg: Custody) -> Leg:
    name = _holder(
        leg.office.office_name() if leg.office else "",
        leg.department.name if leg.department else "",
        leg.organisation.name,
    )
    shown = {
        Custody.Holder.DESK: _("Complaint desk, %(name)s") % {"name": leg.organisation},
        Custody.Holder.CITIZEN: _("With you"),
        Custody.Holder.INCIDENT: _("%(name)s, one repair for a known fault")
        % {"name": name},
        Custody.Holder.FIELD: _("%(name)s, at the place") % {"name": name},
    }
    return Leg(shown.get(Custody.Holder(leg.holder), name), leg.from_at, leg.to_at)


def _steps(
    events: Iterable[Event], messages: Iterable[Message], photos: Iterable[Attachment]
) -> list[Step]:
    said: dict[int, list[Said]] = defaultdict(list)
    for message in messages:
        said[message.event_id].append(Said(message.text, message.kind in _OWN_WORDS))
    shown: dict[int | None, list[Attachment]] = defaultdict(list)
    for photo in photos:
        shown[photo.event_id].append(photo)
    return [
        Step(each.kind, _label(each), each.at, said[each.pk], shown[each.pk])
        for each in events
        if each.kind not in _HIDDEN
    ]


def _label(event: Event) -> str:
    if event.data.get("by") == BY_PROOF:
        return _("The office opened it again")
    # By the citizen's own hand; when an agent writes it down, it is still their word.
    return str(_TO_CITIZEN.get(event.kind) or event_label(event.kind))


def _last(messages: list[Message], kind: str) -> str:
    return next((m.text for m in reversed(messages) if m.kind == kind), "")
