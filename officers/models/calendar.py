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
        Organisation,
        on_delete=models.PROTECT,
        related_name="calendars",
        verbose_name=_("organisation"),
    )
    code = models.CharField(_("code"), max_length=40)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices)
    hours = models.CharField(
        _("hours"),
        max_length=300,
        blank=True,
        help_text=_("For example: mon-fri 10:00-13:30 14:00-18:00; sat 10:00-14:00"),
    )

    # A calendar that somebody publishes; its days off are read once a day.
    ical_url = models.CharField(
        _("address of a calendar of holidays (iCal)"),
        max_length=500,
        blank=True,
        help_text=_("Begins with https:// and often ends in .ics. Read once a day."),
    )
    ical_read_at = models.DateTimeField(null=True, blank=True, editable=False)
    ical_tried_at = models.DateTimeField(null=True, blank=True, editable=False)
    # "" while all is well, else a code: "timeout", "no_calendar"
    ical_error = models.CharField(max_length=30, blank=True, editable=False)
    # days taken over, and entries left out because we cannot read them
    ical_days = models.PositiveSmallIntegerField(default=0, editable=False)
    ical_left_out = models.PositiveSmallIntegerField(default=0, editable=False)

    PRIVACY: ClassVar[dict[str, str]] = {
        "names": NONE, "code": NONE, "kind": NONE, "hours": NONE, "ical_url": NONE,
        "ical_error": NONE,
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


class CalendarHours(models.Model):
    """Other hours from a day on: what was promised before keeps its sum."""

    calendar = models.ForeignKey(
        Calendar,
        on_delete=models.CASCADE,
        related_name="changes",
        verbose_name=_("calendar"),
    )
    valid_from = models.DateField(_("from this day on"))
    hours = models.CharField(
        _("hours"),
        max_length=300,
        help_text=_("For example: mon-fri 10:00-13:30 14:00-18:00; sat 10:00-14:00"),
    )

    PRIVACY: ClassVar[dict[str, str]] = {"hours": NONE}

    class Meta:
        verbose_name = _("change of hours")
        verbose_name_plural = _("changes of hours")
        constraints = [
            models.UniqueConstraint(
                fields=["calendar", "valid_from"], name="calendar_hours_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.valid_from} {self.hours}"


class Holiday(Named):
    calendar = models.ForeignKey(
        Calendar,
        on_delete=models.CASCADE,
        related_name="holidays",
        verbose_name=_("calendar"),
    )
    date = models.DateField(_("date"))
    # Rows of the library and of an iCal address are refreshed; what a person wrote
    # or changed has no such source and stays as it is.
    source = models.CharField(_("source"), max_length=100, blank=True)
    working = models.BooleanField(
        _("a working day"),
        default=False,
        help_text=_("Tick to work on this day after all."),
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
