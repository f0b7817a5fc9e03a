from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from complaints.models import Category, Complaint, Event
from escalation.models.rule import RoutingRule
from officers.models import Area, Department
from operations.privacy import NONE, WORDS


class RoutingDecision(models.Model):
    """Why it went where it went: the rule, what it saw, what else was possible."""

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="+")
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("decided at"))
    rule = models.CharField(_("decided by"), max_length=40)
    # the rule of the admin that had a say, if one had
    ruling = models.ForeignKey(
        RoutingRule,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("routing rule"),
    )
    confidence = models.FloatField(_("confidence"))
    # codes of what the decision looked at: category given?, pin, area, hashtags …
    inputs = models.JSONField(_("what was known"), default=dict)
    matched = models.JSONField(default=list)  # words of the citizen that matched
    runners_up = models.JSONField(default=list)  # [{category, score}, …]
    category = models.ForeignKey(
        Category,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("category"),
    )
    area = models.ForeignKey(
        Area,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("area"),
    )
    office = models.ForeignKey(
        Area,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("office"),
    )
    department = models.ForeignKey(
        Department,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("department"),
    )

    PRIVACY: ClassVar[dict[str, str]] = {
        "rule": NONE, "inputs": NONE, "matched": WORDS, "runners_up": NONE,
    }  # fmt: skip

    class Meta:
        verbose_name = _("routing decision")
        verbose_name_plural = _("routing decisions")
        indexes = [
            # the complaint page's "why this office?"
            models.Index(fields=["complaint", "-at"], name="routing_of_complaint")
        ]

    def __str__(self) -> str:
        return f"{self.rule} ({self.confidence:.2f})"
