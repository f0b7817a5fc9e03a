from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from officers.models.organisation import Organisation
from officers.names import Named
from operations.privacy import NONE


class Calendar(Named):
    """When an organisation's clock runs; arithmetic is in officers/calendar.py."""

    class Kind(models.TextChoices):
        ALWAYS = "round_the_clock", _("Round the clock")
        OFFICE = "office_hours", _("Office hours")

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="calendars"
    )
    code = models.CharField(max_length=40)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    hours = models.CharField(
        max_length=300,
        blank=True,
        help_text=_("For example: mon-fri 10:00-13:30 14:00-18:00; sat 10:00-14:00"),
    )

    PRIVACY: ClassVar[dict[str, str]] = {
        "names": NONE, "code": NONE, "kind": NONE, "hours": NONE,
    }  # fmt: skip

    class Meta:
        verbose_name = _("calendar")
        verbose_name_plural = _("calendars")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "code"], name="calendar_code_once"
            ),
            models.CheckConstraint(
                name="calendar_kind_known",
                condition=Q(kind__in=["round_the_clock", "office_hours"]),
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.code


class Holiday(Named):
    calendar = models.ForeignKey(
        Calendar, on_delete=models.CASCADE, related_name="holidays"
    )
    date = models.DateField()
    # "library" rows may be refreshed; a person's rows stay as they are.
    source = models.CharField(max_length=100, blank=True)
    working = models.BooleanField(
        default=False, help_text=_("Tick to work on this day after all.")
    )

    PRIVACY: ClassVar[dict[str, str]] = {"names": NONE, "source": NONE}

    class Meta:
        verbose_name = _("holiday")
        verbose_name_plural = _("holidays")
        constraints = [
            models.UniqueConstraint(fields=["calendar", "date"], name="holiday_once")
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.name}"
