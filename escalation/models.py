from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.models import Category, Complaint, Event
from complaints.models.category import Criticality, Horizon
from complaints.text import fold
from officers.models import Area, Calendar, Department, Organisation
from operations.privacy import NONE, WORDS


class ServiceLevel(models.Model):
    """The prescribed time of a category in a kind of area, with its source."""

    class Basis(models.TextChoices):
        SOURCED = "sourced", _("From a published charter")
        GENERAL = "general", _("Usual practice")
        DEFAULT = "default", _("Set here; please check")

    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="+")
    area_kind = models.CharField(max_length=10)
    hours = models.PositiveIntegerField()
    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT, related_name="+")
    basis = models.CharField(max_length=10, choices=Basis.choices)
    source = models.CharField(max_length=300, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    PRIVACY: ClassVar[dict[str, str]] = {
        "area_kind": NONE, "basis": NONE, "source": NONE,
    }  # fmt: skip

    class Meta:
        verbose_name = _("prescribed time")
        verbose_name_plural = _("prescribed times")
        constraints = [
            models.UniqueConstraint(
                fields=["category", "area_kind", "valid_from"],
                name="service_level_once",
            ),
            models.CheckConstraint(
                name="service_level_area_kind_known",
                condition=Q(area_kind__in=["urban", "rural"]),
            ),
            models.CheckConstraint(
                name="service_level_some_time", condition=Q(hours__gt=0)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.hours} h"


class EmergencyPhrase(models.Model):
    """Words that mean danger, on whatever way in and whatever the category says."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+"
    )
    language = models.CharField(max_length=10)  # en, hi, mr, it or hinglish
    words = models.CharField(max_length=100)
    category = models.ForeignKey(
        Category, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    PRIVACY: ClassVar[dict[str, str]] = {"language": NONE, "words": NONE}

    class Meta:
        verbose_name = _("emergency words")
        verbose_name_plural = _("emergency words")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "words"], name="emergency_phrase_once"
            )
        ]

    def __str__(self) -> str:
        return self.words


class Hashtag(models.Model):
    """A command in a post: whom it is for, and how urgent the writer makes it.

    `organisation` is the desk that reads the post, `target` a part of it or itself.
    """

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+"
    )
    tag = models.CharField(max_length=50)  # as one would write it: #BSNLSewa
    folded = models.CharField(max_length=50, editable=False)  # as it is compared
    target = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    criticality = models.CharField(
        max_length=10, choices=Criticality.choices, blank=True
    )
    horizon = models.CharField(max_length=10, choices=Horizon.choices, blank=True)
    valid_to = models.DateField(null=True, blank=True)

    PRIVACY: ClassVar[dict[str, str]] = {
        "tag": NONE, "folded": NONE, "criticality": NONE, "horizon": NONE,
    }  # fmt: skip

    class Meta:
        verbose_name = _("hashtag")
        verbose_name_plural = _("hashtags")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "folded"], name="hashtag_once"
            ),
            models.CheckConstraint(
                name="hashtag_urgency_known",
                condition=Q(criticality__in=["", *Criticality.values])
                & Q(horizon__in=["", *Horizon.values]),
            ),
        ]

    def __str__(self) -> str:
        return self.tag

    def clean(self) -> None:
        self.folded = fold(self.tag)


class RoutingDecision(models.Model):
    """Why it went where it went: the rule, what it saw, what else was possible."""

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="+")
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    rule = models.CharField(max_length=40)
    confidence = models.FloatField()
    # codes of what the decision looked at: category given?, pin, area, hashtags …
    inputs = models.JSONField(default=dict)
    matched = models.JSONField(default=list)  # words of the citizen that matched
    runners_up = models.JSONField(default=list)  # [{category, score}, …]
    category = models.ForeignKey(
        Category, null=True, on_delete=models.PROTECT, related_name="+"
    )
    area = models.ForeignKey(
        Area, null=True, on_delete=models.PROTECT, related_name="+"
    )
    office = models.ForeignKey(
        Area, null=True, on_delete=models.PROTECT, related_name="+"
    )
    department = models.ForeignKey(
        Department, null=True, on_delete=models.PROTECT, related_name="+"
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


class Step(models.Model):
    """One step of the clock: each once for ever. One without `at` is still to come."""

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=20)  # warn, due, level, answer, held, emergency
    for_at = models.DateTimeField()  # the limit it belongs to
    at = models.DateTimeField(null=True, blank=True)

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
