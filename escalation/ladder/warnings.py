"""Who hears that a limit was missed: the holder, the next level, the citizen."""

from datetime import datetime

from complaints.actors import Actor
from complaints.models import Complaint, Event
from complaints.services.guards import SECOND, is_outside
from complaints.unit import latest
from escalation import reference
from escalation.decisions import duty
from escalation.ladder.levels import LAST_LEVEL
from notices.outbox import tell_citizen, tell_officer
from officers.models import Area, Officer, Organisation, Role

# Why a limit was set anew: the sweep found the former one missed.
TRIAGE_LATE, APPEAL_LATE = "triage_late", "appeal_late"
LAST_LATE = "last_level_late"


def tell_escalated(event: Event) -> None:
    complaint = latest(event)
    level: int = event.data["level"]
    officer = duty.officer(event.data.get("officer"))
    named = officer or _office(complaint)
    for holder in _holders(complaint, event, officer):
        tell_officer(event, holder, "staff_overdue", officer=named, level=level)
    if officer is not None:
        tell_officer(event, officer, "staff_escalated", level=level)
    tell_citizen(event, "escalated", officer=named)


def tell_hold_asked(event: Event) -> None:
    """The second level, whoever is there of it; the citizen hears when it is agreed."""
    officer = duty.head(latest(event), SECOND, event.at)
    if officer is not None and officer.pk != event.actor_id:
        until = datetime.fromisoformat(event.data["new_date"])
        tell_officer(event, officer, "staff_hold_asked", date=until)


def _holders(
    complaint: Complaint, event: Event, officer: Officer | None
) -> list[Officer]:
    """The owner, and the first owner, who stays responsible; of unsorted work the
    desk."""
    told = [complaint.owner, complaint.responsible]
    if complaint.office_id is None:
        organisation = reference.organisation(complaint.organisation_id)
        told += [post.officer for post in duty.desk(organisation, event.at)]
    others = {each.pk: each for each in told if each is not None and each != officer}
    return list(others.values())


def _office(complaint: Complaint) -> Area | Organisation:
    """The row, not its name: each reader gets it in their own language."""
    office = reference.area(complaint.office_id)
    return office or reference.organisation(complaint.organisation_id)


def tell_late_step(event: Event) -> None:
    why = event.data.get("why")
    if why == TRIAGE_LATE:
        _tell_desk(event)
    elif why == APPEAL_LATE:
        _tell_appeals(event)
    elif why == LAST_LATE:
        _tell_last(event)


def _tell_last(event: Event) -> None:
    """The last level and the first owner, who stays responsible, every week."""
    complaint = latest(event)
    last = duty.head(complaint, LAST_LEVEL, event.at)
    named = last or _office(complaint)
    told = [last, complaint.owner, complaint.responsible]
    for officer in {each.pk: each for each in told if each is not None}.values():
        tell_officer(event, officer, "staff_overdue", officer=named)


def _tell_desk(event: Event) -> None:
    """Nobody sorted it in half an hour: dispatchers and supervisors hear of it."""
    complaint = latest(event)
    organisation = reference.organisation(complaint.organisation_id)
    posts = duty.desk(organisation, event.at)
    supervisors = [post.officer for post in posts if post.role == Role.SUPERVISOR]
    named = supervisors[0] if supervisors else organisation
    for officer in {post.officer.pk: post.officer for post in posts}.values():
        key = "staff_escalated" if officer in supervisors else "staff_overdue"
        tell_officer(event, officer, key, officer=named)


def _tell_appeals(event: Event) -> None:
    """Every authority that may judge it: none that has a part in the office."""
    complaint = latest(event)
    organisation = reference.organisation(complaint.organisation_id)
    roles = (Role.APPELLATE_AUTHORITY,)
    posts = duty.posts(organisation, None, roles, event.at)
    for officer in {post.officer.pk: post.officer for post in posts}.values():
        if not is_outside(complaint, Actor.of(officer, event.at)):
            continue
        tell_officer(event, officer, "staff_overdue", officer=officer)
