"""What came in some time ago, as the questions that routing was asked then.

Read by key within each organisation, a page at a time, only the columns a rule looks
at: nothing is held open between two pages and no row costs a query.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q

from complaints.models import Complaint, Event
from complaints.scope import ComplaintQuerySet
from escalation import reference
from escalation.areas import places
from escalation.decisions import rules
from escalation.decisions.question import Question
from escalation.models import RoutingDecision
from officers.trees import organisation_subtree

PAGE = 1000
FIELDS = (
    "number", "received_by", "registered_at", "kind", "text", "place", "pin",
    "latitude", "longitude", "language", "source", "category", "area", "organisation",
    "connection", "connection__area", "connection__kind",
)  # fmt: skip


@dataclass(frozen=True)
class Span:
    """Whole days, as the organisation's own calendar has them; both ends belong."""

    first: date
    last: date
    zone: str

    @property
    def start(self) -> datetime:
        return datetime.combine(self.first, time.min, ZoneInfo(self.zone))

    @property
    def end(self) -> datetime:
        after = self.last + timedelta(days=1)
        return datetime.combine(after, time.min, ZoneInfo(self.zone))


@dataclass(frozen=True, slots=True)
class Past:
    pk: int
    number: str
    at: datetime
    question: Question


def received(organisation_id: int, span: Span) -> ComplaintQuerySet:
    """What that organisation and those below were written, whoever holds it now.

    Erased words tell nothing: those complaints stay out of it.
    """
    return Complaint.objects.filter(
        organisation_id__in=_holders(),
        received_by_id__in=organisation_subtree(organisation_id),
        registered_at__gte=span.start,
        registered_at__lt=span.end,
        redacted_at__isnull=True,
    )


def _holders() -> list[int]:
    """All there are: "not ours" may be sent to any house. Named for the index."""
    return sorted(reference.organisations.get())


def pages(organisation_id: int, span: Span) -> Iterator[list[Past]]:
    whole = received(organisation_id, span).select_related("connection").only(*FIELDS)
    for holder in _holders():
        rows = whole.filter(organisation_id=holder).order_by("registered_at", "pk")
        for page in _by_key(rows):
            yield _asked(page)


def _by_key(rows: ComplaintQuerySet) -> Iterator[list[Complaint]]:
    beyond = Q()
    while True:
        page = list(rows.filter(beyond)[:PAGE])
        if page:
            yield page
        if len(page) < PAGE:
            return
        last, pk = page[-1].registered_at, page[-1].pk
        later = Q(registered_at__gt=last) | Q(registered_at=last, pk__gt=pk)
        beyond = Q(registered_at__gte=last) & later


def _asked(page: list[Complaint]) -> list[Past]:
    keys = [row.pk for row in page]
    given, accounts = _given(keys), _accounts(keys)
    found = []
    for row in page:
        # As it came in, before anybody sent it on. Without a decision nobody but the
        # person who typed it had a say about kind and place.
        row.organisation_id = row.received_by_id
        typed = (row.category_id, row.area_id)
        row.category_id, row.area_id = given.get(row.pk, typed)
        question = Question.registered(row, accounts.get(row.pk, ""))
        found.append(Past(row.pk, row.number, row.registered_at, question))
    return found


def _given(keys: list[int]) -> dict[int, tuple[int | None, int | None]]:
    """Kind and area that a person had chosen before routing wrote its own."""
    rows = RoutingDecision.objects.filter(complaint_id__in=keys).order_by("at")
    found: dict[int, tuple[int | None, int | None]] = {}
    for pk, inputs, category_id, area_id in rows.values_list(
        "complaint_id", "inputs", "category_id", "area_id"
    ):
        if pk not in found:
            by_hand = inputs.get("category") == rules.GIVEN
            found[pk] = (category_id if by_hand else None, _chosen(inputs, area_id))
    return found


def _chosen(inputs: dict[str, Any], area_id: int | None) -> int | None:
    if places.NAMED in (inputs.get("place"), *inputs.get("agree", ())):
        return area_id
    against: dict[str, int] = dict(inputs.get("against", ()))
    return against.get(places.NAMED)


def _accounts(keys: list[int]) -> dict[int, str]:
    """The number, handle or mailbox it was written to, for what came by a channel."""
    first = Event.objects.filter(complaint_id__in=keys, seq=1)
    codes = first.values_list("complaint_id", "data__account")
    return {pk: str(code) for pk, code in codes if code}
