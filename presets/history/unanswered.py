"""Nobody answered: the tries that the worker and the desk would have made."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from complaints.actors import SYSTEM_ACTOR
from complaints.models import Complaint
from complaints.services import auto_close
from complaints.services.tries import Try
from feedback.models import ContactTry
from feedback.silence import SILENT_FOR

Way, Outcome = ContactTry.Way, ContactTry.Outcome
# days after it was called solved, hour, way and what came of it
TRIES = (
    (1, time(10, 30), Way.SMS, Outcome.ARRIVED),
    (2, time(13, 30), Way.SMS, Outcome.ARRIVED),
    (4, time(17, 0), Way.CALL, Outcome.NO_ANSWER),
)


def closes_at(complaint: Complaint) -> datetime | None:
    """When it will be closed as unconfirmed, if nobody says a word until then."""
    since = complaint.resolved_at
    if since is None or complaint.citizen_wrote:
        return None
    return since + SILENT_FOR[complaint.horizon]


def take_unanswered(complaint: Complaint, at: datetime) -> bool:
    since, made = complaint.resolved_at or at, []
    event = complaint.events.filter(kind="resolved").latest("seq")
    zone = ZoneInfo(complaint.organisation.timezone)
    for days, hour, way, outcome in TRIES:
        day = (since + timedelta(days=days)).astimezone(zone).date()
        when = datetime.combine(day, hour, tzinfo=zone)
        made.append(Try(when, way))
        ContactTry.objects.create(
            complaint=complaint, event=event, way=way, outcome=outcome, at=when
        )
    auto_close(complaint, tries=made, actor=SYSTEM_ACTOR, at=at)
    return True
