"""What was tried to hear from a citizen about one resolution, and what is left to try.

Read for many complaints at once: the worker looks at all that wait for an answer.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from complaints.models import Complaint, Event
from complaints.people import email_of, phone_of
from complaints.services.tries import CALL, VOICE, Try, lacking
from complaints.status import SOLVED_STATUSES, Status
from feedback.models import CallBack, ContactTry
from notices.accounts import leaves_from
from notices.arrival import arrived_at, is_lost
from notices.kinds import CITIZEN
from notices.models import Notice
from notices.render import EMAIL, SMS

WAITS = Status.RESOLVED
# A message that no receipt tells of by then is one that did not arrive.
HEARD_WITHIN = timedelta(days=2)
LOST_ENOUGH = 2
FIRST, AGAIN, BY_VOICE = "resolved_feedback", "resolved_again", "rating_call"
ASKS = (FIRST, AGAIN, "incident_restored", BY_VOICE)
# What the wire of an automatic call writes down when nobody took it up.
NOT_TAKEN_UP = {
    "no_answer": "no_answer", "no-answer": "no_answer", "busy": "busy",
}  # fmt: skip
Outcome = ContactTry.Outcome
# The citizen was tried and gave no answer. "Later" is one, a wrong number no try.
COUNTED = frozenset(
    {Outcome.ARRIVED, Outcome.NO_ANSWER, Outcome.BUSY, Outcome.OFF, Outcome.REFUSED}
)
ANSWERED = frozenset({Outcome.SOLVED, Outcome.NOT_SOLVED})


@dataclass(frozen=True)
class Arrival:
    """A message that became a try and is not written down as one yet."""

    notice: Notice
    event: Event
    outcome: str
    at: datetime


@dataclass
class Asked:
    """`leads`: of one person's complaints that one repair solved, the one asked by."""

    complaint: Complaint
    event: Event
    at: datetime
    notices: list[Notice] = field(default_factory=list)
    rows: list[ContactTry] = field(default_factory=list)
    arrivals: list[Arrival] = field(default_factory=list)
    called: CallBack | None = None
    leads: bool = True
    has_voice: bool = False

    @property
    def answered(self) -> bool:
        mine = (row for row in self.rows if row.event_id == self.event.pk)
        return any(row.outcome in ANSWERED for row in mine)

    @property
    def on_its_way(self) -> bool:
        """A message of which we cannot say yet whether it arrives."""
        return any(
            notice.pk not in self._known and not self._is_lost(notice)
            for notice in self.notices
        )

    @property
    def tries(self) -> list[Try]:
        made = [
            Try(row.at, row.way)
            for row in self.rows
            if row.outcome in COUNTED and not row.own_office
        ]
        made += [Try(each.at, way_of(each.notice)) for each in self.arrivals]
        true = (one for one in made if one.way == EMAIL or not self._wrong_number)
        return sorted(true, key=lambda one: one.at)

    @property
    def ways(self) -> frozenset[str]:
        """How the citizen can be asked at all: not by a way that proved dead."""
        citizen, found = self.complaint.citizen, set()
        if phone_of(citizen) and not self._wrong_number:
            found |= {SMS, CALL} | ({VOICE} if self.has_voice else set())
        if email_of(citizen):
            found.add(EMAIL)
        return frozenset(way for way in found if not self._is_dead(way))

    @property
    def lacks(self) -> tuple[str, ...]:
        return lacking(self.tries, self.complaint.organisation.timezone, self.ways)

    @property
    def _wrong_number(self) -> bool:
        return any(row.outcome == Outcome.WRONG for row in self.rows)

    @property
    def _known(self) -> set[int | None]:
        """Messages that became a try."""
        made: set[int | None] = {row.notice_id for row in self.rows}
        return made | {arrival.notice.pk for arrival in self.arrivals}

    def _is_lost(self, notice: Notice) -> bool:
        """Not arrived, or sent and not heard of any more."""
        gone = notice.state in (Notice.State.SENT, Notice.State.UNSURE)
        old = self.at >= (notice.sent_at or notice.created_at) + HEARD_WITHIN
        return is_lost(notice) or (gone and old)

    def _is_dead(self, way: str) -> bool:
        """Two messages lost and none arrived; a telephone may be off for a day."""
        sent = [notice for notice in self.notices if notice.channel == way]
        if way not in (SMS, EMAIL) or self.proven(way):
            return False
        stopped = any(each.state == Notice.State.STOPPED for each in sent)
        return stopped or sum(map(self._is_lost, sent)) >= LOST_ENOUGH

    def proven(self, way: str) -> bool:
        """Did a message arrive by it?"""
        return any(one.way == way for one in self.tries)


