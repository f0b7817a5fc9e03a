"""Who is to be called, and when: the desk until the citizen confirms, the office until
the work is done.

The desk's call may close the complaint; the office's never does.
"""

from datetime import datetime

from django.db.models import QuerySet

from complaints.models import Complaint, Event
from complaints.models.category import Criticality, Horizon
from complaints.people import phone_of
from complaints.unit import latest
from feedback.call_hours import in_civil_hours
from feedback.models import CallBack, ContactTry

Side, State, Why = CallBack.Side, CallBack.State, CallBack.Why
# The system ended it because the time to open the complaint again was over.
OVER = "over"
# There is nobody to be called any more: the number, or the person, says so.
NO_MORE = (ContactTry.Outcome.WRONG, ContactTry.Outcome.REFUSED)
# Ends the desk's calls, the office's, or both.
SOLVED_AGAIN, SAID_NO, FINISHED = "resolved", "not_solved", "finished"


def owe(
    event: Event,
    *,
    why: str,
    at: datetime,
    side: str = Side.DESK,
    next_at: datetime | None = None,
) -> CallBack | None:
    """A call about this event: once per event and side; None when there is one.

    Nobody is called who left no phone, nor twice for one repair of an incident. Calls
    that ended with the time to reopen begin again for a citizen who stays silent, and
    all that ended for one who asks.
    """
    complaint = latest(event)
    if not phone_of(complaint.citizen) or _called_for_repair(event, complaint):
        return None
    due = in_civil_hours(next_at or at, complaint.organisation)
    row, made = CallBack.objects.get_or_create(
        event=event,
        side=side,
        defaults={
            "complaint_id": complaint.pk,
            "why": why,
            "citizen_id": complaint.citizen_id,
            "next_at": due,
            "created_at": at,
        },
    )
    if made or _begin_again(row, why, due):
        return row
    return None


def _called_for_repair(event: Event, complaint: Complaint) -> bool:
    """One repair solved many complaints: each citizen is called about one of them."""
    news = event.data.get("update") if event.kind == "resolved" else None
    if news is None:
        return False
    return (
        CallBack.objects.filter(
            complaint__citizen=complaint.citizen,
            side=Side.DESK,
            event__data__update=news,
        )
        .exclude(event=event)
        .exists()
    )


def _begin_again(row: CallBack, why: str, due: datetime) -> bool:
    ended = CallBack.objects.filter(pk=row.pk, state=State.DONE)
    if why == Why.SILENT:
        ended = ended.filter(outcome=OVER)
    elif why != Why.ASKED:
        return False
    # Who was drawn stays drawn: the lot is checked, and nobody is drawn twice a month.
    kept = row.why if row.why == Why.SAMPLE else why
    changed = {"state": State.OPEN, "why": kept, "next_at": due, "outcome": ""}
    if not ended.update(done_at=None, **changed):
        return False
    row.refresh_from_db()
    return True


def due(side: str, until: datetime) -> QuerySet[CallBack]:
    """The calls of one side that are to be made by then."""
    return CallBack.objects.filter(side=side, state=State.OPEN, next_at__lte=until)


def done(
    complaint: Complaint, outcome: str, at: datetime, *, side: str | None = None
) -> int:
    """End the calls that are open, of one side or of both."""
    rows = CallBack.objects.filter(complaint=complaint, state=State.OPEN)
    if side is not None:
        rows = rows.filter(side=side)
    return rows.update(
        state=State.DONE, outcome=outcome, done_at=at, taken_by=None, taken_until=None
    )


# What a change of the complaint sets off ---------------------------------------------


def after_resolved(event: Event) -> None:
    """The office owes no more words; the desk calls where the citizen is always asked
    in person. All others have the daily sample."""
    complaint = latest(event)
    if complaint.reopened or complaint.level > 1:  # else the office owed none
        done(complaint, SOLVED_AGAIN, event.at, side=Side.OFFICE)
    why = always_called(complaint, event)
    if why:
        owe(event, why=why, at=event.at)


def always_called(complaint: Complaint, event: Event) -> str:
    """Why this resolution is called whatever the lot says; "" where only that does."""
    if event.data.get("proof") == "unreachable":
        return Why.UNREACHABLE
    if complaint.criticality == Criticality.EMERGENCY:
        return Why.EMERGENCY
    if complaint.reopened:
        return Why.REOPENED
    if complaint.horizon in (Horizon.MID, Horizon.LONG):
        return Why.LONG
    return ""


def after_opened_again(event: Event) -> None:
    """The citizen said no: who has the work now phones them, and goes on to."""
    done(latest(event), SAID_NO, event.at)
    owe(event, why=Why.NOT_SOLVED, at=event.at, side=Side.OFFICE)


def after_end(event: Event) -> None:
    done(latest(event), FINISHED, event.at)
