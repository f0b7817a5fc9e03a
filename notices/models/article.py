from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from officers.models import Area, Organisation
from officers.names import NamesField
from operations.privacy import NONE


class Article(models.Model):
    """What a caller or visitor may want to know without complaining."""

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
    code = models.CharField(_("code"), max_length=30)
    topic = models.CharField(_("topic"), max_length=20)
    titles = NamesField(_("title"), default=dict)
    bodies = NamesField(_("text"), default=dict)
    words = models.JSONField(_("words"), default=list, blank=True)
    search_text = models.TextField(blank=True)
    valid_to = models.DateField(_("valid until"), null=True, blank=True)

    PRIVACY: ClassVar[dict[str, str]] = {
        "code": NONE, "topic": NONE, "titles": NONE, "bodies": NONE, "words": NONE,
        "search_text": NONE,
    }  # fmt: skip

    class Meta:
        verbose_name = _("help article")
        verbose_name_plural = _("help articles")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "code"], name="article_code_once"
            )
        ]

    def __str__(self) -> str:
        return self.code
