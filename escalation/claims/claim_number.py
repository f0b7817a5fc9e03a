"""The number of a claim: "M", eight random digits, a Damm check digit.

It cannot be taken for a complaint's: that one has twelve digits and no letter. The
letter may be left out when it is typed, and be the Hindi म.
"""

import secrets
from collections.abc import Callable

from stdnum import damm

from complaints.number import WrongNumber, normalise

LETTER = "M"
_DIGITS = 9
# What may stand before the digits, "No. M 482 …".
_BEFORE = ("NO", "#", LETTER, "म")


def new_number(choose: Callable[[int], int] = secrets.randbelow) -> str:
    body = f"{choose(10 ** (_DIGITS - 1)):0{_DIGITS - 1}d}"
    return LETTER + body + damm.calc_check_digit(body)


def grouped(number: str) -> str:
    """ "M 482 193 075", for reading it out."""
    digits = number.removeprefix(LETTER)
    parts = (digits[start : start + 3] for start in range(0, len(digits), 3))
    return " ".join((LETTER, *parts))


def check(typed: str) -> str:
    """The number as stored; raises WrongNumber."""
    digits = normalise(typed).upper()
    for typed_before in _BEFORE:
        digits = digits.removeprefix(typed_before)
    if digits and not (digits.isascii() and digits.isdigit()):
        raise WrongNumber("characters")
    if len(digits) != _DIGITS:
        raise WrongNumber("length")
    if not damm.is_valid(digits):
        raise WrongNumber("check_digit")
    return LETTER + digits
