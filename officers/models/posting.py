from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from officers.models.area import Area
from officers.models.officer import Officer
from officers.models.organisation import Department, Organisation
from operations.privacy import NONE


class Role(models.TextChoices):
    """What a posting lets a person do; rights per action in complaints/workflow.py."""

    AGENT = "agent", _("Call-centre agent")
    SOCIAL_DESK = "social_desk", _("Social desk")
    SUPERVISOR = "supervisor", _("Supervisor")
    DISPATCHER = "dispatcher", _("Dispatcher")
    OFFICER = "officer", _("Officer")
    FIELD_STAFF = "field_staff", _("Field engineer")
    DEPT_HEAD = "dept_head", _("Office head")
    ZONE_HEAD = "zone_head", _("Zone head")
    COMMISSIONER = "commissioner", _("Commissioner")
    APPELLATE_AUTHORITY = "appellate_authority", _("Appellate authority")
    MONITORING_TEAM = "monitoring_team", _("Monitoring team")
    QA = "qa", _("Quality")
    PARTNER = "partner", _("Partner")
    PRIVACY_OFFICER = "privacy_officer", _("Privacy officer")
    ADMIN = "admin", _("Administrator")
    AUDITOR = "auditor", _("Auditor")


class PostingQuerySet(models.QuerySet["Posting"]):
    def on(self, day: date) -> Self:
        return self.filter(
            Q(valid_from__isnull=True) | Q(valid_from__lte=day),
            Q(valid_to__isnull=True) | Q(valid_to__gte=day),
            officer__is_active=True,
        )


class Posting(models.Model):
    """Officer × role × where × since when. Never deleted: it ends."""

    officer = models.ForeignKey(
        Officer,
        on_delete=models.PROTECT,
        related_name="postings",
        verbose_name=_("officer"),
    )
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("organisation"),
    )
    area = models.ForeignKey(
        Area,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("area"),
    )
    department = models.ForeignKey(
        Department,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("department"),
    )
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid until"), null=True, blank=True)
    acting_for = models.ForeignKey(
        Officer,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("acting for"),
    )

    PRIVACY: ClassVar[dict[str, str]] = {"role": NONE}

    objects = PostingQuerySet.as_manager()

    class Meta:
        verbose_name = _("posting")
        verbose_name_plural = _("postings")
        indexes = [
            # routing and the ladder: who holds this role at this office
            models.Index(
                fields=["organisation", "role", "area"], name="posting_role_at_office"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="posting_role_known", condition=Q(role__in=Role.values)
            )
        ]

    def __str__(self) -> str:
        where = self.area or self.organisation
        return f"{self.get_role_display()}, {where}"
