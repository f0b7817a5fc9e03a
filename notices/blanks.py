"""The blanks of a stored text: found, filled and checked, never by format().

format() would read attributes ("{no.__class__}") out of whatever is handed to it.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from notices import segments
from notices.kinds import KINDS, PLACEHOLDERS

MOST_SEGMENTS = 2
SUBJECT = "Subject:"

_BLANK = re.compile(r"\{([a-z]+)\}")
_BRACED = re.compile(r"\{[^{}\n]{0,40}\}?|\}")
# How long a text is before anybody knows of whom: modest values of the usual length.
SAMPLES: dict[str, str] = {
    "org": "PMC", "no": "148302975116", "type": "Street light", "tel": "18001030222",
    "due": "21 Nov 18:00", "eta": "21 Nov 18:00", "reopen": "21 Dec", "danger": "112",
    "url": "pmc.example.in/s/q3XyZ7-kLm2P", "safety": "Keep away. Call 112 now.",
    "office": "Ward office", "officer": "A. Joshi", "place": "Main Road",
    "area": "Kothrud", "ctel": "+919999900001", "parent": "148302975116",
    "ask": "Which pole number?", "why": "Spare part ordered", "text": "A word or two",
    "stage": "Withdrawn", "code": "482913", "otp": "482913", "n": "12", "rating": "2",
    "acct": "xx0001", "amt": "1240", "date": "21 Nov", "time": "18:00",
    "from": "10:00", "to": "14:00", "other": "148302975116",
    "othertype": "Street light", "claim": "M482193075", "minutes": "1597",
    "amount": "Rs 100 a day", "source": "UP draft list",
}  # fmt: skip


@lru_cache(maxsize=4096)
def names_in(text: str) -> frozenset[str]:
    return frozenset(_BLANK.findall(text))


@lru_cache(maxsize=4096)
def split(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The words between the blanks, and the blanks, as often as each is there."""
    pieces = _BLANK.split(text)
    return tuple(pieces[::2]), tuple(pieces[1::2])


def fill(text: str, values: Mapping[str, str]) -> str:
    """One pass: a blank inside a value stays as it was written."""
    said, blanks = split(text)
    if not blanks:
        return text
    pieces = [""] * (len(said) + len(blanks))
    pieces[::2] = said
    pieces[1::2] = [values[name] for name in blanks]
    return "".join(pieces)


def measure(text: str) -> segments.Segments:
    """The SMS parts of a stored text with values of the usual length."""
    return segments.count(fill_known(text))


def fill_known(text: str) -> str:
    return _BLANK.sub(lambda blank: SAMPLES.get(blank[1], blank[0]), text)


def check(key: str, channel: str, text: str) -> None:
    """Raises ValidationError that names the place, as an editor needs it."""
    if key not in KINDS:
        raise ValidationError({"key": _("No message has this name.")})
    wrong = [*_wrong_blanks(key, text)]
    if channel != "email":
        wrong += _too_long(text)
    if wrong:
        raise ValidationError({"text": wrong})


def _wrong_blanks(key: str, text: str) -> Iterator[str]:
    allowed = KINDS[key].blanks
    for found in _BRACED.finditer(text):
        blank = _BLANK.fullmatch(found[0])
        if blank and blank[1] in allowed:
            continue
        line = text.count("\n", 0, found.start()) + 1
        column = found.start() - (text.rfind("\n", 0, found.start()) + 1) + 1
        known = blank is not None and blank[1] in PLACEHOLDERS
        reason = (
            _("Line %(line)s, character %(column)s: %(found)s is not filled here.")
            if known
            else _("Line %(line)s, character %(column)s: %(found)s is not known.")
        )
        yield reason % {"line": line, "column": column, "found": found[0]}


def _too_long(text: str) -> list[str]:
    shown = fill_known(text)
    size = segments.count(shown)
    if size.segments <= MOST_SEGMENTS:
        return []
    fits = longest_that_fits(shown)
    return [
        _(
            "Too long: %(count)s SMS of %(encoding)s, at most %(most)s. It must end"
            " before “%(rest)s”."
        )
        % {
            "count": size.segments,
            "encoding": size.encoding,
            "most": MOST_SEGMENTS,
            "rest": shown[fits : fits + 20].strip(),
        }
    ]


def longest_that_fits(text: str) -> int:
    """How many characters from the start go into the allowed parts."""
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if segments.count(text[:middle]).segments <= MOST_SEGMENTS:
            low = middle
        else:
            high = middle - 1
    return low
