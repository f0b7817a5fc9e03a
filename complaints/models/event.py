from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.models.complaint import Complaint
from complaints.status import Status
from officers.models import Officer
from operations.privacy import NONE


class Event(models.Model):
    """One thing that happened. Append-only by trigger on both engines.

    Holds codes, ids and numbers, never words or personal data: what people said is
    in Message, who they are in Citizen.
    """

    complaint = models.ForeignKey(
        Complaint,
        on_delete=models.PROTECT,
        related_name="events",
        db_index=False,
    )
    seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=30)
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=10)
    actor = models.ForeignKey(
        Officer,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    from_status = models.CharField(max_length=12, blank=True)
    to_status = models.CharField(max_length=12)
    data = models.JSONField(default=dict)
    caused_by = models.ForeignKey(
        "self",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )

    # What was said with it, while the change is being made; kept in Message.
    said: str | None = None

    PRIVACY: ClassVar[dict[str, str]] = {
        "kind": NONE, "actor_kind": NONE, "from_status": NONE, "to_status": NONE,
        "data": NONE,
    }  # fmt: skip

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        constraints = [
            models.UniqueConstraint(fields=["complaint", "seq"], name="event_seq_once"),
            models.CheckConstraint(
                name="event_status_known", condition=Q(to_status__in=Status.values)
            ),
            models.CheckConstraint(
                name="event_actor_kind_known",
                condition=Q(actor_kind__in=["citizen", "officer", "system"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.complaint_id}/{self.seq}"


class FailedReaction(models.Model):
    """A reaction that failed in its savepoint: the worker tries again, staff see it."""

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="+")
    reaction = models.CharField(_("reaction"), max_length=150)
    error = models.CharField(
        _("error"), max_length=300
    )  # class and place, never a value
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=1)
    next_at = models.DateTimeField(
        _("next try at"), null=True
    )  # null: given up, a person must look
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)

    PRIVACY: ClassVar[dict[str, str]] = {"reaction": NONE, "error": NONE}

    class Meta:
        verbose_name = _("failed reaction")
        verbose_name_plural = _("failed reactions")
        constraints = [
            models.UniqueConstraint(
                fields=["event", "reaction"], name="failed_reaction_once"
            )
        ]
        indexes = [
            # the worker's retry tick
            models.Index(
                fields=["next_at"],
                name="failed_reaction_due",
                condition=Q(done_at__isnull=True, next_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.reaction} of event {self.event_id}"
