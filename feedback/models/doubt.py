from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.models import Attachment, Complaint, Event
from officers.models import Officer
from operations.privacy import NONE


class Doubt(models.Model):
    """A proof that contradicts itself. For the office head, never for the citizen."""

    class Kind(models.TextChoices):
        SAME_PICTURE = "same", _("The same picture proved another work")
        FAR_AWAY = "far", _("Taken far from the complaint")
        OLD_PICTURE = "old", _("Taken before the complaint was made")
        LATER_PICTURE = "later", _("Its clock is ahead of ours")

    class Verdict(models.TextChoices):
        FINE = "fine", _("The work was done")
        FALSE = "false", _("The work was not done")

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="+")
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="+")
    attachment = models.ForeignKey(
        Attachment, on_delete=models.PROTECT, related_name="+"
    )
    kind = models.CharField(max_length=5, choices=Kind.choices)
    # the picture that was used before
    other = models.ForeignKey(
        Attachment, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    metres = models.PositiveIntegerField(null=True, blank=True)
    at = models.DateTimeField()
    verdict = models.CharField(max_length=5, choices=Verdict.choices, blank=True)
    decided_by = models.ForeignKey(
        Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    PRIVACY: ClassVar[dict[str, str]] = {"kind": NONE, "verdict": NONE}

    class Meta:
        verbose_name = _("doubtful proof")
        verbose_name_plural = _("doubtful proofs")
        constraints = [
            models.UniqueConstraint(
                fields=["attachment", "kind"], name="doubt_once_per_picture"
            ),
            models.CheckConstraint(
                name="doubt_kind_known",
                condition=Q(kind__in=["same", "far", "old", "later"]),
            ),
        ]
        indexes = [
            # /admin/doubts/: what no head has looked at, oldest first
            models.Index(
                fields=["at", "id"], name="doubt_open", condition=Q(verdict="")
            ),
            models.Index(fields=["complaint"], name="doubt_of_complaint"),
        ]

    def __str__(self) -> str:
        return f"doubt {self.kind} {self.pk}"
