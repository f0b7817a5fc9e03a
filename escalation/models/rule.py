from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.models import Category, Source
from complaints.models.category import Criticality, Horizon
from notices.models import ChannelAccount
from officers.models import Area, Department, Officer, Organisation
from operations.privacy import NONE


class RoutingRule(models.Model):
    """If all of this holds, do that. The first that fits, by `position`, decides.

    A condition left empty holds always; of a condition's values one must hold. What a
    result leaves empty is found as without the rule. docs/routing.md has the list.
    """

    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("It reads what comes in there and below."),
        verbose_name=_("organisation"),
    )
    name = models.CharField(
        _("name"), max_length=120, help_text=_("Staff see it as the reason.")
    )
    position = models.PositiveIntegerField(
        default=100, help_text=_("The lowest number is tried first.")
    )
    active = models.BooleanField(_("switched on"), default=False)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)

    # if
    hashtags = models.JSONField(default=list, blank=True)
    words = models.JSONField(default=list, blank=True)
    pattern = models.CharField(max_length=300, blank=True)
    categories = models.ManyToManyField(Category, blank=True, related_name="+")
    areas = models.ManyToManyField(Area, blank=True, related_name="+")
    polygon = models.TextField(blank=True)
    sources = models.ManyToManyField(Source, blank=True, related_name="+")
    accounts = models.ManyToManyField(ChannelAccount, blank=True, related_name="+")
    hours = models.CharField(max_length=300, blank=True)
    languages = models.JSONField(default=list, blank=True)
    connection_kinds = models.JSONField(default=list, blank=True)

    # then
    to_organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    to_category = models.ForeignKey(
        Category, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    to_department = models.ForeignKey(
        Department, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    to_office = models.ForeignKey(
        Area, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    pool = models.ManyToManyField(Officer, blank=True, related_name="+")
    criticality = models.CharField(
        max_length=10, choices=Criticality.choices, blank=True
    )
    horizon = models.CharField(max_length=10, choices=Horizon.choices, blank=True)
    flags = models.JSONField(default=list, blank=True)

    PRIVACY: ClassVar[dict[str, str]] = {
        "name": NONE, "hashtags": NONE, "words": NONE, "pattern": NONE,
        "polygon": NONE, "hours": NONE, "languages": NONE, "connection_kinds": NONE,
        "criticality": NONE, "horizon": NONE, "flags": NONE,
    }  # fmt: skip

    class Meta:
        verbose_name = _("routing rule")
        verbose_name_plural = _("routing rules")
        constraints = [
            models.CheckConstraint(
                name="routing_rule_urgency_known",
                condition=Q(criticality__in=["", *Criticality.values])
                & Q(horizon__in=["", *Horizon.values]),
            )
        ]
        indexes = [
            # the list of rules in the admin, as they are tried
            models.Index(
                fields=["organisation", "position", "id"], name="routing_rule_order"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """What stands in its own columns; `rule_checks.faults` looks at all of it."""
        from escalation.desk_rules.rule_checks import (
            own_faults,  # it reads rules itself
        )
        from escalation.desk_rules.rule_parts import Parts

        found: dict[str, list[str]] = {}
        for fault in own_faults(Parts.of(self)):
            found.setdefault(fault.field, []).append(fault.message)
        if found:
            raise ValidationError(found)
