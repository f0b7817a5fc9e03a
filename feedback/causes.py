"""What lies behind a month's low ratings, per department, and what is done about it.

Pune's promise: every rating below the average is followed up *and the department's
services are improved*. So each month has one measure per department, written down once,
and the means of the month and of the next two beside it tell whether it helped.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from complaints.actors import Actor
from complaints.refusals import Conflict, Invalid, NotAllowed
from complaints.scope import ComplaintQuerySet
from complaints.wording import words
from complaints.workflow import HEADS
from feedback.intervals import Interval, mean_interval
from feedback.models import FollowUp, Measure, Rating
from officers.models import Department, Organisation, Role
from officers.trees import organisation_path, organisation_subtree

RECORDERS = frozenset({*HEADS, Role.SUPERVISOR})
LONGEST_MEASURE = 1000
Span = tuple[datetime, datetime]
# An organisation and one of its departments; 0 where a complaint has none yet.
Key = tuple[int, int]


@dataclass
class Causes:
    """Low ratings of a month: `found` by reason, `waiting` without one yet."""

    found: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    waiting: int = 0

    @property
    def low(self) -> int:
        return self.waiting + sum(self.found.values())


def follow_ups_in(complaints: ComplaintQuerySet, span: Span) -> QuerySet[FollowUp]:
    return FollowUp.objects.filter(
        _among(complaints), rating__at__gte=span[0], rating__at__lt=span[1]
    )


def causes_in(complaints: ComplaintQuerySet, span: Span) -> dict[Key, Causes]:
    rows = (
        follow_ups_in(complaints, span)
        .values_list("complaint__organisation", "complaint__department", "reason")
        .annotate(n=Count("pk"))
        .order_by()
    )
    found: dict[Key, Causes] = defaultdict(Causes)
    for organisation, department, reason, n in rows:
        causes = found[organisation, department or 0]
        if reason:
            causes.found[reason] += n
        else:
            causes.waiting += n
    return found


def _among(complaints: ComplaintQuerySet) -> Q:
    """From the ratings of a month to their complaints, not from all complaints."""
    return Q(Exists(complaints.filter(pk=OuterRef("complaint"))))


def means_in(
    complaints: ComplaintQuerySet, spans: Sequence[Span]
) -> Mapping[Key, list[Interval | None]]:
    """The mean rating of each span; None where nobody rated."""
    scores: list[dict[Key, dict[int, int]]] = []
    for start, end in spans:
        given: dict[Key, dict[int, int]] = defaultdict(dict)
        rows = (
            Rating.objects.filter(
                _among(complaints), second=False, at__gte=start, at__lt=end
            )
            .values_list("complaint__organisation", "complaint__department", "score")
            .annotate(n=Count("pk"))
            .order_by()
        )
        for organisation, department, score, n in rows:
            given[organisation, department or 0][score] = n
        scores.append(given)
    keys = {key for given in scores for key in given}
    return {
        key: [mean_interval(given.get(key, {})) for given in scores] for key in keys
    }


def measures_of(actor: Actor, month: date) -> dict[Key, Measure]:
    rows = Measure.objects.filter(
        _departments_of(actor), month=month, department__isnull=False
    ).select_related("officer")
    return {(row.organisation_id, row.department_id or 0): row for row in rows}


def _departments_of(actor: Actor) -> Q:
    found = Q(pk__in=[])
    for posting in actor.postings:
        reach = Q(organisation__in=organisation_subtree(posting.organisation_id))
        if posting.department_id:
            reach &= Q(department=posting.department_id)
        found |= reach
    return found


def may_record(actor: Actor, key: Key) -> bool:
    organisation, department = key
    return bool(department) and any(
        posting.role in RECORDERS
        and organisation in organisation_subtree(posting.organisation_id)
        and posting.department_id in (None, department)
        for posting in actor.postings
    )


def record_measure(
    organisation: Organisation,
    department: Department,
    *,
    month: date,
    reason: str,
    text: str,
    actor: Actor,
    at: datetime,
) -> Measure:
    """One a month: what was announced is not written over when it did not help."""
    officer = actor.officer
    theirs = department.organisation_id in organisation_path(organisation.pk)
    may = theirs and may_record(actor, (organisation.pk, department.pk))
    if officer is None or not may:
        raise NotAllowed(
            _("A measure is recorded by a head of this department or a supervisor.")
        )
    if month > at.date():
        raise Invalid(_("This month has not begun yet."), field="month")
    if reason not in FollowUp.Reason.values:
        raise Invalid(_("Choose a reason."), field="reason")
    said = words(text, "text", least=10, limit=LONGEST_MEASURE)
    measure, made = Measure.objects.get_or_create(
        organisation=organisation,
        department=department,
        month=month.replace(day=1),
        defaults={"reason": reason, "text": said, "officer": officer, "at": at},
    )
    if not made:
        raise Conflict(
            _("This month has its measure already: %(who)s wrote it."),
            {"who": measure.officer},
        )
    return measure
