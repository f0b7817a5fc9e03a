"""What was said and done about a job, as whoever does the work reads it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from complaints.labels import event_label
from complaints.models import Attachment, Complaint, Event, Message

# Steps of the desk and the clock, of no use on site.
_HIDDEN = frozenset(
    {
        "deadline_set", "step_set", "category_set", "priority_set", "low_rated",
        "triaged", "erased", "followed_up",
    }
)  # fmt: skip
_BY_CITIZEN = frozenset(
    {
        Message.Kind.CITIZEN, Message.Kind.ANSWER, Message.Kind.DISPUTE,
        Message.Kind.APPEAL,
    }
)  # fmt: skip
LAST = 4


@dataclass(frozen=True)
class Said:
    text: str
    tone: str  # "" the citizen, office, or note


@dataclass
class Entry:
    label: str
    who: str
    at: datetime
    said: list[Said] = field(default_factory=list)
    photos: list[Attachment] = field(default_factory=list)


@dataclass(frozen=True)
class Story:
    earlier: list[Entry]
    last: list[Entry]
    first_photos: list[Attachment]  # those that came with the complaint
    question: str
    wrote: str  # the last words of the citizen since


def tell(complaint: Complaint) -> Story:
    """Three queries: events, words, photos."""
    events = list(
        Event.objects.filter(complaint=complaint)
        .select_related("actor")
        .order_by("seq")
    )
    messages = list(Message.objects.filter(complaint=complaint).order_by("pk"))
    photos = list(
        Attachment.objects.filter(complaint=complaint).exclude(file="").order_by("pk")
    )
    entries = _entries(events, messages, photos)
    first = [e.pk for e in events if e.kind == "registered"]
    return Story(
        earlier=entries[:-LAST],
        last=entries[-LAST:],
        first_photos=[p for p in photos if p.event_id in first],
        question=_last(messages, {Message.Kind.QUESTION}),
        wrote=_last(messages, _BY_CITIZEN),
    )


def _entries(
    events: Iterable[Event], messages: Iterable[Message], photos: Iterable[Attachment]
) -> list[Entry]:
    said, shown = _by_event(messages), _by_event(photos)
    return [
        Entry(
            label=event_label(event.kind, event.data.get("by", "")),
            who=_who(event),
            at=event.at,
            said=[Said(m.text, _tone(m)) for m in said[event.pk]],
            photos=shown[event.pk] if event.kind != "registered" else [],
        )
        for event in events
        if event.kind not in _HIDDEN
    ]


def _by_event(rows: Iterable[Any]) -> dict[int, list[Any]]:
    grouped: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        grouped[row.event_id].append(row)
    return grouped


def _tone(message: Message) -> str:
    if message.kind in _BY_CITIZEN:
        return ""
    return "office" if message.public else "note"


def _who(event: Event) -> str:
    if event.actor is not None:
        return str(event.actor)
    return _("Citizen") if event.actor_kind == "citizen" else ""


def _last(messages: list[Message], kinds: Iterable[str]) -> str:
    wanted = frozenset(kinds)
    return next((m.text for m in reversed(messages) if m.kind in wanted), "")
