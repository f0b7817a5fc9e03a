from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from operations.privacy import NONE


class Breaker(models.Model):
    """A provider that fails, as all workers see it: see notices/breaker.py.

    A row is there only once something has failed, so the table is read whole.
    """

    key = models.CharField(max_length=60, unique=True)  # sender:account
    failures = models.PositiveIntegerField(default=0)  # in a row
    since = models.DateTimeField()  # of the first of them
    open_until = models.DateTimeField(null=True, blank=True)
    pause_seconds = models.PositiveIntegerField(default=0)
    probing = models.BooleanField(default=False)

    PRIVACY: ClassVar[dict[str, str]] = {"key": NONE}

    class Meta:
        verbose_name = _("circuit breaker")
        verbose_name_plural = _("circuit breakers")

    def __str__(self) -> str:
        return self.key
