"""“Not ours”, for the third time: where nobody is above the office that it was sent to,
the second level of those who received it decides, and keeps it."""

from datetime import datetime

from complaints.actors import SYSTEM_ACTOR
from complaints.models import Complaint, Custody
from complaints.services import decide
from escalation import reference
from escalation.decisions import duty
from officers.duty import HEAD_OF_LEVEL
from officers.models import Area
from officers.trees import organisation_path, organisation_subtree


def taken_home(complaint: Complaint, at: datetime) -> bool:
    """True where it is with the head of the receiving house now, for good."""
    if duty.head(complaint, 2, at) is not None:
        return False
    office = _office_at_home(complaint)
    if office is None:
        return False
    home = reference.organisation(complaint.received_by_id)
    roles = tuple(HEAD_OF_LEVEL.values())
    found = duty.posts(home, office, roles, at)
    kind = reference.category(complaint.category_id)
    ours = kind is not None and kind.organisation_id in organisation_path(home.pk)
    department = kind.department if kind is not None and ours else None
    decide(
        complaint,
        organisation=home,
        office=office,
        department=department,
        owner=duty.head_in(found, 2, department),
        reason="",
        actor=SYSTEM_ACTOR,
        at=at,
    )
    return True


def _office_at_home(complaint: Complaint) -> Area | None:
    """The last office there that held it, else the head office."""
    below = organisation_subtree(complaint.received_by_id)
    legs = Custody.objects.filter(
        complaint=complaint, organisation__in=below, office__isnull=False
    )
    last = legs.order_by("-from_at", "-pk").values_list("office_id", flat=True).first()
    tops = reference.whole_areas(complaint.received_by_id)
    return reference.area(last) or next((area for area in tops if area.office), None)
