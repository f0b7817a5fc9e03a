from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from notices import dlt
from notices.blanks import check
from officers.models import Organisation
from operations.privacy import NONE


class Template(models.Model):
    """A text to citizens or staff: kind × language × channel, all four languages."""

    class Audience(models.TextChoices):
        CITIZEN = "citizen", _("Citizen")
        STAFF = "staff", _("Staff")
        AREA = "area", _("Area")

    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("organisation"),
    )
    key = models.CharField(_("message"), max_length=30)
    audience = models.CharField(_("readers"), max_length=10, choices=Audience.choices)
    language = models.CharField(_("language"), max_length=5)
    channel = models.CharField(_("channel"), max_length=10, default="any")
    text = models.TextField(_("text"))
    registered_id = models.CharField(
        _("registered under"),
        max_length=40,
        blank=True,
        help_text=_("The content template id of the operators' register (India)."),
    )
    registered_text = models.TextField(
        _("text as registered"),
        blank=True,
        default="",
        db_default="",
        help_text=_(
            "Exactly as registered, with {#var#}, {#numeric#}, {#alphanumeric#},"
            " {#url#}, {#cbn#} or {#email#} where our text has its blanks."
        ),
    )

    PRIVACY: ClassVar[dict[str, str]] = {
        "key": NONE, "audience": NONE, "language": NONE, "channel": NONE, "text": NONE,
        "registered_id": NONE, "registered_text": NONE,
    }  # fmt: skip

    class Meta:
        verbose_name = _("message template")
        verbose_name_plural = _("message templates")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "key", "language", "channel"],
                name="template_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.language} {self.channel}"

    def clean(self) -> None:
        check(self.key, self.channel, self.text)
        dlt.check(self.text, self.registered_text, self.registered_id)
