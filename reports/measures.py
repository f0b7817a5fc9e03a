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
# The office's first word, however it ended: a closing that was disputed was reported.
OFFICIAL = Q(first_resolved_at__lte=F("due_at"))
# The citizen says it is solved, and the time that the citizen says it took is within
# the prescribed one; where no time was told, by the office's.
CONFIRMED = Q(status=Status.CLOSED, closed_how__in=CITIZENS_WORD)
CONFIRMED_IN_TIME = CONFIRMED & (
    Q(told_in_time=True) | Q(told_in_time=None, resolved_at__lte=F("due_at"))
)

LABELS: dict[str, str | Promise] = {
    "received": _("Received"),
    "resolved": _("Resolved"),
    "pending": _("Pending"),
    "other": _("Ended otherwise"),
    "late": _("Late"),
    "decided": _("Solved or overdue"),
    "in_time": _("Solved in time"),
    "official": _("Officially in time"),
    "confirmed_in_time": _("Confirmed in time"),
    "unconfirmed": _("Closed without an answer"),
    "waiting": _("Not answered yet"),
    "reopened": _("Disputed"),
    "appealed": _("Appealed"),
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
    "official": _(
        "Of these, called solved by the office by the promised time, also if it was "
        "disputed later."
    ),
    "confirmed_in_time": _(
        "Of these, closed on the citizen's own word, in time by the citizen's account. "
        "Where the citizen told no time, the office's counts."
    ),
    "unconfirmed": _("Of these, closed because the citizen did not answer."),
    "waiting": _("Of these, called solved; the citizen has not answered yet."),
    "reopened": _(
        "Of these, opened again at least once: the citizen said that it is not solved, "
        "or the proof was false."
    ),
    "appealed": _("Of these, taken to an authority outside the office."),
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
        "official": OFFICIAL,
        "confirmed_in_time": CONFIRMED_IN_TIME,
        "waiting": Q(status=Status.RESOLVED),
        "unconfirmed": SOLVED & Q(closed_how=ClosedHow.UNCONFIRMED),
        "reopened": Q(reopened__gt=0),
        "appealed": Q(appealed_at__isnull=False),
        "rated": Q(rating__isnull=False),
    }


def verdicts(row: Mapping[str, Any], at: datetime) -> dict[str, bool]:
    """The same conditions for one row of values: a test holds the two together."""
    resolved_at, due_at = row["resolved_at"], row["due_at"]
    solved = row["status"] in SOLVED_STATUSES and resolved_at is not None
    pending = row["status"] in OPEN_STATUSES
    missed = pending and _passed(due_at, row["paused_at"], at)
    in_time = solved and _by(resolved_at, due_at)
    return {
        "received": True,
        "resolved": solved,
        "pending": pending,
        "other": not solved and not pending,
        "late": missed or (solved and due_at is not None and resolved_at > due_at),
        "decided": missed or solved,
        "in_time": in_time,
        "official": _by(row["first_resolved_at"], due_at),
        "confirmed_in_time": _confirmed_in_time(row),
        "waiting": row["status"] == Status.RESOLVED,
        "unconfirmed": solved and row["closed_how"] == ClosedHow.UNCONFIRMED,
        "reopened": row["reopened"] > 0,
        "appealed": row["appealed_at"] is not None,
        "rated": row["rating"] is not None,
    }


def _confirmed_in_time(row: Mapping[str, Any]) -> bool:
    if row["status"] != Status.CLOSED or row["closed_how"] not in CITIZENS_WORD:
        return False
    told: bool | None = row["told_in_time"]
    return _by(row["resolved_at"], row["due_at"]) if told is None else told


def _by(at: datetime | None, due_at: datetime | None) -> bool:
    return at is not None and due_at is not None and at <= due_at


def _passed(due_at: datetime | None, paused_at: datetime | None, at: datetime) -> bool:
    if due_at is None or due_at >= at:
        return False
    return paused_at is None or due_at < paused_at
