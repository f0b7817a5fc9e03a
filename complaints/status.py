"""The stages: *resolved* is the officer's word, *closed* the citizen's."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    REGISTERED = "registered", _("Registered")
    TRIAGE = "triage", _("Being sorted")
    ASSIGNED = "assigned", _("With the office")
    IN_PROGRESS = "in_progress", _("In progress")
    NEED_INFO = "need_info", _("Waiting for your answer")
    ON_HOLD = "on_hold", _("On hold")
    FORWARDED = "forwarded", _("Sent to another office")
    RESOLVED = "resolved", _("Solved, please confirm")
    CLOSED = "closed", _("Closed")
    REOPENED = "reopened", _("Opened again")
    REJECTED = "rejected", _("Not accepted")
    APPEALED = "appealed", _("In appeal")
    MERGED = "merged", _("Joined to another")
    CANCELLED = "cancelled", _("Withdrawn")


# Work that somebody still owes.
OPEN_STATUSES = (
    Status.REGISTERED,
    Status.TRIAGE,
    Status.ASSIGNED,
    Status.IN_PROGRESS,
    Status.NEED_INFO,
    Status.ON_HOLD,
    Status.FORWARDED,
    Status.REOPENED,
)
# What an officer has called solved, or more.
SOLVED_STATUSES = (Status.RESOLVED, Status.CLOSED)
# Stages in which the next move is somebody's in particular.
WAITING_STATUSES = (
    Status.TRIAGE,
    Status.FORWARDED,
    Status.REOPENED,
    Status.RESOLVED,
    Status.APPEALED,
)
