"""A complaint's story: events, and with each the words and photos that came with it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from complaints.labels import event_label
from complaints.models import Attachment, Complaint, Event, Message
from complaints.models.category import Criticality, Horizon
from complaints.models.complaint import ClosedHow
from complaints.services.proof import Unreachable
from complaints.times import moment
from escalation.claims import claim_number
from escalation.ladder import handing, levels
from feedback.models import ContactTry, FollowUp
from helpline import choices
from incidents.models import Incident
from officers.models import Officer

# Who speaks decides the tone of the words.
CITIZEN, OFFICE, PRIVATE = "citizen", "office", "note"
BY_CITIZEN = frozenset(
    {
        Message.Kind.CITIZEN,
        Message.Kind.ANSWER,
        Message.Kind.DISPUTE,
        Message.Kind.APPEAL,
    }
)
# Told in one small line unless words came with them.
SMALL = frozenset(
    {
        "triaged", "deadline_set", "step_set", "low_rated", "rated", "priority_set",
        "category_set", "answer_overdue", "resumed", "accepted", "escalated", "erased",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Said:
    text: str
    tone: str
    public: bool


@dataclass
class Entry:
    at: datetime
    kind: str
    label: str
    who: str
    detail: str = ""
    other: int | None = None  # the complaint that its text was divided into, or out of
    said: list[Said] = field(default_factory=list)
    photos: list[Attachment] = field(default_factory=list)
    skipped: str = ""  # levels that nobody could answer for

    @property
    def small(self) -> bool:
        return self.kind in SMALL and not self.said and not self.photos


def entries(complaint: Complaint, until: datetime | None = None) -> list[Entry]:
    """Oldest first; the citizen's first words stand with the registration.

    `until`: what a former holder may still read.
    """
    told = Event.objects.filter(complaint=complaint).select_related("actor")
    if until is not None:
        told = told.filter(at__lte=until)
    events = list(told.order_by("seq"))
    said = _by_event(Message.objects.filter(complaint=complaint).order_by("pk"))
    photos = _by_event(Attachment.objects.filter(complaint=complaint).order_by("pk"))
    people = _people(events)
    story = []
    for event in events:
        entry = Entry(
            at=event.at,
            kind=event.kind,
            label=event_label(event.kind, event.data.get("by", "")),
            who=_who(event),
            detail=_detail(event, complaint, people),
            other=event.data.get("other") or event.data.get("split_of"),
            said=[_said(message) for message in said.get(event.pk, ())],
            photos=[photo for photo in photos.get(event.pk, ()) if photo.file],
            skipped=levels.sentence(event.data.get("skipped", [])),
        )
        if event.kind == "deadline_set" and not entry.detail:
            continue  # a limit that was taken away: the events around it say why
        if event.kind == "registered":
            entry.said.insert(0, Said(complaint.text, CITIZEN, public=True))
        story.append(entry)
    return story


def _by_event(rows: Iterable[Any]) -> dict[int, list[Any]]:
    grouped: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        grouped[row.event_id].append(row)
    return grouped


def _said(message: Message) -> Said:
    if message.kind in BY_CITIZEN:
        tone = CITIZEN
    else:
        tone = OFFICE if message.public else PRIVATE
    return Said(message.text, tone, message.public)


def _people(events: list[Event]) -> dict[int, Officer]:
    ids = {event.data.get(name) for event in events for name in ("officer",)}
    return Officer.objects.in_bulk(ids - {None}) if ids - {None} else {}


def _who(event: Event) -> str:
    if event.actor is not None:
        by = _("for the citizen, by phone") if event.data.get("by") == "phone" else ""
        return f"{event.actor} ({by})" if by else str(event.actor)
    return _("Citizen") if event.actor_kind == "citizen" else ""


def _detail(event: Event, complaint: Complaint, people: dict[int, Officer]) -> str:
    teller = _TELLERS.get(event.kind)
    return teller(event.data, complaint, people) if teller else ""


Data = dict[str, Any]
People = dict[int, Officer]


def _where(data: Data, complaint: Complaint, people: People) -> str:
    area = choices.all_areas().get(data.get("office") or 0)
    department = choices.department(data.get("department"))
    officer = people.get(data.get("officer") or 0)
    organisation = choices.organisations().get(data.get("organisation") or 0)
    parts = [
        area.office_name() if area else (str(organisation) if organisation else ""),
        str(department) if department else "",
        str(officer) if officer else "",
    ]
    return ", ".join(part for part in parts if part)


def _handed(data: Data, complaint: Complaint, people: People) -> str:
    why = handing.WHY.get(data.get("why", ""))
    return "; ".join(filter(None, (_where(data, complaint, people), str(why or ""))))


def _category(data: Data, complaint: Complaint, people: People) -> str:
    row = choices.category(data.get("category"))
    area = choices.all_areas().get(data.get("area") or 0)
    return ", ".join(str(part) for part in (row, area) if part)


def _priority(data: Data, complaint: Complaint, people: People) -> str:
    to = data.get("to") or ["", ""]
    labels = (Criticality(to[0]).label, Horizon(to[1]).label) if to[0] else ()
    return ", ".join(str(label) for label in labels)


def _deadline(data: Data, complaint: Complaint, people: People) -> str:
    told = []
    for name, words in (
        ("due_at", _("promised: %(when)s")),
        ("step_due_at", _("this step: %(when)s")),
    ):
        at = parse_datetime(data.get(name) or "")
        if at is not None:
            told.append(words % {"when": moment(at, complaint.organisation)})
    return "; ".join(told)


def _level(data: Data, complaint: Complaint, people: People) -> str:
    officer = people.get(data.get("officer") or 0)
    level = _("level %(level)s") % {"level": data.get("level")}
    told = f"{level}, {officer}" if officer else level
    passed = levels.sentence(data.get("skipped", []))
    return f"{told} ({passed})" if passed else told


def _closed(data: Data, complaint: Complaint, people: People) -> str:
    how = data.get("how")
    return str(ClosedHow(how).label) if how in ClosedHow.values else ""


def _rated(data: Data, complaint: Complaint, people: People) -> str:
    told = _("%(rating)s of 5") % {"rating": data.get("rating")}
    again = _("after the follow-up") if data.get("second") else ""
    return ", ".join(filter(None, [told, again]))


def _followed_up(data: Data, complaint: Complaint, people: People) -> str:
    reason = data.get("reason")
    if reason in FollowUp.Reason.values:
        return str(FollowUp.Reason(reason).label)
    return _("second message") if data.get("ask") else ""


def _until(data: Data, complaint: Complaint, people: People) -> str:
    at = parse_datetime(data.get("new_date") or "")
    return moment(at, complaint.organisation) if at else ""


def _taken(data: Data, complaint: Complaint, people: People) -> str:
    at = parse_datetime(data.get("until") or "")
    told = _level(data, complaint, people)
    return f"{told}, {moment(at, complaint.organisation)}" if at else told


def _incident(data: Data, complaint: Complaint, people: People) -> str:
    rows = Incident.objects.select_related("category", "area")
    return str(rows.filter(pk=data.get("incident") or 0).first() or "")


def _of_claim(data: Data, complaint: Complaint, people: People) -> str:
    late = _("%(n)s min late") % {"n": data.get("minutes")}
    return f"{claim_number.grouped(str(data.get('claim')))}, {late}"


def _phoned(data: Data, complaint: Complaint, people: People) -> str:
    outcome = data.get("outcome")
    if outcome not in ContactTry.Outcome.values:
        return ""
    said = str(ContactTry.Outcome(outcome).label)
    own = _("by the office itself") if data.get("own_office") else ""
    return f"{said} ({own})" if own else said


def _proven(data: Data, complaint: Complaint, people: People) -> str:
    told = []
    if data.get("proof") == "code":
        told.append(_("with the citizen's closing code"))
    elif data.get("unreachable") in Unreachable.values:
        why = Unreachable(data["unreachable"]).label
        told.append(_("no closing code: %(why)s") % {"why": why})
    if data.get("reading"):
        told.append(_("meter reading %(reading)s") % {"reading": data["reading"]})
    return "; ".join(told)


_TELLERS = {
    "resolved": _proven,
    "phoned": _phoned,
    "assigned": _where,
    "reassigned": _handed,
    "decided": _where,
    "forwarded": _where,
    "accepted": _where,
    "category_set": _category,
    "priority_set": _priority,
    "deadline_set": _deadline,
    "step_set": _deadline,
    "escalated": _level,
    "closed": _closed,
    "rated": _rated,
    "low_rated": _rated,
    "followed_up": _followed_up,
    "held": _until,
    "hold_asked": _until,
    "taken_up": _taken,
    "joined_incident": _incident,
    "left_incident": _incident,
    "claim_offered": _of_claim,
    "claimed": _of_claim,
    "claim_granted": _of_claim,
    "claim_refused": _of_claim,
}
