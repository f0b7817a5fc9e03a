"""What each figure counts, said once: the tables, the lists and the CSV use these.

All figures are of the complaints *received* in a period, as they stand now. So every
row of the month's CSV says yes or no to each of them, and the sums are equal:
received = resolved + pending + ended otherwise.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import F, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.models.complaint import ClosedHow
from complaints.status import OPEN_STATUSES, SOLVED_STATUSES, Status

ENDED = (Status.REJECTED, Status.APPEALED, Status.MERGED, Status.CANCELLED)
CITIZENS_WORD = (ClosedHow.CONFIRMED, ClosedHow.CALLED)

PENDING = Q(status__in=OPEN_STATUSES)
SOLVED = Q(status__in=SOLVED_STATUSES, resolved_at__isnull=False)
IN_TIME = SOLVED & Q(resolved_at__lte=F("due_at"))

LABELS: dict[str, str | Promise] = {
    "received": _("Received"),
    "resolved": _("Resolved"),
    "pending": _("Pending"),
    "other": _("Ended otherwise"),
    "late": _("Late"),
    "decided": _("Solved or overdue"),
    "in_time": _("Solved in time"),
    "confirmed_in_time": _("Confirmed in time"),
    "unconfirmed": _("Closed without an answer"),
    "reopened": _("Opened again"),
    "rated": _("Rated"),
}
# The order of the columns of every table; the mean rating stands beside its number.
COLUMNS = (
    "received", "resolved", "pending", "other", "late", "in_time",
    "confirmed_in_time", "unconfirmed", "reopened",
)  # fmt: skip
DAY_COLUMNS = ("received", "resolved", "pending", "late")
EXPLAINED: dict[str, str | Promise] = {
    "received": _("Came in during the period and is with these offices now."),
    "resolved": _("Of these, called solved by the office, confirmed or not."),
    "pending": _("Of these, somebody still owes work."),
    "other": _("Of these, not accepted, withdrawn, joined to another or in appeal."),
    "late": _("Of these, still pending past the promised time, or solved after it."),
    "decided": _("Of these, solved, or pending past the promised time."),
    "in_time": _("Of these, called solved by the office by the promised time."),
    "confirmed_in_time": _(
        "Of these, solved in time and closed on the citizen's own word."
    ),
    "unconfirmed": _("Of these, closed because the citizen did not answer."),
    "reopened": _("Of these, opened again at least once."),
    "rated": _("Of these, rated by the citizen, from 1 (lowest) to 5."),
}


def overdue(at: datetime) -> Q:
    """Pending past the promise; it does not pass while the citizen owes an answer."""
    running = Q(paused_at__isnull=True) | Q(due_at__lt=F("paused_at"))
    return PENDING & Q(due_at__lt=at) & running


def conditions(at: datetime) -> dict[str, Q]:
    """Which complaints each figure counts, at the moment `at`."""
    unsolved = Q(status__in=SOLVED_STATUSES, resolved_at__isnull=True)
    return {
        "received": Q(),
        "resolved": SOLVED,
        "pending": PENDING,
        "other": Q(status__in=ENDED) | unsolved,
        "late": overdue(at) | (SOLVED & Q(resolved_at__gt=F("due_at"))),
        "decided": overdue(at) | SOLVED,
        "in_time": IN_TIME,
        "confirmed_in_time": IN_TIME & Q(closed_how__in=CITIZENS_WORD),
        "unconfirmed": SOLVED & Q(closed_how=ClosedHow.UNCONFIRMED),
        "reopened": Q(reopened__gt=0),
        "rated": Q(rating__isnull=False),
    }


def verdicts(row: Mapping[str, Any], at: datetime) -> dict[str, bool]:
    """The same conditions for one row of values: a test holds the two together."""
    resolved_at, due_at = row["resolved_at"], row["due_at"]
    solved = row["status"] in SOLVED_STATUSES and resolved_at is not None
    pending = row["status"] in OPEN_STATUSES
    missed = pending and _passed(due_at, row["paused_at"], at)
    in_time = solved and due_at is not None and resolved_at <= due_at
    return {
        "received": True,
        "resolved": solved,
        "pending": pending,
        "other": not solved and not pending,
        "late": missed or (solved and due_at is not None and resolved_at > due_at),
        "decided": missed or solved,
        "in_time": in_time,
        "confirmed_in_time": in_time and row["closed_how"] in CITIZENS_WORD,
        "unconfirmed": solved and row["closed_how"] == ClosedHow.UNCONFIRMED,
        "reopened": row["reopened"] > 0,
        "rated": row["rating"] is not None,
    }


def _passed(due_at: datetime | None, paused_at: datetime | None, at: datetime) -> bool:
    if due_at is None or due_at >= at:
        return False
    return paused_at is None or due_at < paused_at
