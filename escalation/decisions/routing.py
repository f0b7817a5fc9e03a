"""Routing: where a new complaint goes, why, and what a preview may promise."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import override

from complaints import unit
from complaints.actors import SYSTEM_ACTOR
from complaints.models import Category, Complaint, Event
from complaints.services import Intake, assign, send_to_triage
from complaints.services.found import Found
from complaints.unit import essential, run_apart
from escalation import reference
from escalation.alarm import raise_alarm, tell_safety
from escalation.decisions import telling
from escalation.decisions.deciding import Decision, Question, decide, guesses_of
from escalation.models import RoutingDecision, Step
from escalation.promise import clock
from officers.models import Area, Department, Organisation

SORT_WITHIN = timedelta(minutes=30)
TRIAGE = "triage"


@essential
def route(event: Event) -> None:
    """Reaction to "registered": one write sends it to its office, or to triage.

    The complaint is the very object that `register` made: whoever registered gets it
    back with its office.
    """
    complaint, at = unit.latest(event), event.at
    account = str(event.data.get("account", ""))
    decision = decide(Question.registered(complaint, account), at)
    promise = clock.promise(
        decision.organisation, decision.category, decision.area, complaint.registered_at
    )
    _send(complaint, decision, promise, at)
    _keep(complaint, event, decision)
    Step.objects.create(complaint=complaint, name=clock.WARN, for_at=promise.warn_at)
    if complaint.emergency:
        run_apart(tell_safety, event)
        run_apart(raise_alarm, event)


def _send(
    complaint: Complaint, decision: Decision, promise: clock.Promise, at: datetime
) -> None:
    by_hand = decision.office is None
    found = Found(
        category=decision.category,
        area=decision.area,
        emergency=decision.emergency,
        criticality=decision.criticality,
        horizon=decision.horizon,
        flags=decision.flags,
        due_at=promise.due_at,
        due_reason=promise.reason,
        step_due_at=at + SORT_WITHIN if by_hand else None,
        step_reason=TRIAGE if by_hand else "",
    )
    if decision.office is None:
        send_to_triage(
            complaint,
            actor=SYSTEM_ACTOR,
            at=at,
            rule=decision.rule,
            organisation=decision.organisation,
            found=found,
        )
        return
    assign(
        complaint,
        organisation=decision.organisation,
        office=decision.office,
        department=decision.department,
        owner=decision.owner(),
        actor=SYSTEM_ACTOR,
        at=at,
        rule=decision.rule,
        found=found,
    )


def _keep(complaint: Complaint, event: Event, decision: Decision) -> None:
    row = row_of(decision)
    row.complaint, row.event, row.at = complaint, event, event.at
    row.save()


def row_of(decision: Decision) -> RoutingDecision:
    """Unsaved: what the decision saw, for keeping or for a sentence in a preview."""
    return RoutingDecision(
        rule=decision.rule,
        ruling=decision.ruling,
        confidence=round(decision.confidence, 3),
        inputs=decision.inputs,
        matched=list(decision.words),
        runners_up=guesses_of(decision),
        category=decision.category,
        area=decision.area,
        office=decision.office,
        department=decision.department,
    )


# Before it is registered ------------------------------------------------------------


@dataclass(frozen=True)
class Preview:
    """What would happen; nothing is written. `guesses` are the three likeliest."""

    decision: Decision
    due_at: datetime

    @property
    def category(self) -> Category | None:
        return self.decision.category

    @property
    def guesses(self) -> list[Category]:
        return [guess.category for guess in self.decision.guesses[:3]]

    @property
    def confidence(self) -> float:
        return self.decision.confidence

    @property
    def emergency(self) -> bool:
        return self.decision.emergency

    @property
    def area(self) -> Area | None:
        return self.decision.area

    @property
    def organisation(self) -> Organisation:
        return self.decision.organisation

    @property
    def office(self) -> Area | None:
        return self.decision.office

    @property
    def department(self) -> Department | None:
        return self.decision.department

    def sentence(self) -> str:
        return telling.sentence(row_of(self.decision))


def preview(intake: Intake, *, at: datetime) -> Preview:
    decision = decide(Question.asked(intake), at)
    promise = clock.promise(decision.organisation, decision.category, decision.area, at)
    return Preview(decision, promise.due_at)


# Afterwards ---------------------------------------------------------------------


def latest(complaint: Complaint) -> RoutingDecision | None:
    return (
        RoutingDecision.objects.filter(complaint=complaint)
        .select_related("category", "area", "office", "department", "ruling")
        .defer("area__boundary", "office__boundary")
        .order_by("-at")
        .first()
    )


def sentence(complaint: Complaint) -> str:
    """Why this office, with all that was looked at."""
    return _told(complaint, latest(complaint), telling.sentence)


def in_short(complaint: Complaint) -> str:
    """The same in a sentence or two, for the citizen."""
    return _told(complaint, latest(complaint), telling.in_short)


def both(complaint: Complaint, language: str) -> tuple[str, str]:
    """In full for the reader, and in short to read out in that language: one query."""
    decision = latest(complaint)
    told = _told(complaint, decision, telling.sentence)
    with override(language):
        return told, _told(complaint, decision, telling.in_short)


def _told(
    complaint: Complaint,
    decision: RoutingDecision | None,
    tell: Callable[[RoutingDecision], str],
) -> str:
    """Where a person sent it on since, that comes first."""
    if decision is None:
        return ""
    told = tell(decision)
    if complaint.office_id is None or complaint.office_id == decision.office_id:
        return told
    office = reference.area(complaint.office_id)
    moved = _("A person sent it to %(office)s.") % {
        "office": office.office_name() if office else ""
    }
    return f"{moved} {_('Before that:')} {told}"


def guesses(complaint: Complaint) -> list[Category]:
    """What it is most likely about, for the person who sorts it: at most three."""
    decision = latest(complaint)
    if decision is None:
        return []
    keys = [decision.category_id, *(each["category"] for each in decision.runners_up)]
    found = (reference.category(pk) for pk in keys)
    return [category for category in found if category is not None][:3]
