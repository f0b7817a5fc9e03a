from django.db import models
from django.utils.translation import gettext_lazy as _

from complaints.models import Category
from officers.models import Officer


class Skill(models.Model):
    """Who has learned a kind of work: asked before the others who sit there."""

    officer = models.ForeignKey(
        Officer, on_delete=models.PROTECT, related_name="+", verbose_name=_("officer")
    )
    category = models.ForeignKey(
        Category, on_delete=models.PROTECT, related_name="+", verbose_name=_("category")
    )
    active = models.BooleanField(_("switched on"), default=True)

    class Meta:
        verbose_name = _("skill")
        verbose_name_plural = _("skills")
        constraints = [
            models.UniqueConstraint(fields=["officer", "category"], name="skill_once")
        ]

    def __str__(self) -> str:
        return f"{self.officer}: {self.category}"
