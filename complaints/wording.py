"""Words as a door takes them in: cleaned, not empty, not too long."""

from django.utils.translation import gettext_lazy as _

from complaints.refusals import Invalid, missing
from complaints.text import TooLong, clean

LONGEST_TEXT = 4000


def words(raw: str, field: str, *, least: int = 1, limit: int = LONGEST_TEXT) -> str:
    """Cleaned text of at least `least` characters. Raises Invalid naming the field."""
    try:
        text = clean(raw, limit)
    except TooLong as error:
        raise Invalid(
            _("This text is too long: %(length)s characters, at most %(limit)s."),
            {"length": error.length, "limit": error.limit},
            code="too_long",
            field=field,
        ) from error
    if not text:
        raise missing(field)
    if len(text) < least:
        raise Invalid(
            _("Please write a little more: at least %(least)s characters."),
            {"least": least},
            code="too_short",
            field=field,
        )
    return text
