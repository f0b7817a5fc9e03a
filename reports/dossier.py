"""One complaint with everything that happened to it, as data.

For whoever keeps the desk running: who held it, why it went there, how the dates came
about, what was sent. What people said is counted and not shown; addresses are masked.
"""

from datetime import datetime
from typing import Any

from complaints.labels import event_label, stage_label
from complaints.models import Complaint, Custody, Event, FailedReaction, Message
from complaints.number import grouped
from complaints.phones import masked, masked_email
from escalation.decisions.routing import latest, sentence
from escalation.models import Step
from escalation.promise.clock import explain
from feedback.models import FollowUp, Rating
from notices.models import Notice
from officers.models import Area, Department, Officer

Json = dict[str, Any]


def dossier(complaint: Complaint) -> Json:
    """In the active language; every value is fit for JSON."""
    return {
        "number": complaint.number,
        "state": _state(complaint),
        "clocks": _clocks(complaint),
        "routing": _routing(complaint),
        "custody": _custody(complaint),
        "events": _events(complaint),
        "messages": _messages(complaint),
        "notices": _notices(complaint),
        "ratings": _ratings(complaint),
    }


def _state(complaint: Complaint) -> Json:
    return {
        "number": grouped(complaint.number),
        "status": complaint.status,
        "stage": stage_label(complaint.status),
        "version": complaint.version,
        "kind": complaint.kind,
        "level": complaint.level,
        "organisation": complaint.organisation.code,
        "received_by": complaint.received_by.code,
        "office": _office(complaint.office),
        "department": _named(complaint.department),
        "owner": _officer(complaint.owner),
        "responsible": _officer(complaint.responsible),
        "category": _coded(complaint),
        "criticality": complaint.criticality,
        "horizon": complaint.horizon,
        "area": _named(complaint.area),
        "source": complaint.source.code,
        "language": complaint.language,
        "registered_at": _moment(complaint.registered_at),
        "started_at": _moment(complaint.started_at),
        "resolved_at": _moment(complaint.resolved_at),
        "closed_at": _moment(complaint.closed_at),
        "closed_how": complaint.closed_how,
        "reopened": complaint.reopened,
        "forwarded": complaint.forwarded,
        "bounced": complaint.bounced,
        "rating": complaint.rating,
        "joined_to": complaint.parent.number if complaint.parent else None,
    }


def _coded(complaint: Complaint) -> str | None:
    category = complaint.category
    return f"{category.code} {category.name}" if category else None


def _clocks(complaint: Complaint) -> Json:
    taken = Step.objects.filter(complaint=complaint).order_by("at", "pk")
    return {
        "due_at": _moment(complaint.due_at),
        "why": explain(complaint) if complaint.due_at else [],
        "step_due_at": _moment(complaint.step_due_at),
        "step_reason": complaint.step_reason,
        "paused_at": _moment(complaint.paused_at),
        "steps_taken": [
            {"step": step.name, "for": _moment(step.for_at), "at": _moment(step.at)}
            for step in taken
        ],
    }


def _routing(complaint: Complaint) -> Json | None:
    decision = latest(complaint)
    if decision is None:
        return None
    return {
        "sentence": sentence(complaint),
        "rule": decision.rule,
        "confidence": decision.confidence,
        "inputs": decision.inputs,
        "matched": decision.matched,
        "runners_up": decision.runners_up,
        "at": _moment(decision.at),
    }


def _custody(complaint: Complaint) -> list[Json]:
    legs = Custody.objects.filter(complaint=complaint).select_related(
        "organisation", "office", "department", "officer"
    )
    return [
        {
            "holder": leg.holder,
            "organisation": leg.organisation.code,
            "office": _office(leg.office),
            "department": _named(leg.department),
            "officer": _officer(leg.officer),
            "from": _moment(leg.from_at),
            "to": _moment(leg.to_at),
            "why": leg.why,
        }
        for leg in legs.order_by("from_at", "pk")
    ]


def _events(complaint: Complaint) -> list[Json]:
    events = list(
        Event.objects.filter(complaint=complaint)
        .select_related("actor", "caused_by")
        .order_by("seq")
    )
    failed = FailedReaction.objects.filter(event__in=events, done_at=None)
    failures: dict[int, list[str]] = {}
    for failure in failed:
        failures.setdefault(failure.event_id, []).append(failure.reaction)
    return [
        {
            "seq": event.seq,
            "kind": event.kind,
            "what": event_label(event.kind),
            "at": _moment(event.at),
            "by": event.actor.username if event.actor else event.actor_kind,
            "from": event.from_status,
            "to": event.to_status,
            "data": event.data,
            "caused_by": event.caused_by.seq if event.caused_by else None,
            "failed_reactions": failures.get(event.pk, []),
        }
        for event in events
    ]


def _messages(complaint: Complaint) -> list[Json]:
    said = Message.objects.filter(complaint=complaint).select_related("author")
    return [
        {
            "kind": message.kind,
            "by": _officer(message.author),
            "public": message.public,
            "at": _moment(message.at),
            "characters": len(message.text),
        }
        for message in said.order_by("at", "pk")
    ]


def _notices(complaint: Complaint) -> list[Json]:
    rows = Notice.objects.filter(complaint=complaint).select_related("event")
    return [
        {
            "event": notice.event.seq if notice.event else None,
            "key": notice.kind,
            "audience": notice.audience,
            "channel": notice.channel,
            "to": masked_address(notice.recipient),
            "language": notice.language,
            "segments": notice.segments,
            "state": notice.state,
            "created_at": _moment(notice.created_at),
            "not_before": _moment(notice.not_before),
            "sent_at": _moment(notice.sent_at),
            "attempts": notice.attempts,
            "error": notice.error,
        }
        for notice in rows.order_by("created_at", "pk")
    ]


def masked_address(address: str) -> str:
    return masked_email(address) if "@" in address else masked(address)


def _ratings(complaint: Complaint) -> list[Json]:
    follow_ups = {
        row.rating_id: row.state for row in FollowUp.objects.filter(complaint=complaint)
    }
    return [
        {
            "score": rating.score,
            "solved": rating.solved,
            "took_minutes": rating.took_minutes,
            "trouble": rating.trouble,
            "second": rating.second,
            "channel": rating.channel,
            "at": _moment(rating.at),
            "follow_up": follow_ups.get(rating.pk),
        }
        for rating in Rating.objects.filter(complaint=complaint).order_by("at", "pk")
    ]


def _moment(at: datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") if at else None


def _officer(officer: Officer | None) -> str | None:
    return officer.username if officer else None


def _office(office: Area | None) -> str | None:
    return office.office_name() if office else None


def _named(row: Area | Department | None) -> str | None:
    return row.name if row else None
