from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.models.complaint import Complaint
from officers.models import Area, Department, Officer, Organisation
from operations.privacy import NONE


class Custody(models.Model):
    """The ledger: who held a complaint, from when to when, why. No gap, no overlap."""

    class Holder(models.TextChoices):
        DESK = "desk", _("Desk")  # not sent yet, or back in triage
        OFFICE = "office", _("Office")
        FIELD = "field", _("Field")
        CITIZEN = "citizen", _("Citizen")  # owes an answer
        PARTNER = "partner", _("Partner")
        INCIDENT = "incident", _("Known fault")  # the repair that ends it for all

    complaint = models.ForeignKey(
        Complaint,
        on_delete=models.PROTECT,
        related_name="custody",
        db_index=False,
    )
    holder = models.CharField(max_length=8, choices=Holder.choices)
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    office = models.ForeignKey(
        Area,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    department = models.ForeignKey(
        Department,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    officer = models.ForeignKey(
        Officer, null=True, on_delete=models.PROTECT, related_name="+"
    )
    from_at = models.DateTimeField()
    to_at = models.DateTimeField(null=True, blank=True)
    why = models.CharField(max_length=30)  # the kind of event that moved it

    PRIVACY: ClassVar[dict[str, str]] = {"holder": NONE, "why": NONE}

    class Meta:
        verbose_name = _("custody")
        verbose_name_plural = _("custody")
        constraints = [
            models.UniqueConstraint(
                fields=["complaint"],
                name="custody_one_open",
                condition=Q(to_at__isnull=True),
            ),
            models.CheckConstraint(
                name="custody_ends_after_start",
                condition=Q(to_at__isnull=True) | Q(to_at__gte=models.F("from_at")),
            ),
            models.CheckConstraint(
                name="custody_holder_known",
                condition=Q(
                    holder__in=[
                        "desk",
                        "office",
                        "field",
                        "citizen",
                        "partner",
                        "incident",
                    ]
                ),
            ),
        ]
        indexes = [
            # the timeline, and visible_to's "a former holder reads its leg"
            models.Index(fields=["complaint", "from_at"], name="custody_timeline"),
            models.Index(fields=["organisation", "office"], name="custody_holder"),
        ]

    def __str__(self) -> str:
        return f"{self.holder} from {self.from_at:%Y-%m-%d %H:%M}"
