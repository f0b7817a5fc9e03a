from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from operations.privacy import NONE


class LoadedPreset(models.Model):
    """Which rows came from which preset: only those may be ended when they go away.

    What people added by hand stands in no preset and stays untouched.
    """

    name = models.CharField(max_length=40, unique=True)
    # of the files: an unchanged folder is not read again when the demo starts
    digest = models.CharField(max_length=64)
    keys = models.JSONField(default=dict)  # {table: [key of a row, …]}
    loaded_at = models.DateTimeField()

    PRIVACY: ClassVar[dict[str, str]] = {"name": NONE, "digest": NONE, "keys": NONE}

    class Meta:
        verbose_name = _("loaded preset")
        verbose_name_plural = _("loaded presets")

    def __str__(self) -> str:
        return self.name


class ToldStory(models.Model):
    """One invented complaint of the demonstration: told once, whoever tells it."""

    number = models.PositiveIntegerField(unique=True)
    told_at = models.DateTimeField()

    PRIVACY: ClassVar[dict[str, str]] = {}

    class Meta:
        verbose_name = _("told story")
        verbose_name_plural = _("told stories")

    def __str__(self) -> str:
        return f"story {self.number}"
