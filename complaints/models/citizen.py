from collections.abc import Iterable
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from officers.models import Area, Organisation
from operations.privacy import NONE, PERSONAL


class Citizen(models.Model):
    """A person, known to one root organisation and never shared with another."""

    root = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=5, default="en")
    # "senior", "life_support": what an agent must know before speaking
    flags = models.JSONField(default=list, blank=True)
    search_text = models.TextField(blank=True)
    created_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True, blank=True)

    PRIVACY: ClassVar[dict[str, str]] = {
        "name": PERSONAL, "language": NONE, "flags": PERSONAL, "search_text": PERSONAL,
    }  # fmt: skip

    class Meta:
        verbose_name = _("citizen")
        verbose_name_plural = _("citizens")

    def __str__(self) -> str:
        return f"citizen {self.pk}"  # no personal data in logs

    @cached_property
    def ways(self) -> "list[ContactPoint]":
        """How to reach them, the surest first; a prefetch of contacts serves lists."""
        return surest_first(self.contacts.all())


def surest_first(ways: "Iterable[ContactPoint]") -> "list[ContactPoint]":
    """Verified ones, the newest of them first; then in the order they were learned."""

    def rank(way: "ContactPoint") -> tuple[bool, float, int]:
        when = way.verified_at
        return (when is None, -when.timestamp() if when else 0.0, way.pk)

    return sorted(ways, key=rank)


class ContactPoint(models.Model):
    """One way to reach a citizen: a channel and an address in it."""

    class Channel(models.TextChoices):
        PHONE = "phone", _("Phone")
        EMAIL = "email", _("E-mail")
        WHATSAPP = "whatsapp", _("WhatsApp")
        TELEGRAM = "telegram", _("Telegram")
        X = "x", _("X")
        FACEBOOK = "facebook", _("Facebook")

    citizen = models.ForeignKey(
        Citizen, on_delete=models.PROTECT, related_name="contacts"
    )
    root = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=10, choices=Channel.choices)
    address = models.CharField(max_length=254)  # E.164, lower-case e-mail, or an id
    verified_at = models.DateTimeField(null=True, blank=True)

    PRIVACY: ClassVar[dict[str, str]] = {"channel": NONE, "address": PERSONAL}

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        constraints = [
            # also the index that the console's caller look-up reads
            models.UniqueConstraint(
                fields=["root", "channel", "address"], name="contact_once"
            ),
            models.CheckConstraint(
                name="contact_channel_known",
                condition=Q(
                    channel__in=[
                        "phone", "email", "whatsapp", "telegram", "x", "facebook",
                    ]
                ),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.channel} contact {self.pk}"


class Connection(models.Model):
    """A consumer number: where it is tells the area, who holds it the caller."""

    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("organisation"),
    )
    number = models.CharField(_("number"), max_length=30)
    citizen = models.ForeignKey(
        Citizen,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="connections",
    )
    area = models.ForeignKey(
        Area,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("area"),
    )
    address = models.CharField(max_length=300, blank=True)
    kind = models.CharField(_("kind"), max_length=20, blank=True)

    PRIVACY: ClassVar[dict[str, str]] = {
        "number": PERSONAL, "address": PERSONAL, "kind": NONE,
    }  # fmt: skip

    class Meta:
        verbose_name = _("connection")
        verbose_name_plural = _("connections")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "number"], name="connection_number_once"
            )
        ]
        indexes = [
            # the console asks for a number before it knows the organisation
            models.Index(fields=["number"], name="connection_number"),
        ]

    def __str__(self) -> str:
        return f"connection {self.pk}"
