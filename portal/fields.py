"""Form fields that take what people really send and answer in clear sentences."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from complaints.phones import BadEmail, BadPhone, parse_email, parse_phone
from complaints.text import TooLong, clean

_ALL = 10**9


def storable(posted: QueryDict) -> QueryDict:
    """What was typed, without what no database or page can hold; nothing else lost."""
    kept = QueryDict(mutable=True)
    for name, values in posted.lists():
        kept.setlist(clean(name, _ALL), [clean(value, _ALL) for value in values])
    return kept


class Words(forms.CharField):
    """Text as people write it, counted after cleaning."""

    def __init__(self, *, limit: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.limit = limit

    def to_python(self, value: Any) -> str:
        try:
            return clean(super().to_python(value) or "", self.limit)
        except TooLong as error:
            raise ValidationError(
                _("This is too long: %(length)s characters, at most %(limit)s."),
                params={"length": error.length, "limit": error.limit},
            ) from None


class Phone(forms.CharField):
    """In E.164; the country's own numbers may come without their code."""

    country = "IN"

    def to_python(self, value: Any) -> str:
        typed = super().to_python(value) or ""
        if not typed:
            return ""
        try:
            return parse_phone(typed, self.country)
        except BadPhone:
            raise ValidationError(
                _(
                    "This is not a phone number. "
                    "From another country, start with + and its code."
                )
            ) from None


class Email(forms.CharField):
    def to_python(self, value: Any) -> str:
        typed = super().to_python(value) or ""
        if not typed:
            return ""
        try:
            return parse_email(typed)
        except BadEmail:
            raise ValidationError(
                _("This is not an e-mail address. It looks like name@example.org.")
            ) from None


class Coordinate(forms.FloatField):
    """Set by the map, not typed: a broken one is dropped, nobody could mend it."""

    def __init__(self, *, most: float) -> None:
        super().__init__(
            required=False, min_value=-most, max_value=most, widget=forms.HiddenInput
        )

    def clean(self, value: Any) -> float | None:
        try:
            found = super().clean(value)
        except ValidationError:
            return None
        return None if found is None else round(float(found), 6)


class Offered(forms.ChoiceField):
    """A list that may be left open; a value that is not in it any more is refused."""

    default_error_messages = {
        "invalid_choice": _("This choice is no longer there. Please choose again.")
    }


class Photos(forms.FileInput):
    allow_multiple_selected = True


def digits(typed: str) -> str:
    """Only the digits, in ASCII: "४११ ०३८" is 411038."""
    return "".join(str(int(c)) for c in typed if c.isdecimal())
