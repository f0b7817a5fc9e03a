from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.models import Category
from officers.models import Calendar
from operations.privacy import NONE


class ServiceLevel(models.Model):
    """The prescribed time of a category in a kind of area, with its source."""

    class Basis(models.TextChoices):
        SOURCED = "sourced", _("From a published charter")
        GENERAL = "general", _("Usual practice")
        DEFAULT = "default", _("Set here; please check")

    category = models.ForeignKey(
        Category, on_delete=models.PROTECT, related_name="+", verbose_name=_("category")
    )
    area_kind = models.CharField(_("kind of area"), max_length=10)
    hours = models.PositiveIntegerField(_("hours promised"))
    calendar = models.ForeignKey(
        Calendar, on_delete=models.PROTECT, related_name="+", verbose_name=_("calendar")
    )
    basis = models.CharField(_("basis"), max_length=10, choices=Basis.choices)
    source = models.CharField(_("source"), max_length=300, blank=True)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid until"), null=True, blank=True)

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
