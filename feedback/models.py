from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.models import Category, Complaint, Event
from officers.models import Area, Officer
from operations.privacy import NONE, PERSONAL, WORDS


class RatingRequest(models.Model):
    """One question to the citizen, per resolution; its link works once."""

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="+")
    # the "resolved" event it asks about
    event = models.OneToOneField(Event, on_delete=models.PROTECT, related_name="+")
    token = models.CharField(max_length=43, unique=True)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    PRIVACY: ClassVar[dict[str, str]] = {"token": PERSONAL}

    class Meta:
        verbose_name = _("rating request")
        verbose_name_plural = _("rating requests")

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
    score = models.PositiveSmallIntegerField()
    solved = models.BooleanField()
    words = models.TextField(blank=True)
    channel = models.CharField(max_length=10)  # web, phone, sms, …
    taken_by = models.ForeignKey(
        Officer, null=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField()

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
        ]

    def __str__(self) -> str:
        return f"rating {self.score}"


class FollowUp(models.Model):
    """A rating below the average: somebody outside the rated office must act."""

    class State(models.TextChoices):
        OPEN = "open", _("To be done")
        DONE = "done", _("Done")

    class Reason(models.TextChoices):
        NOT_DONE = "not_done", _("Work not done")
        LATE = "late", _("Done late")
        RUDE = "rude", _("Rude behaviour")
        TEMPORARY = "temporary", _("Only a temporary repair")
        NO_WORD = "no_word", _("Nobody kept them informed")
        MISTAKE = "mistake", _("Rated by mistake")

    rating = models.OneToOneField(
        Rating, on_delete=models.PROTECT, related_name="follow_up"
    )
    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="+")
    reference = models.FloatField()  # the mean it was below
    rank = models.PositiveSmallIntegerField()  # 1: not solved or 1-2, 2: 3, 3: the rest
    state = models.CharField(max_length=5, choices=State.choices, default=State.OPEN)
    owner = models.ForeignKey(
        Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField(max_length=10, choices=Reason.choices, blank=True)
    outcome = models.TextField(blank=True)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)

    PRIVACY: ClassVar[dict[str, str]] = {
        "state": NONE, "reason": NONE, "outcome": WORDS,
    }  # fmt: skip

    class Meta:
        verbose_name = _("follow-up")
        verbose_name_plural = _("follow-ups")
        constraints = [
            models.CheckConstraint(
                name="follow_up_state_known", condition=Q(state__in=["open", "done"])
            )
        ]
        indexes = [
            # the follow-up list, worst first
            models.Index(
                fields=["rank", "due_at", "id"],
                name="follow_up_open",
                condition=Q(state="open"),
            )
        ]

    def __str__(self) -> str:
        return f"follow-up {self.pk}"