def way_of(notice: Notice) -> str:
    known = notice.channel in ContactTry.Way.values
    return notice.channel if known else ContactTry.Way.OTHER


def asked_of(complaints: Sequence[Complaint], at: datetime) -> list[Asked]:
    """Each with what was tried about its last resolution: a handful of statements."""
    events = _resolutions(row.pk for row in complaints)
    twins = _twins([row for row in complaints if row.pk in events], events)
    told = _notices(
        [*events, *(e.complaint_id for many in twins.values() for e in many)]
    )
    every = [*events.values(), *(event for many in twins.values() for event in many)]
    tried, calls = _tries(every), _calls(every)
    found = []
    for complaint in complaints:
        event = events.get(complaint.pk)
        if event is None:
            continue
        asked = Asked(complaint, event, at, called=calls.get(event.pk))
        shared = twins.get(complaint.pk, [event])
        asked.leads = complaint.pk == shared[0].complaint_id
        asked.has_voice = _voice(complaint)
        for each in shared:
            asked.rows += tried.get(each.pk, [])
            asked.notices += [
                row for row in told.get(each.complaint_id, ()) if _about(row, each)
            ]
        asked.arrivals = _arrivals(asked, shared, at)
        found.append(asked)
    return found


def _voice(complaint: Complaint) -> bool:
    return bool(leaves_from(VOICE, complaint.received_by, complaint.organisation))


def _resolutions(complaint_ids: Iterable[int]) -> dict[int, Event]:
    rows = Event.objects.filter(complaint__in=list(complaint_ids), kind="resolved")
    return {row.complaint_id: row for row in rows.order_by("complaint", "seq")}


def _twins(
    complaints: Sequence[Complaint], events: dict[int, Event]
) -> dict[int, list[Event]]:
    """One repair solved several complaints of one person, who is asked once for all:
    about the first of them that still waits."""
    repaired = [row for row in complaints if events[row.pk].data.get("update")]
    if not repaired:
        return {}
    theirs: dict[int | None, list[int]] = defaultdict(list)
    others = Complaint.objects.filter(
        citizen__in={row.citizen_id for row in repaired if row.citizen_id},
        status__in=SOLVED_STATUSES,
    )
    keys = others.values_list("pk", "citizen_id", "status")
    for pk, citizen_id, _s in sorted(keys, key=lambda row: (row[2] != WAITS, row[0])):
        theirs[citizen_id].append(pk)
    known = _resolutions(pk for many in theirs.values() for pk in many)
    found = {}
    for row in repaired:
        news = events[row.pk].data["update"]
        mine = (known[pk] for pk in theirs.get(row.citizen_id, ()) if pk in known)
        found[row.pk] = [each for each in mine if each.data.get("update") == news]
        found[row.pk] = found[row.pk] or [events[row.pk]]
    return found


def _notices(complaint_ids: Iterable[int]) -> dict[int, list[Notice]]:
    found: dict[int, list[Notice]] = defaultdict(list)
    rows = Notice.objects.filter(
        complaint__in=set(complaint_ids), kind__in=ASKS, audience=CITIZEN
    ).select_related("account")
    for row in rows.order_by("complaint", "created_at", "pk"):
        found[row.complaint_id or 0].append(row)
    return found


def _about(notice: Notice, event: Event) -> bool:
    """Of this resolution, not of one before it."""
    return notice.event_id == event.pk or (
        notice.event_id is None and notice.created_at >= event.at
    )


def _tries(events: Iterable[Event]) -> dict[int, list[ContactTry]]:
    found: dict[int, list[ContactTry]] = defaultdict(list)
    for row in ContactTry.objects.filter(event__in={each.pk for each in events}):
        found[row.event_id].append(row)
    return found


def _calls(events: Iterable[Event]) -> dict[int, CallBack]:
    rows = CallBack.objects.filter(
        event__in={each.pk for each in events}, side=CallBack.Side.DESK
    )
    return {row.event_id: row for row in rows}


def _arrivals(asked: Asked, events: Iterable[Event], at: datetime) -> list[Arrival]:
    known = {row.notice_id for row in asked.rows}
    by_complaint = {event.complaint_id: event for event in events}
    found = []
    for notice in asked.notices:
        outcome, when = _became(notice, at)
        event = by_complaint.get(notice.complaint_id or 0)
        if notice.pk not in known and when is not None and event is not None:
            found.append(Arrival(notice, event, outcome, when))
    return found


def _became(notice: Notice, at: datetime) -> tuple[str, datetime | None]:
    outcome = NOT_TAKEN_UP.get(notice.error) if notice.channel == VOICE else None
    if outcome is not None and is_lost(notice):
        return outcome, notice.claimed_at or notice.created_at
    return Outcome.ARRIVED, arrived_at(notice, at)
