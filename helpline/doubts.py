"""A doubtful proof in words, for its row in the list and for the complaint's page."""

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from complaints.actors import Actor
from complaints.models import Complaint
from complaints.times import moment
from feedback.doubts import JUDGES
from feedback.models import Doubt

Kind = Doubt.Kind


def of_complaint(complaint: Complaint, actor: Actor) -> list[tuple[Doubt, str]]:
    """For heads and those who watch; nobody else learns that there is a doubt."""
    if complaint.resolved_by_id is None or not actor.roles_on(complaint) & JUDGES:
        return []
    rows = Doubt.objects.filter(complaint=complaint).select_related(
        "attachment", "other__event", "event", "decided_by"
    )
    found = []
    for row in rows.order_by("pk"):
        row.complaint = complaint
        found.append((row, said(row)))
    return found


def said(doubt: Doubt) -> str:
    house = doubt.complaint.organisation
    if doubt.kind == Kind.FAR_AWAY:
        return _("Taken %(far)s from the place of the complaint.") % {
            "far": far(doubt.metres or 0)
        }
    if doubt.kind == Kind.SAME_PICTURE:
        before = doubt.other.event if doubt.other else None
        when = moment(before.at, house) if before else ""
        if before is not None and before.complaint_id == doubt.complaint_id:
            return _("The same picture was this work's proof before, on %(when)s.") % {
                "when": when
            }
        return _("The same picture proved another work on %(when)s.") % {"when": when}
    taken = doubt.attachment.taken_at
    shown = moment(taken, house) if taken else ""
    if doubt.kind == Kind.OLD_PICTURE:
        made = moment(doubt.complaint.registered_at, house)
        return _("Taken %(taken)s; the complaint was made %(made)s.") % {
            "taken": shown,
            "made": made,
        }
    return _("Taken %(taken)s, by its own clock; called solved %(at)s.") % {
        "taken": shown,
        "at": moment(doubt.at, house),
    }


def far(metres: int) -> str:
    if metres < 1000:
        return _("%(n)s m") % {"n": metres}
    return _("%(n)s km") % {"n": number_format(round(metres / 1000, 1), 1)}
