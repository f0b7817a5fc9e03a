from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from officers.models.organisation import Organisation
from officers.names import Named, NamesField, localised
from operations.privacy import NONE


class Area(Named):
    """A place in an organisation's tree; where `office` is true, one answers for it.

    Nothing is deleted: an area that ends has `valid_to` and `replaced_by`, and old
    complaints keep the area they were made in.
    """

    class Kind(models.TextChoices):
        URBAN = "urban", _("Urban")
        RURAL = "rural", _("Rural")
        MIXED = "mixed", _("Mixed")

    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        related_name="areas",
        verbose_name=_("organisation"),
    )
    code = models.CharField(_("code"), max_length=60)
    parent = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
        verbose_name=_("part of"),
    )
    level = models.CharField(_("level"), max_length=30)
    level_names = NamesField(_("name of the level"), default=dict, blank=True)
    kind = models.CharField(
        _("kind"), max_length=10, choices=Kind.choices, default=Kind.URBAN
    )
    office = models.BooleanField(
        _("has an office"), default=False, help_text=_("Has an office.")
    )
    words = models.JSONField(
        _("other names in use"),
        default=list,
        blank=True,
        help_text=_("Localities and other names in use."),
    )
    boundary = models.JSONField(null=True, blank=True)
    boundary_source = models.CharField(
        _("source of the boundary"), max_length=200, blank=True
    )
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid until"), null=True, blank=True)
    replaced_by = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("replaced by"),
    )
    basis = models.CharField(_("basis"), max_length=20, blank=True)
    source = models.CharField(_("source"), max_length=200, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)

    PRIVACY: ClassVar[dict[str, str]] = {
        "names": NONE, "code": NONE, "level": NONE, "level_names": NONE,
        "kind": NONE, "words": NONE, "boundary": NONE, "boundary_source": NONE,
        "basis": NONE, "source": NONE, "note": NONE,
    }  # fmt: skip

    class Meta:
        verbose_name = _("area")
        verbose_name_plural = _("areas")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "code"], name="area_code_once"
            ),
            models.CheckConstraint(
                name="area_kind_known",
                condition=Q(kind__in=["urban", "rural", "mixed"]),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def office_name(self, language: str | None = None) -> str:
        """ "Kothrud - Bavdhan ward office": what a citizen is told holds it."""
        name = localised(self.names, language)
        level = localised(self.level_names, language)
        return f"{name} {level}".strip()


class AreaPin(models.Model):
    """Postal codes of an area; one code may lie in several."""

    area = models.ForeignKey(
        Area, on_delete=models.CASCADE, related_name="pins", verbose_name=_("area")
    )
    pin = models.CharField(_("postal code"), max_length=10)

    PRIVACY: ClassVar[dict[str, str]] = {"pin": NONE}

    class Meta:
        verbose_name = _("postal code")
        verbose_name_plural = _("postal codes")
        constraints = [
            models.UniqueConstraint(fields=["area", "pin"], name="area_pin_once")
        ]

    def __str__(self) -> str:
        return self.pin
