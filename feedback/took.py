"""How long it took, as citizens say it: a number and a unit, or a few words of an SMS.

Pure. Minutes are what is kept; days are days of the calendar, not working days.
"""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from itertools import pairwise

import regex
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from complaints.refusals import Invalid
from complaints.text import fold

UNITS: Mapping[str, int] = {"minutes": 1, "hours": 60, "days": 1440}
# Who says more has mistyped: ten years.
MOST_MINUTES = 3650 * 1440

_WORDS: Mapping[int, str] = {
    1: "min mins minute minutes मिनट मिनिट मिनिटे मिनिटं minat minit minuto minuti",
    60: "h hr hrs hour hours घंटा घंटे घण्टा घण्टे घंटों तास तासांत ghanta ghante "
    "ghnte taas tas ora ore",
    1440: "d day days दिन दिनों दिवस दिवसांत din diwas divas giorno giorni gg",
    10080: "week weeks हफ्ता हफ्ते हफ़्ता हफ़्ते सप्ताह आठवडा आठवडे hafta hafte "
    "athavda athavde settimana settimane",
}
_AND = "and और व आणि aur ani e ed".split()
_NUMBER = regex.compile(r"\d{1,7}(?:[.,]\d{1,2})?")


def minutes_of(typed: str, unit: str) -> int | None:
    """A number in any digits, whole or with a point or comma; None for nothing typed.

    Raises Invalid for the fields "took" and "took_unit".
    """
    plain = fold(typed)
    if not plain:
        return None
    if not _NUMBER.fullmatch(plain):
        raise Invalid(
            _("Write only a number here, as in 2 or 1.5."), field="took", code="number"
        )
    if unit not in UNITS:
        raise Invalid(
            _("Choose minutes, hours or days."), field="took_unit", code="unit"
        )
    return checked(_minutes(plain, UNITS[unit]))


def checked(minutes: int) -> int:
    if not 0 <= minutes <= MOST_MINUTES:
        raise Invalid(
            _("This is too long a time. Look at the number and the unit again."),
            field="took",
            code="too_long",
        )
    return minutes


def read_took(words: str) -> int | None:
    """The one time that stands in these words, in minutes.

    "2 hours", "1 day 4 hours", "३ दिन"; None where there is none, where two are named
    ("said 2 hours, took 3 days"), or where it is longer than anything we believe.
    """
    text = fold(words[:500])
    parts = list(_pattern().finditer(text))
    if not parts or not _one_run(text, parts):
        return None
    units = [_units()[part["unit"]] for part in parts]
    if len({*units}) != len(units):
        return None  # "2 hours 3 hours"
    total = sum(
        _minutes(part["number"], unit) for part, unit in zip(parts, units, strict=True)
    )
    return total if total <= MOST_MINUTES else None


def spoken(minutes: int | None) -> str:
    """In the unit that it is whole in: "2 days", "90 minutes"; nothing for none."""
    if minutes is None:
        return ""
    if minutes and minutes % UNITS["days"] == 0:
        n = minutes // UNITS["days"]
        return ngettext("%(n)s day", "%(n)s days", n) % {"n": n}
    if minutes and minutes % UNITS["hours"] == 0:
        n = minutes // UNITS["hours"]
        return ngettext("%(n)s hour", "%(n)s hours", n) % {"n": n}
    return ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}


def _one_run(text: str, parts: list[regex.Match[str]]) -> bool:
    """Do they follow each other at once, so that they are one time together?"""
    between = (
        text[one.end() : other.start()].strip(" ,") for one, other in pairwise(parts)
    )
    return all(not gap or gap in _AND for gap in between)


def _minutes(number: str, unit: int) -> int:
    exact = Decimal(number.replace(",", ".")) * unit
    return int(exact.to_integral_value(ROUND_HALF_UP))


@cache
def _units() -> Mapping[str, int]:
    return {
        fold(word): minutes
        for minutes, words in _WORDS.items()
        for word in words.split()
    }


@cache
def _pattern() -> regex.Pattern[str]:
    units = "|".join(sorted(map(regex.escape, _units()), key=len, reverse=True))
    return regex.compile(
        r"(?<![\p{L}\p{M}\d.,:/-])(?P<number>\d{1,5}(?:[.,]\d{1,2})?)[ -]?"
        rf"(?P<unit>{units})(?![\p{{L}}\p{{M}}\d])"
    )
