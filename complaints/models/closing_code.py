from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from complaints.models.complaint import Complaint
from officers.models import Officer
from operations.privacy import NONE


class ClosingCode(models.Model):
    """A code that the citizen gives to who did the work: proof of having met.

    Only its digest is kept; the words of the message that carried it are blanked once
    it is sent (notices/kinds.py, CODE_KINDS).
    """

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    sent_by = models.ForeignKey(
        Officer, null=True, on_delete=models.PROTECT, related_name="+"
    )
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True, blank=True)

    PRIVACY: ClassVar[dict[str, str]] = {"digest": NONE}

    class Meta:
        verbose_name = _("closing code")
        verbose_name_plural = _("closing codes")

    def __str__(self) -> str:
        return f"closing code {self.pk}"
