"""The complaint number: "1", ten random digits, a Damm check digit.

Damm's table catches every single wrong digit and every swap of two neighbours,
the two slips of people who type a number they were told.
"""

import re
import secrets
import unicodedata
from collections.abc import Callable
from typing import Literal

from stdnum import damm

LENGTH = 12
_FIRST = "1"
_RANDOM_DIGITS = LENGTH - 2

Reason = Literal["length", "check_digit", "characters"]

# "#148…", "No. 148…", "№ 148…" (NFKC turns № into "No").
_LABEL = re.compile(r"^(?:no\b|no(?=\d)|#)[.:]?", re.IGNORECASE)


class WrongNumber(ValueError):
    """What was typed is no complaint number; the page asks to check it."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(f"not a complaint number: {reason}")
        self.reason: Reason = reason


def new_number(choose: Callable[[int], int] = secrets.randbelow) -> str:
    body = f"{_FIRST}{choose(10**_RANDOM_DIGITS):0{_RANDOM_DIGITS}d}"
    return body + damm.calc_check_digit(body)


def normalise(typed: str) -> str:
    """The typed number with its digits in ASCII and everything between them gone.

    Any other character stays, so that `check` can say what is wrong.
    """
    text = _LABEL.sub("", _plain(typed))
    return _LABEL.sub("", text)  # "No. #148…"


def grouped(number: str) -> str:
    return " ".join(number[start : start + 3] for start in range(0, len(number), 3))


def check(typed: str) -> str:
    """The number as stored; raises WrongNumber."""
    number = normalise(typed)
    if number and not (number.isascii() and number.isdigit()):
        raise WrongNumber("characters")
    if len(number) != LENGTH:
        raise WrongNumber("length")
    if number[0] != _FIRST or not damm.is_valid(number):
        raise WrongNumber("check_digit")
    return number


def _plain(typed: str) -> str:
    kept = []
    for character in unicodedata.normalize("NFKC", typed):
        digit = unicodedata.decimal(character, None)
        if digit is not None:
            kept.append(str(digit))
        elif not _is_filler(character):
            kept.append(character)
    return "".join(kept)


def _is_filler(character: str) -> bool:
    # Spaces, dashes of any kind, controls, zero-width and direction marks; the minus
    # sign and the middle dot stand in for a dash and a full stop on some keyboards.
    return character in ".\u2212\u00b7" or unicodedata.category(character) in _FILLERS


_FILLERS = frozenset({"Zs", "Zl", "Zp", "Pd", "Cc", "Cf"})
