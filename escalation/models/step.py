from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.models import Complaint
from operations.privacy import NONE


class Step(models.Model):
    """One step of the clock: each once for ever. One without `at` is still to come."""

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(
        _("step"), max_length=20
    )  # warn, due, level, answer, held, emergency
    for_at = models.DateTimeField(_("limit it belongs to"))  # the limit it belongs to
    at = models.DateTimeField(_("taken at"), null=True, blank=True)

    PRIVACY: ClassVar[dict[str, str]] = {"name": NONE}

    class Meta:
        verbose_name = _("clock step")
        verbose_name_plural = _("clock steps")
        constraints = [
            models.UniqueConstraint(
                fields=["complaint", "name", "for_at"], name="step_once"
            )
        ]
        indexes = [
            # the sweep: warnings that are due, oldest first
            models.Index(
                fields=["for_at"], name="step_waiting", condition=Q(at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} of complaint {self.complaint_id}"
