"""Form fields that bear whatever people paste."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.text import TooLong, clean


class WordsField(forms.CharField):
    """Text made storable; too long is a sentence with both numbers, not a cut."""

    def __init__(self, *, limit: int, rows: int = 4, **kwargs: Any) -> None:
        super().__init__(widget=forms.Textarea({"rows": str(rows)}), **kwargs)
        self.limit = limit
        # Cleaning takes NUL away; refusing it would lose what was typed.
        self.validators = []

    def to_python(self, value: object) -> str:
        try:
            return clean(str(value or ""), self.limit)
        except TooLong as error:
            raise forms.ValidationError(
                _("This text is too long: %(length)s characters, at most %(limit)s."),
                code="too_long",
                params={"length": error.length, "limit": error.limit},
            ) from error


class PickField(forms.TypedChoiceField):
    """One of the rows that were offered, by key; empty is None."""

    default_error_messages = {
        "invalid_choice": _("This choice is no longer there. Please choose again.")
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(coerce=int, empty_value=None, **kwargs)
