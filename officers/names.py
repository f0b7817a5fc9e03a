"""Names people read: one JSON field {language: text}."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

LANGUAGE_CODES = ("en", "hi", "mr", "it")


def localised(names: Mapping[str, str], language: str | None = None) -> str:
    """The name in the reader's language, else English, else any there is."""
    wanted = (language or get_language() or "en").split("-")[0]
    for code in (wanted, "en"):
        if names.get(code):
            return names[code]
    return next((text for text in names.values() if text), "")


def check_names(value: Any) -> None:
    if not isinstance(value, dict) or not any(value.values()):
        raise ValidationError(_("Give the name in at least one language."))
    for code, text in value.items():
        if code not in LANGUAGE_CODES or not isinstance(text, str):
            raise ValidationError(_("Names are texts by language: en, hi, mr, it."))


if TYPE_CHECKING:
    _JSONField = models.JSONField[dict[str, str], dict[str, str]]
else:
    _JSONField = models.JSONField  # subscriptable in the stubs only


class NamesField(_JSONField):
    default_validators = [check_names]


class Named(models.Model):
    names = NamesField(_("name"), default=dict)

    class Meta:
        abstract = True

    @property
    def name(self) -> str:
        return localised(self.names)

    def name_in(self, language: str) -> str:
        return localised(self.names, language)
