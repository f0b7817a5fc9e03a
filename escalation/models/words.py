from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.models import Category
from complaints.models.category import Criticality, Horizon
from complaints.text import fold
from officers.models import Organisation
from operations.privacy import NONE


class EmergencyPhrase(models.Model):
    """Words that mean danger, on whatever way in and whatever the category says."""

    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("organisation"),
    )
    language = models.CharField(
        _("language"), max_length=10
    )  # en, hi, mr, it or hinglish
    words = models.CharField(_("words"), max_length=100)
    category = models.ForeignKey(
        Category,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("category"),
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
        Organisation,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("desk that reads it"),
    )
    tag = models.CharField(
        _("hashtag"), max_length=50
    )  # as one would write it: #BSNLSewa
    folded = models.CharField(max_length=50, editable=False)  # as it is compared
    target = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("whom it is for"),
    )
    criticality = models.CharField(
        _("criticality"), max_length=10, choices=Criticality.choices, blank=True
    )
    horizon = models.CharField(
        _("horizon"), max_length=10, choices=Horizon.choices, blank=True
    )
    valid_to = models.DateField(_("valid until"), null=True, blank=True)

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
