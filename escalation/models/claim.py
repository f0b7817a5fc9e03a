from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.models import Category, Complaint
from officers.models import Officer
from operations.privacy import NONE, WORDS


class Compensation(models.Model):
    """What a citizen may claim when the prescribed time of a kind was missed."""

    class Per(models.TextChoices):
        DAY = "day", _("For each day begun")
        ONCE = "once", _("Once")

    category = models.ForeignKey(
        Category, on_delete=models.PROTECT, related_name="+", verbose_name=_("category")
    )
    amount = models.DecimalField(_("amount"), max_digits=10, decimal_places=2)
    per = models.CharField(
        _("for each"), max_length=4, choices=Per.choices, default=Per.DAY
    )
    most = models.DecimalField(_("at most"),
        max_digits=10, decimal_places=2, null=True, blank=True,
        help_text=_("Never more than this, if there is a limit."),
    )  # fmt: skip
    pay_within_days = models.PositiveSmallIntegerField(_("days to pay it"), default=60)
    source = models.CharField(_("source"), max_length=300)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid until"), null=True, blank=True)

    PRIVACY: ClassVar[dict[str, str]] = {"per": NONE, "source": NONE}

    class Meta:
        verbose_name = _("compensation")
        verbose_name_plural = _("compensations")
        constraints = [
            models.UniqueConstraint(
                fields=["category", "valid_from"], name="compensation_once"
            ),
            models.CheckConstraint(
                name="compensation_per_known", condition=Q(per__in=["day", "once"])
            ),
            models.CheckConstraint(
                name="compensation_some_money", condition=Q(amount__gt=0)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} ({self.get_per_display()})"


class Claim(models.Model):
    """Offered when a promise was missed; the citizen asks for it, an officer decides.

    One for each complaint and missed promise. `minutes_late` stands still once the work
    was called solved for good; until then it is counted on.
    """

    class State(models.TextChoices):
        OFFERED = "offered", _("Offered")
        CLAIMED = "claimed", _("Claimed")
        GRANTED = "granted", _("Granted")
        REFUSED = "refused", _("Refused")

    number = models.CharField(_("number"), max_length=20, unique=True)
    complaint = models.OneToOneField(
        Complaint, on_delete=models.PROTECT, related_name="+"
    )
    compensation = models.ForeignKey(
        Compensation, on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(
        _("state"), max_length=8, choices=State.choices, default=State.OFFERED
    )
    due_at = models.DateTimeField(_("due at"))  # the promise that was missed
    minutes_late = models.PositiveIntegerField(_("minutes late"), default=0)
    counted_to = models.DateTimeField(_("counted until"))
    offered_at = models.DateTimeField(_("offered at"))
    claimed_at = models.DateTimeField(_("claimed at"), null=True, blank=True)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = models.ForeignKey(
        Officer,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("decided by"),
    )
    amount = models.DecimalField(
        _("amount"), max_digits=10, decimal_places=2, null=True, blank=True
    )
    reason = models.CharField(max_length=500, blank=True)

    PRIVACY: ClassVar[dict[str, str]] = {
        "number": NONE, "state": NONE, "reason": WORDS,
    }  # fmt: skip

    class Meta:
        verbose_name = _("claim")
        verbose_name_plural = _("claims")
        constraints = [
            models.CheckConstraint(
                name="claim_state_known",
                condition=Q(state__in=["offered", "claimed", "granted", "refused"]),
            )
        ]
        indexes = [
            # the admin's list: claimed and not decided, the oldest first
            models.Index(
                fields=["claimed_at", "id"],
                name="claim_waiting",
                condition=Q(state="claimed"),
            )
        ]

    def __str__(self) -> str:
        return self.number
