from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.models import Category, Complaint, Event
from officers.models import Area, Officer, Organisation
from operations.privacy import NONE


class Correction(models.Model):
    """A person put right what routing had decided: kind, office or organisation."""

    complaint = models.ForeignKey(
        Complaint, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    event = models.OneToOneField(Event, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("corrected at"))
    officer = models.ForeignKey(
        Officer,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("officer"),
    )
    # what routing had decided by, and how sure it was
    rule = models.CharField(_("decided by"), max_length=40)
    confidence = models.FloatField(_("confidence"))
    from_category = models.ForeignKey(
        Category,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("category before"),
    )
    to_category = models.ForeignKey(
        Category,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("category after"),
    )
    from_office = models.ForeignKey(
        Area,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("office before"),
    )
    to_office = models.ForeignKey(
        Area,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("office after"),
    )
    from_organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("organisation before"),
    )
    to_organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("organisation after"),
    )

    PRIVACY: ClassVar[dict[str, str]] = {"rule": NONE}

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        indexes = [
            # the admin's list, and what is learned from: the newest first
            models.Index(fields=["-at", "id"], name="correction_newest"),
            # the complaint page
            models.Index(fields=["complaint"], name="correction_of_complaint"),
        ]

    def __str__(self) -> str:
        return f"correction of complaint {self.complaint_id}"


class Suggestion(models.Model):
    """What the learned model would say: shown beside the rules, never decides."""

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="+")
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="+")
    share = models.FloatField()  # 0 to 1, of all kinds that it knows
    model = models.CharField(max_length=40)  # which training, by its moment
    at = models.DateTimeField()

    PRIVACY: ClassVar[dict[str, str]] = {"model": NONE}

    class Meta:
        verbose_name = _("suggestion")
        verbose_name_plural = _("suggestions")
        constraints = [
            models.UniqueConstraint(
                fields=["complaint", "category"], name="suggestion_once"
            ),
            models.CheckConstraint(
                name="suggestion_share", condition=Q(share__gte=0) & Q(share__lte=1)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.share:.2f} for complaint {self.complaint_id}"
