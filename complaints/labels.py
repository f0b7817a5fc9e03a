"""What happened, in the words of the reader."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.status import Status

EVENT_LABELS: dict[str, str | Promise] = {
    "registered": _("Registered"),
    "triaged": _("Put aside for sorting"),
    "assigned": _("Sent to the office"),
    "reassigned": _("Given to somebody else"),
    "forwarded": _("Sent to another office"),
    "accepted": _("Taken up by the new office"),
    "bounced": _("Sent back for sorting"),
    "decided": _("The office head decided who has it"),
    "split": _("Its second matter got a number of its own"),
    "started": _("Work started"),
    "asked": _("A question for the citizen"),
    "answered": _("The citizen answered"),
    "answer_overdue": _("No answer came; work goes on"),
    "hold_asked": _("More time asked for"),
    "hold_refused": _("No more time given"),
    "held": _("Needs longer"),
    "resumed": _("Work goes on"),
    "code_sent": _("Closing code sent to the citizen"),
    "resolved": _("Marked solved"),
    "phoned": _("Citizen phoned"),
    "rejected": _("Not accepted"),
    "closed": _("Closed"),
    "disputed": _("The citizen says it is not solved"),
    "reopened": _("Opened again"),
    "low_rated": _("Rated below the average"),
    "rated": _("Rated by the citizen"),
    "followed_up": _("Low rating followed up"),
    "proof_judged": _("Doubtful proof looked at"),
    "appealed": _("Appeal made"),
    "appeal_allowed": _("Appeal allowed"),
    "appeal_dismissed": _("Appeal dismissed"),
    "escalated": _("Raised to the next level"),
    "taken_up": _("Taken up by the level above"),
    "merged": _("Joined to another complaint"),
    "joined_incident": _("Part of a known fault"),
    "left_incident": _("No longer part of the known fault"),
    "cancelled": _("Withdrawn"),
    "priority_set": _("Priority changed"),
    "category_set": _("Category changed"),
    "deadline_set": _("Date set"),
    "step_set": _("Limit for this step set"),
    "noted": _("Private note"),
    "replied": _("Reply to the citizen"),
    "added": _("Words or photo added"),
    "claim_offered": _("Compensation offered"),
    "claimed": _("Compensation claimed"),
    "claim_granted": _("Compensation granted"),
    "claim_refused": _("Compensation refused"),
    "erased": _("Personal data removed"),
}


def event_label(kind: str, by: str = "") -> str:
    """`by`: of the event's data, where it makes another thing of it."""
    if by == "proof":
        return str(_("Opened again: its proof did not hold"))
    return str(EVENT_LABELS.get(kind, kind))


def stage_label(status: str) -> str:
    return str(Status(status).label) if status in Status.values else status


# Where the citizen's word for a stage would sound strange to those who work on it.
_TO_STAFF: dict[str, str | Promise] = {
    Status.NEED_INFO: _("Waiting for the citizen"),
    Status.RESOLVED: _("Solved, to be confirmed"),
}


def staff_stage(status: str) -> str:
    return str(_TO_STAFF.get(status) or stage_label(status))
