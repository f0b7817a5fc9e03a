"""Emergency: the citizen and the people who must act hear of it at once.

On any way in, whether its kind and place are known or not: it waits for no sorting.
"""

from collections.abc import Iterable

from complaints.models import Complaint, Event
from complaints.unit import essential, latest, run_apart
from escalation import reference
from escalation.decisions import duty, rules
from escalation.decisions.offices import ROLES, office_of
from escalation.models import Step
from notices.outbox import tell_citizen, tell_officer
from officers.models import Officer, Role

STAFF_TOLD, CITIZEN_TOLD = "emergency", "safety"
DESK = (*duty.SORTING, Role.COMMISSIONER)


def tell_safety(event: Event) -> None:
    """What to do now and whom to call, before any other word to the citizen."""
    if _first(event, CITIZEN_TOLD):
        tell_citizen(event, "emergency")


def raise_alarm(event: Event) -> None:
    """Once for ever: when it came as an emergency, or when it turned out to be one."""
    if _first(event, STAFF_TOLD):
        alert(event, latest(event))


def _first(event: Event, name: str) -> bool:
    complaint = latest(event)
    if not complaint.emergency:
        return False
    _step, first = Step.objects.get_or_create(
        complaint=complaint,
        name=name,
        for_at=complaint.registered_at,
        defaults={"at": event.at},
    )
    return first


def alert(event: Event, complaint: Complaint) -> None:
    """The officer on duty and the second level; without an office also the desk."""
    for officer in _once(_whom(event, complaint)):
        tell_officer(event, officer, "staff_emergency")


@essential
def hand_over_alarm(event: Event) -> None:
    """An emergency came to other hands: they must hear it as loudly.

    Essential only to spare every registration a savepoint; the telling is apart.
    """
    if event.data.get("rule") in rules.RULES.keys() - {rules.SECOND_LEVEL}:
        return  # routing's own first assignment: told with the registration
    if latest(event).emergency:
        run_apart(alert_new_hands, event)


def alert_new_hands(event: Event) -> None:
    complaint = latest(event)
    if complaint.is_open:
        alert(event, complaint)


def _whom(event: Event, complaint: Complaint) -> Iterable[Officer | None]:
    organisation = reference.organisation(complaint.organisation_id)
    department = reference.department(complaint.department_id)
    office = reference.area(complaint.office_id)
    known = office or office_of(reference.area(complaint.area_id))
    if known is not None:
        found = duty.posts(organisation, known, ROLES, event.at)
        first = complaint.owner or duty.pick(found, department)
        yield first
        others = [post for post in found if post.officer != first]
        yield duty.head_in(others, 2, department)
    if office is None:
        for post in duty.posts(organisation, None, DESK, event.at):
            if post.present:
                yield post.officer


def _once(officers: Iterable[Officer | None]) -> list[Officer]:
    return list({each.pk: each for each in officers if each is not None}.values())
