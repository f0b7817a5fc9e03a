from datetime import datetime
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from officers.models.officer import Officer
from officers.models.organisation import Organisation
from operations.privacy import NONE


class ApiToken(models.Model):
    """What a program shows instead of a password; only officers/tokens.py makes one.

    It may do what its officer's postings of the day allow, those at its organisation
    or below: who administers one house cannot make a key to another. Kept as a digest:
    nobody, not even we, can read it again.
    """

    officer = models.ForeignKey(
        Officer,
        on_delete=models.PROTECT,
        related_name="tokens",
        verbose_name=_("officer"),
    )
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("organisation"),
    )
    name = models.CharField(
        _("name"),
        max_length=60,
        help_text=_("Which program uses it, and who looks after it."),
    )
    prefix = models.CharField(_("begins with"), max_length=10)
    digest = models.CharField(max_length=64, unique=True)
    requests_per_minute = models.PositiveIntegerField(
        _("requests a minute"), default=600
    )
    created_at = models.DateTimeField(_("made at"))
    made_by = models.ForeignKey(
        Officer,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("made by"),
    )
    expires_at = models.DateTimeField(_("valid until"))
    revoked_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    # written at most once an hour
    last_used_on = models.DateTimeField(_("last used at"), null=True, blank=True)

    PRIVACY: ClassVar[dict[str, str]] = {"name": NONE, "prefix": NONE, "digest": NONE}

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        constraints = [
            models.CheckConstraint(
                name="token_allows_requests",
                condition=models.Q(requests_per_minute__gte=1),
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    def works(self, at: datetime) -> bool:
        return (
            self.revoked_at is None and at < self.expires_at and self.officer.is_active
        )
