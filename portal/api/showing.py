"""Complaints as programs see them: by the same rules as the screens."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import Http404
from django.urls import reverse

from complaints.actors import Actor
from complaints.labels import event_label
from complaints.models import Attachment, Category, Complaint, Event, Message
from complaints.number import WrongNumber, check
from complaints.people import masked_contact, phone_of
from complaints.scope import ComplaintQuerySet, readable_until
from complaints.workflow import DESK, HEADS, L1
from escalation.claims.claim_words import shown
from escalation.claims.compensation import claim_of
from escalation.decisions import routing
from escalation.promise import clock
from officers.models import Area, Department, Organisation, Role
from portal.api.authentication import Caller
from portal.models import ExternalNumber

OF_A_ROW = (
    "category", "organisation", "office", "department", "area", "owner", "source",
)  # fmt: skip
# Large, or told nobody here.
LARGE = (
    "search_text", "office__boundary", "office__words", "area__boundary", "area__words",
    "category__words", "owner__password",
)  # fmt: skip
# Who speaks with citizens knows their name: monitors and auditors do not.
KNOW_THE_NAME = frozenset(
    {*DESK, *L1, *HEADS, Role.FIELD_STAFF, Role.QA, Role.PRIVACY_OFFICER}
)


def readable(actor: Actor) -> ComplaintQuerySet:
    return with_names(Complaint.objects.visible_to(actor))


def with_names(rows: ComplaintQuerySet) -> ComplaintQuerySet:
    return rows.select_related(*OF_A_ROW).defer(*LARGE)


def find(caller: Caller, number: str) -> Complaint:
    """Unknown and somebody else's are the same. Raises Http404."""
    try:
        wanted = check(number)
    except WrongNumber:
        raise Http404 from None
    rows = readable(caller.actor).select_related("citizen", "parent")
    found = rows.defer("parent__search_text").filter(number=wanted).first()
    if found is None:
        raise Http404
    return found


def row(complaint: Complaint, at: datetime) -> dict[str, Any]:
    return {
        "number": complaint.number,
        "status": complaint.status,
        "version": complaint.version,
        "kind": complaint.kind,
        "source": complaint.source.code,
        "category": named(complaint.category),
        "organisation": named(complaint.organisation),
        "office": named_office(complaint.office),
        "department": named(complaint.department),
        "area": named(complaint.area),
        "owner": complaint.owner.username if complaint.owner else None,
        "criticality": complaint.criticality,
        "horizon": complaint.horizon,
        "level": complaint.level,
        "registered_at": complaint.registered_at,
        "due_at": complaint.due_at,
        "step_due_at": complaint.step_due_at,
        "late": _late(complaint, at),
        "resolved_at": complaint.resolved_at,
        "closed_at": complaint.closed_at,
        "closed_how": complaint.closed_how,
        "rating": complaint.rating,
        "reopened": complaint.reopened,
        "language": complaint.language,
        "text": complaint.text,
        "place": complaint.place,
        "pin": complaint.pin,
        "latitude": complaint.latitude,
        "longitude": complaint.longitude,
    }


def detail(complaint: Complaint, caller: Caller, actions: list[str]) -> dict[str, Any]:
    """All of it; a former holder reads what was said until it let go."""
    until = readable_until(caller.actor, complaint)
    events = _events(complaint, until)
    seen = [event.pk for event in events]
    return row(complaint, caller.at) | {
        "external_id": external_id(complaint, caller),
        "parent": complaint.parent.number if complaint.parent else None,
        "citizen": citizen(complaint, caller),
        "why_office": "" if until else routing.sentence(complaint),
        "why_date": [] if until else clock.explain(complaint),
        "claim": None if until else _claim(complaint, events, caller.at),
        "events": [_happened(event) for event in events],
        "messages": [_said(message) for message in _messages(complaint, seen)],
        "attachments": [file(each) for each in _files(complaint, seen)],
        "actions": actions,
    }


def _claim(
    complaint: Complaint, events: list[Event], at: datetime
) -> dict[str, Any] | None:
    """Asked only of those that were offered one."""
    if not any(event.kind == "claim_offered" for event in events):
        return None
    found = claim_of(complaint)
    if found is None:
        return None
    told = shown(found, at)
    return {
        "number": found.number,
        "state": found.state,
        "minutes_late": told.minutes,
        "amount": f"{told.amount:.2f}",
        "currency": complaint.organisation.currency,
    }


def citizen(complaint: Complaint, caller: Caller) -> dict[str, str]:
    """Masked for everybody; who does the work may call until it is solved."""
    roles = caller.actor.roles_on(complaint)
    person = complaint.citizen
    own = complaint.owner_id == caller.officer.pk and complaint.is_open
    return {
        "name": person.name if person and roles & KNOW_THE_NAME else "",
        "contact": masked_contact(person) if roles else "",
        "phone": phone_of(person) if roles and own else "",
    }


def external_id(complaint: Complaint, caller: Caller) -> str:
    rows = ExternalNumber.objects.filter(complaint=complaint, officer=caller.officer)
    return rows.values_list("external_id", flat=True).first() or ""


def named(each: Organisation | Department | Category | Area | None) -> Any:
    return {"code": each.code, "name": each.name} if each else None


def named_office(office: Area | None) -> Any:
    return {"code": office.code, "name": office.office_name()} if office else None


def file(each: Attachment) -> dict[str, Any]:
    return {
        "url": settings.PUBLIC_URL + reverse("api:attachment", args=[each.token]),
        "content_type": each.content_type,
        "size": each.size,
        "width": each.width,
        "height": each.height,
    }


def etag(complaint: Complaint) -> str:
    return f'"{complaint.version}"'


def _late(complaint: Complaint, at: datetime) -> bool:
    """As the queue counts it: while the citizen owes an answer the time stands."""
    if complaint.due_at is None or not complaint.is_open:
        return False
    return complaint.due_at < min(at, complaint.paused_at or at)


def _events(complaint: Complaint, until: datetime | None) -> list[Event]:
    rows = Event.objects.filter(complaint=complaint)
    if until is not None:
        rows = rows.filter(at__lte=until)
    return list(rows.order_by("seq"))


def _messages(complaint: Complaint, events: list[int]) -> Iterable[Message]:
    return Message.objects.filter(
        complaint=complaint, event__in=events, public=True
    ).order_by("pk")


def _files(complaint: Complaint, events: list[int]) -> Iterable[Attachment]:
    rows = Attachment.objects.filter(complaint=complaint, event__in=events, public=True)
    return rows.exclude(file="").order_by("pk")


def _happened(event: Event) -> dict[str, Any]:
    return {
        "seq": event.seq,
        "kind": event.kind,
        "label": event_label(event.kind),
        "at": event.at,
        "by": event.actor_kind,
        "from_status": event.from_status,
        "to_status": event.to_status,
    }


def _said(message: Message) -> dict[str, Any]:
    return {"kind": message.kind, "at": message.at, "text": message.text}
