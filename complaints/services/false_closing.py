"""After a false closing: one level higher, and never again with who closed it so."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from complaints.actors import Actor
from complaints.models import Complaint, Event
from complaints.models.category import Criticality
from complaints.refusals import Invalid, NotAllowed
from complaints.services.guards import SECOND
from complaints.status import Status
from officers.models import Officer

TOP_LEVEL = 4
OPENED_AGAIN = ("disputed", "reopened", "appeal_allowed")


def level_above(complaint: Complaint) -> int:
    """Never below the second level; above the top there is nobody."""
    return max(SECOND, min(TOP_LEVEL, complaint.level + 1))


def opened_again(complaint: Complaint) -> dict[str, Any]:
    """The fields of what is open once more, with priority."""
    urgent = (Criticality.HIGH, Criticality.EMERGENCY)
    high = complaint.criticality if complaint.criticality in urgent else urgent[0]
    return {
        "status": Status.REOPENED,
        "closed_at": None,
        "closed_how": "",
        "resolved_at": None,
        "told_in_time": None,
        "reopened": complaint.reopened + 1,
        "criticality": high,
        "step_due_at": None,
        "step_reason": "",
    }


def false_closers(complaint: Complaint) -> frozenset[int]:
    """Keys of the officers who called it solved when it was not."""
    if not complaint.reopened:
        return frozenset()
    rows = Event.objects.filter(complaint=complaint, kind__in=OPENED_AGAIN)
    named = rows.order_by("seq").values_list("data__resolved_by", flat=True)
    return frozenset(pk for pk in named if pk is not None)


def owner_may_have(complaint: Complaint, owner: Officer | None) -> None:
    if owner is not None and owner.pk in false_closers(complaint):
        raise Invalid(
            _("This officer called it solved when it was not. Choose another."),
            code="false_closing",
            field="owner",
        )


def hand_may_work(complaint: Complaint, actor: Actor) -> None:
    """Whose solution the citizen disputed neither starts it nor solves it again."""
    if actor.officer is not None and actor.officer.pk in false_closers(complaint):
        raise NotAllowed(
            _(
                "The citizen says your solution did not hold."
                " Somebody else must do this work."
            ),
            code="false_closing",
        )
