import re
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from officers.models import Organisation
from operations.privacy import NONE, PERSONAL

# What the operators' registers take as an SMS sender: letters for service messages,
# six digits for advertising (docs/notices.md, "Registered texts").
_HEADER = re.compile(r"[A-Za-z]{3,6}|[0-9]{6}")
_ENTITY = re.compile(r"[0-9]{10,30}")


class ChannelAccount(models.Model):
    """An organisation's number, mailbox, handle or page; the reply leaves from it."""

    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("organisation"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    channel = models.CharField(_("channel"), max_length=10)  # sms, email, whatsapp, …
    address = models.CharField(_("address"), max_length=254)
    sender = models.CharField(_("sender"), max_length=20)  # which wire: console, …
    active = models.BooleanField(_("active"), default=True)
    code = models.SlugField(
        _("code"),
        max_length=40,
        blank=True,
        default="",
        db_default="",
        db_index=False,
        help_text=_("Stands in the address that the provider calls."),
    )
    provider_account = models.CharField(
        _("account at the provider"),
        max_length=100,
        blank=True,
        default="",
        db_default="",
    )
    # see notices/credentials.py; never shown again
    sealed = models.TextField(blank=True, default="", db_default="", editable=False)
    registered = models.BooleanField(
        _("texts are registered"),
        default=False,
        db_default=False,
        help_text=_("India: operators drop an SMS that differs from its registration."),
    )
    entity_id = models.CharField(
        _("principal entity id"), max_length=30, blank=True, default="", db_default=""
    )
    header = models.CharField(
        _("registered header"), max_length=11, blank=True, default="", db_default=""
    )
    variable_limit = models.PositiveSmallIntegerField(
        _("longest value"),
        default=40,
        db_default=40,
        validators=[MinValueValidator(10), MaxValueValidator(200)],
        help_text=_("Characters that the operator takes in one variable: 30 or 40."),
    )

    PRIVACY: ClassVar[dict[str, str]] = {
        "channel": NONE, "address": NONE, "sender": NONE, "code": NONE,
        "provider_account": NONE, "sealed": NONE, "entity_id": NONE, "header": NONE,
    }  # fmt: skip

    class Meta:
        verbose_name = _("channel account")
        verbose_name_plural = _("channel accounts")
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "address"], name="channel_account_once"
            ),
            # the hook's look-up
            models.UniqueConstraint(
                fields=["code"],
                name="channel_account_code_once",
                condition=~Q(code=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.address}"

    def clean(self) -> None:
        if not self.registered:
            return
        wrong: dict[str, str] = {}
        if not _HEADER.fullmatch(self.header):
            wrong["header"] = _now(
                "A registered header has 3 to 6 letters, or 6 digits for advertising."
            )
        if not _ENTITY.fullmatch(self.entity_id):
            wrong["entity_id"] = _now("A principal entity id is a number.")
        if wrong:
            raise ValidationError(wrong)


class OptOut(models.Model):
    """Who asked us to be silent in one channel, towards one root organisation."""

    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("organisation"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    channel = models.CharField(_("channel"), max_length=10)
    address = models.CharField(_("address"), max_length=254)
    since = models.DateTimeField(_("since"))

    PRIVACY: ClassVar[dict[str, str]] = {"channel": NONE, "address": PERSONAL}

    class Meta:
        verbose_name = _("opt-out")
        verbose_name_plural = _("opt-outs")
        constraints = [
            # also the index that delivery reads, a batch of addresses at a time
            models.UniqueConstraint(
                fields=["address", "channel", "organisation"], name="opt_out_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.channel} opt-out {self.pk}"  # no personal data in logs
