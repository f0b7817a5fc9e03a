from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.models import Complaint
from feedback.models.rating import Rating
from officers.models import Department, Officer, Organisation
from operations.privacy import NONE, WORDS


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
    complaint = models.ForeignKey(
        Complaint,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("complaint"),
    )
    reference = models.FloatField()  # the mean it was below
    # ratings of that category and office in it
    reference_n = models.PositiveIntegerField(default=0, db_default=0)
    rank = models.PositiveSmallIntegerField(
        _("rank"),
    )  # 1: not solved or 1-2, 2: 3, 3: the rest
    state = models.CharField(
        _("state"), max_length=5, choices=State.choices, default=State.OPEN
    )
    owner = models.ForeignKey(
        Officer,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("owner"),
    )
    reason = models.CharField(
        _("reason"), max_length=10, choices=Reason.choices, blank=True
    )
    outcome = models.TextField(blank=True)
    # the citizen's rating after it, 1 to 5
    second_score = models.PositiveSmallIntegerField(
        _("second rating"), null=True, blank=True
    )
    created_at = models.DateTimeField()
    due_at = models.DateTimeField(
        _("due at"),
    )
    done_at = models.DateTimeField(null=True, blank=True)
    # when the second question was put: once, by the closing or by itself
    asked_at = models.DateTimeField(null=True, blank=True)

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
            ),
            # my follow-ups, and the load by which the next owner is chosen
            models.Index(
                fields=["owner", "rank", "due_at"],
                name="follow_up_of_owner",
                condition=Q(state="open"),
            ),
            # those without an owner stand first
            models.Index(
                fields=["rank", "due_at", "id"],
                name="follow_up_unowned",
                condition=Q(state="open", owner=None),
            ),
            # the second message that goes by itself
            models.Index(
                fields=["due_at"],
                name="follow_up_unasked",
                condition=Q(state="open", asked_at=None, rank__gt=1),
            ),
            # /reports/causes/: what was found in a month
            models.Index(fields=["done_at"], name="follow_up_done"),
        ]

    def __str__(self) -> str:
        return f"follow-up {self.pk}"


class Measure(models.Model):
    """What a department does about a month's causes: one, written down."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+"
    )
    department = models.ForeignKey(
        Department, null=True, on_delete=models.PROTECT, related_name="+"
    )
    month = models.DateField()  # its first day
    reason = models.CharField(max_length=10, choices=FollowUp.Reason.choices)
    text = models.TextField()
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    PRIVACY: ClassVar[dict[str, str]] = {"reason": NONE, "text": NONE}

    class Meta:
        verbose_name = _("measure")
        verbose_name_plural = _("measures")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "department", "month"],
                name="measure_once_a_month",
            )
        ]

    def __str__(self) -> str:
        return f"measure {self.month:%Y-%m}"
