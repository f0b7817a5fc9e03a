from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.models import Category, Complaint, Event
from officers.models import Area, Officer
from operations.privacy import NONE, PERSONAL, WORDS


class RatingRequest(models.Model):
    """One question to the citizen, per resolution; its link works once.

    The second one, after a follow-up, asks how it is now.
    """

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="+")
    # the "resolved" event it asks about, or the "followed_up" one
    event = models.OneToOneField(Event, on_delete=models.PROTECT, related_name="+")
    token = models.CharField(max_length=43, unique=True)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    second = models.BooleanField(default=False, db_default=False)

    PRIVACY: ClassVar[dict[str, str]] = {"token": PERSONAL}

    class Meta:
        verbose_name = _("rating request")
        verbose_name_plural = _("rating requests")
        indexes = [
            # /reports/ratings/: how many were asked in a period
            models.Index(fields=["asked_at"], name="rating_request_when")
        ]

    def __str__(self) -> str:
        return f"rating request {self.pk}"


class Rating(models.Model):
    """1 = lowest quality of service, 5 = best (Pune); beside it: solved or not."""

    request = models.OneToOneField(
        RatingRequest, on_delete=models.PROTECT, related_name="rating"
    )
    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="+")
    category = models.ForeignKey(
        Category, null=True, on_delete=models.PROTECT, related_name="+"
    )
    office = models.ForeignKey(
        Area, null=True, on_delete=models.PROTECT, related_name="+"
    )
    root_id = models.BigIntegerField()  # whose mean it counts in
    score = models.PositiveSmallIntegerField(
        _("rating"),
    )
    solved = models.BooleanField(
        _("solved"),
    )
    # how long it took and whether it gave trouble, in the citizen's own words for it
    took_minutes = models.PositiveIntegerField(
        _("minutes it took"), null=True, blank=True
    )
    trouble = models.BooleanField(_("gave trouble"), null=True, blank=True)
    words = models.TextField(blank=True)
    # after a follow-up: shown beside the first, counted in no mean
    second = models.BooleanField(
        _("after a follow-up"), default=False, db_default=False
    )
    channel = models.CharField(_("channel"), max_length=10)  # web, phone, sms, …
    taken_by = models.ForeignKey(
        Officer, null=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(
        _("given at"),
    )

    PRIVACY: ClassVar[dict[str, str]] = {"words": WORDS, "channel": NONE}

    class Meta:
        verbose_name = _("rating")
        verbose_name_plural = _("ratings")
        constraints = [
            models.CheckConstraint(
                name="rating_score_1_to_5", condition=Q(score__range=(1, 5))
            )
        ]
        indexes = [
            # the 90-day reference of a category and office, and of the whole city
            models.Index(fields=["category", "office", "at"], name="rating_reference"),
            models.Index(
                fields=["root_id", "category", "at"], name="rating_parent_mean"
            ),
            # /reports/ratings/: those of a period
            models.Index(fields=["at"], name="rating_when"),
        ]

    def __str__(self) -> str:
        return f"rating {self.score}"
