from datetime import time
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from officers.names import Named, NamesField
from operations.privacy import NONE


def _languages() -> list[str]:
    return ["en"]


class Organisation(Named):
    """Who answers: a city, a holding over its discoms, a ministry, a brand."""

    class Kind(models.TextChoices):
        CITY = "city", _("City")
        UTILITY = "utility", _("Utility")
        DISCOM = "discom", _("Distribution company")
        MINISTRY = "ministry", _("Ministry")
        OPERATOR = "operator", _("Operator")
        COMPANY = "company", _("Company")

    code = models.CharField(_("code"), max_length=40, unique=True)
    parent = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
        verbose_name=_("part of"),
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    timezone = models.CharField(_("time zone"), max_length=40, default="Asia/Kolkata")
    currency = models.CharField(_("currency"), max_length=3, default="INR")
    country = models.CharField(_("country"), max_length=2, default="IN")
    # The first is the one used when we know nothing of the person.
    languages = models.JSONField(_("languages"), default=_languages)
    phone = models.CharField(
        _("phone"), max_length=20, help_text=_("Printed in every message.")
    )
    danger_number = models.CharField(
        _("number for danger"), max_length=20, default="112"
    )
    email = models.EmailField(_("e-mail"), blank=True)
    safety = NamesField(
        _("safety advice"),
        default=dict,
        help_text=_("Shown at once when somebody is in danger."),
    )
    calendar = models.ForeignKey(
        "Calendar",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("calendar"),
    )
    default_hours = models.PositiveIntegerField(
        _("hours promised by default"),
        default=72,
        help_text=_("Promise while no category is known."),
    )
    reopen_days = models.PositiveIntegerField(
        _("days to reopen a complaint"), default=30
    )
    appeal_days = models.PositiveIntegerField(
        _("days to decide an appeal"),
        default=30,
        db_default=30,
        help_text=_("39 in telecom."),
    )
    follow_up_fours = models.BooleanField(
        _("follow up a rating of 4 below the average"),
        default=True,
        db_default=True,
    )
    sample_percent = models.PositiveSmallIntegerField(
        _("solved complaints called back, in percent"),
        default=15,
        db_default=15,
        help_text=_("Drawn every day by the system, from every office."),
    )
    quiet_from = models.TimeField(_("quiet from"), default=time(21, 0))
    quiet_to = models.TimeField(_("quiet until"), default=time(8, 0))
    hashtags = models.JSONField(_("hashtags"), default=list, blank=True)
    words = models.JSONField(_("words"), default=list, blank=True)
    public = models.BooleanField(_("shown to the public"), default=True)
    valid_to = models.DateField(_("valid until"), null=True, blank=True)

    PRIVACY: ClassVar[dict[str, str]] = {
        "names": NONE, "code": NONE, "kind": NONE, "timezone": NONE,
        "currency": NONE, "country": NONE, "languages": NONE, "phone": NONE,
        "danger_number": NONE, "email": NONE, "safety": NONE, "hashtags": NONE,
        "words": NONE,
    }  # fmt: skip

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        constraints = [
            models.CheckConstraint(
                name="organisation_kind_known",
                condition=Q(
                    kind__in=[
                        "city", "utility", "discom", "ministry", "operator", "company",
                    ]
                ),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name or self.code

    @property
    def default_language(self) -> str:
        languages: list[Any] = self.languages
        return str(languages[0]) if languages else "en"


class Department(Named):
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        related_name="departments",
        verbose_name=_("organisation"),
    )
    code = models.CharField(_("code"), max_length=20)

    PRIVACY: ClassVar[dict[str, str]] = {"names": NONE, "code": NONE}

    class Meta:
        verbose_name = _("department")
        verbose_name_plural = _("departments")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "code"], name="department_code_once"
            )
        ]

    def __str__(self) -> str:
        return self.name
