from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from officers.models import Department, Organisation
from officers.names import Named, NamesField
from operations.privacy import NONE


class Criticality(models.TextChoices):
    """How bad it is; apart from the horizon, which is how long the work takes."""

    EMERGENCY = "emergency", _("Emergency")
    HIGH = "high", _("High")
    NORMAL = "normal", _("Normal")
    LOW = "low", _("Low")


class Horizon(models.TextChoices):
    IMMEDIATE = "immediate", _("Immediate")
    MID = "mid", _("Mid-term")
    LONG = "long", _("Long-term")


class Category(Named):
    """What a complaint is about, of one organisation and all below it."""

    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("organisation"),
    )
    code = models.CharField(_("code"), max_length=20)
    group_code = models.CharField(_("group"), max_length=20)
    group_names = NamesField(_("name of the group"), default=dict)
    department = models.ForeignKey(
        Department,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("department"),
    )
    criticality = models.CharField(
        _("how bad"), max_length=10, choices=Criticality.choices
    )
    horizon = models.CharField(
        _("how long it takes"), max_length=10, choices=Horizon.choices
    )
    # {language: [phrase, ...]}; "hinglish" stands beside en, hi, mr, it
    words = models.JSONField(_("key words"), default=dict, blank=True)
    hashtags = models.JSONField(_("hashtags"), default=list, blank=True)
    ask = NamesField(_("what to ask"), default=dict, blank=True)
    burst = models.BooleanField(_("sign of an outage"), default=False)
    safety = models.BooleanField(_("danger to people"), default=False)
    photo_required = models.BooleanField(_("needs a photo"), default=False)
    reading_required = models.BooleanField(
        _("needs the meter reading"), default=False, db_default=False
    )
    code_required = models.BooleanField(
        _("needs the citizen's closing code"), default=False, db_default=False
    )
    confidential = models.BooleanField(_("confidential"), default=False)
    answered_elsewhere = models.BooleanField(
        _("answered elsewhere"),
        default=False,
        help_text=_("Never sent to the office complained about."),
    )
    reopen_days = models.PositiveIntegerField(
        _("days to reopen a complaint"), null=True, blank=True
    )
    valid_to = models.DateField(_("valid until"), null=True, blank=True)

    PRIVACY: ClassVar[dict[str, str]] = {
        "names": NONE, "code": NONE, "group_code": NONE, "group_names": NONE,
        "criticality": NONE, "horizon": NONE, "words": NONE, "hashtags": NONE,
        "ask": NONE,
    }  # fmt: skip

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "code"], name="category_code_once"
            ),
            models.CheckConstraint(
                name="category_criticality_known",
                condition=Q(criticality__in=Criticality.values),
            ),
            models.CheckConstraint(
                name="category_horizon_known", condition=Q(horizon__in=Horizon.values)
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Source(Named):
    """How a complaint came: a row, so that "Z+" needs no code."""

    code = models.CharField(_("code"), max_length=20, unique=True)

    PRIVACY: ClassVar[dict[str, str]] = {"names": NONE, "code": NONE}

    class Meta:
        verbose_name = _("way in")
        verbose_name_plural = _("ways in")

    def __str__(self) -> str:
        return self.name


class Cause(Named):
    """What an officer found, picked when resolving."""

    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("organisation"),
    )
    code = models.CharField(_("code"), max_length=20)
    department = models.ForeignKey(
        Department,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("department"),
    )

    PRIVACY: ClassVar[dict[str, str]] = {"names": NONE, "code": NONE}

    class Meta:
        verbose_name = _("cause")
        verbose_name_plural = _("causes")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "code"], name="cause_code_once"
            )
        ]

    def __str__(self) -> str:
        return self.name


class RejectReason(Named):
    """Why something is not taken up. "Not ours" is never one: forward instead."""

    code = models.CharField(_("code"), max_length=30, unique=True)

    PRIVACY: ClassVar[dict[str, str]] = {"names": NONE, "code": NONE}

    class Meta:
        verbose_name = _("reason for not accepting")
        verbose_name_plural = _("reasons for not accepting")

    def __str__(self) -> str:
        return self.name
