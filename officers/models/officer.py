from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from operations.privacy import NONE, PERSONAL


class Officer(AbstractUser):
    """A login only. What a person may do comes from today's postings."""

    language = models.CharField(_("language"), max_length=5, default="en")
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    # True while the person has chosen not to be counted for new work.
    away = models.BooleanField(_("away"), default=False)

    PRIVACY: ClassVar[dict[str, str]] = {
        "username": NONE, "password": NONE, "first_name": PERSONAL,
        "last_name": PERSONAL, "email": PERSONAL, "language": NONE, "phone": PERSONAL,
    }  # fmt: skip

    class Meta:
        verbose_name = _("officer")
        verbose_name_plural = _("officers")

    def __str__(self) -> str:
        return self.get_full_name() or self.username


class Shift(models.Model):
    """Weekly hours of duty; an officer without any is on duty in office hours."""

    officer = models.OneToOneField(
        Officer,
        on_delete=models.CASCADE,
        related_name="shift",
        verbose_name=_("officer"),
    )
    hours = models.CharField(_("hours"), max_length=300, help_text=_("Or: always"))

    PRIVACY: ClassVar[dict[str, str]] = {"hours": NONE}

    class Meta:
        verbose_name = _("shift")
        verbose_name_plural = _("shifts")

    def __str__(self) -> str:
        return self.hours


class Leave(models.Model):
    officer = models.ForeignKey(
        Officer,
        on_delete=models.CASCADE,
        related_name="leaves",
        verbose_name=_("officer"),
    )
    from_date = models.DateField(_("first day"))
    to_date = models.DateField(_("last day"))
    reason = models.CharField(_("reason"), max_length=100, blank=True)

    PRIVACY: ClassVar[dict[str, str]] = {"reason": PERSONAL}

    class Meta:
        verbose_name = _("leave")
        verbose_name_plural = _("leaves")
        constraints = [
            models.CheckConstraint(
                name="leave_ends_after_start",
                condition=models.Q(to_date__gte=models.F("from_date")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.from_date} - {self.to_date}"
