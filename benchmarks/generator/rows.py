"""Tables of one complaint, and the values that go into each."""

import json
from datetime import datetime
from random import Random
from typing import Any

from benchmarks.generator.copying import Table
from benchmarks.generator.reference import Kind, Place
from benchmarks.generator.story import Story
from complaints.models import Complaint, Custody, Event, Message
from escalation.models import Step

H = Custody.Holder
_HOLDERS = {
    "registered": H.DESK, "assigned": H.OFFICE, "started": H.FIELD, "asked": H.CITIZEN,
    "held": None, "resolved": H.CITIZEN, "triaged": H.DESK, "forwarded": H.OFFICE,
    "reopened": H.OFFICE,
}  # fmt: skip
_ENDS = frozenset({"closed", "rejected", "merged", "cancelled"})
_BY_SYSTEM = frozenset({"assigned", "triaged", "escalated"})
_BY_CITIZEN = frozenset({"registered", "closed", "reopened", "cancelled"})
_DONE = "Crew went there; fault repaired and checked."
_ADDED = "Nobody came until now. Please send somebody."
_REGISTERED = json.dumps({"source": "web", "by": "web"})
_LEFT = 0.04  # how many were with another office before


class Rows:
    def __init__(self, first_event: int, other_offices: list[Place]) -> None:
        self.complaints = Table(
            Complaint, "id", "number", "token", "version", "status", "organisation",
            "received_by", "office", "department", "owner", "responsible", "level",
            "citizen", "connection", "source", "category", "criticality", "horizon",
            "area", "place", "pin", "language", "text", "search_text", "parent",
            "registered_at", "due_at", "due_reason", "step_due_at", "step_reason",
            "paused_at", "started_at", "resolved_at", "resolved_by", "closed_at",
            "closed_how", "reject_reason", "rating", "citizen_wrote",
            "first_resolved_at",
        )  # fmt: skip
        self.events = Table(
            Event, "id", "complaint", "seq", "kind", "at", "actor_kind", "actor",
            "from_status", "to_status", "data",
        )  # fmt: skip
        self.custody = Table(
            Custody, "complaint", "holder", "organisation", "office", "department",
            "officer", "from_at", "to_at", "why",
        )  # fmt: skip
        self.messages = Table(
            Message, "complaint", "event", "kind", "public", "author", "at", "text"
        )
        self.steps = Table(Step, "complaint", "name", "for_at", "at")
        self._event = first_event
        self._others = other_offices

    def tables(self) -> list[Table]:
        return [self.complaints, self.events, self.custody, self.messages, self.steps]

    def write(
        self,
        rng: Random,
        pk: int,
        told: Story,
        kind: Kind,
        place: Place,
        owner: int | None,
        **given: Any,
    ) -> None:
        sent = told.sent
        wrote = rng.random() < 0.2
        office, department = (place.office, kind.department) if sent else (None, None)
        self.complaints.add(
            pk, given["number"], given["token"], len(told.steps) + wrote,
            told.status.value, place.organisation, given["received_by"], office,
            department, owner, owner, told.level, given["citizen"],
            given["connection"], given["source"], kind.pk, kind.criticality,
            kind.horizon, place.area, given["where"], place.pin, given["language"],
            given["text"], given["search_text"], given["parent"], told.registered_at,
            told.due_at, kind.due_reason, told.step_due_at, told.step_reason,
            told.paused_at, told.started_at, told.resolved_at,
            owner if told.resolved_at else None, told.closed_at, told.closed_how,
            given["reject_reason"], told.rating, wrote and told.open,
            told.resolved_at,
        )  # fmt: skip
        self._write_events(pk, told, owner, wrote=wrote)
        before = rng.choice(self._others) if rng.random() < _LEFT else None
        self._write_custody(pk, told, place, kind.department, owner, before)
        if told.open and told.level == 1 and sent:
            half = told.registered_at + (told.due_at - told.registered_at) / 2
            self.steps.add(pk, "warn", max(half, told.steps[-1][1]), None)

    def _write_events(
        self, pk: int, told: Story, owner: int | None, *, wrote: bool
    ) -> None:
        before = ""
        for seq, (kind, at, after) in enumerate(told.steps, start=1):
            data = _REGISTERED if seq == 1 else "{}"
            actor_kind, actor = _actor(kind, owner)
            self._event += 1
            self.events.add(
                self._event, pk, seq, kind, at, actor_kind, actor, before,
                str(after), data,
            )  # fmt: skip
            before = str(after)
            if kind == "resolved":
                self._say(pk, "action_taken", owner, at, _DONE)
        if wrote:
            self._event += 1
            at = told.steps[-1][1]
            self.events.add(
                self._event, pk, len(told.steps) + 1, "added", at, "citizen", None,
                before, before, "{}",
            )  # fmt: skip
            self._say(pk, "citizen", None, at, _ADDED)

    def _say(
        self, pk: int, kind: str, author: int | None, at: datetime, text: str
    ) -> None:
        self.messages.add(pk, self._event, kind, True, author, at, text)

    def _write_custody(
        self,
        pk: int,
        told: Story,
        place: Place,
        department: int,
        owner: int | None,
        before: Place | None,
    ) -> None:
        legs = [(kind, at) for kind, at, _after in told.steps if _HOLDERS.get(kind)]
        ended = told.steps[-1][1] if told.steps[-1][0] in _ENDS else None
        for index, (kind, at) in enumerate(legs):
            until = legs[index + 1][1] if index + 1 < len(legs) else ended
            holder = _HOLDERS[kind]
            at_desk = holder == H.DESK
            # The first office it was sent to sent it on.
            held = before if before and kind == "assigned" else place
            self.custody.add(
                pk, str(holder and holder.value), held.organisation,
                None if at_desk else held.office, None if at_desk else department,
                None if at_desk or held is before else owner,
                at, max(until, at) if until else None, kind,
            )  # fmt: skip


def _actor(kind: str, owner: int | None) -> tuple[str, int | None]:
    if kind in _BY_CITIZEN:
        return "citizen", None
    if kind in _BY_SYSTEM or owner is None:
        return "system", None
    return "officer", owner
