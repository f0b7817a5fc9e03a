"""Addresses people give us: telephone numbers and e-mail, read and masked."""

import re
import unicodedata

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from phonenumbers import NumberParseException, PhoneNumberFormat

_DOT = "\u2022"
_LONGEST_TYPED = 40
_LONGEST_EMAIL = 254  # RFC 5321 §4.5.3.1.3, less the angle brackets
# Short numbers of a country's services: 112, 1912, 155260 …
_SERVICE_NUMBER = re.compile(r"\d{3,6}")


# Neither refusal carries what was typed: messages of exceptions end in logs.
class BadPhone(ValueError):
    """No telephone number of this country, and none with a country code."""


class BadEmail(ValueError):
    """No e-mail address."""


def parse_phone(raw: str, country: str = "IN") -> str:
    """The number in E.164; raises BadPhone."""
    typed = _plain(raw)
    # The library reads letters as the keys they stand on, and so a word as a number.
    if len(typed) > _LONGEST_TYPED or any(map(str.isalpha, typed)):
        raise BadPhone
    try:
        number = phonenumbers.parse(typed, country)
    except NumberParseException:
        raise BadPhone from None
    if not phonenumbers.is_valid_number(number):
        raise BadPhone
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def parse_service_number(raw: str, country: str = "IN") -> str:
    """A number to call, short ones too: "1912", or E.164; raises BadPhone."""
    digits = re.sub(r"[\s-]", "", _plain(raw))
    if _SERVICE_NUMBER.fullmatch(digits):
        return digits
    return parse_phone(raw, country)


def last_four(e164: str) -> str:
    return e164[-4:]


def masked(e164: str) -> str:
    """ "+91 ••••• •0001": enough for its owner to know it, too little to call it."""
    try:
        number = phonenumbers.parse(e164, None)
    except NumberParseException:
        return _DOT * 5
    national = phonenumbers.national_significant_number(number)
    hidden = len(national) - 4
    if hidden < 4:
        return f"+{number.country_code} {_DOT * 5}"
    dots = _DOT * hidden + last_four(national)
    if len(dots) == 10:
        dots = f"{dots[:5]} {dots[5:]}"
    return f"+{number.country_code} {dots}"


def parse_email(raw: str) -> str:
    """The address in small letters, so that one person is found again."""
    address = unicodedata.normalize("NFKC", _plain(raw)).lower()
    try:
        validate_email(address)
    except ValidationError:
        raise BadEmail from None
    if len(address) > _LONGEST_EMAIL:
        raise BadEmail
    return address


def masked_email(address: str) -> str:
    """ "a•••@example.org", always three dots: the length would tell too much."""
    name, _, domain = address.rpartition("@")
    shown = name[:1] if len(name) > 1 else ""
    return f"{shown}{_DOT * 3}@{domain}" if name else _DOT * 3


def _plain(raw: str) -> str:
    """Without the marks and spaces that copying brings; digits in ASCII."""
    kept = []
    for character in raw:
        digit = unicodedata.decimal(character, None)
        if digit is not None:
            kept.append(str(digit))
        elif unicodedata.category(character) not in {"Cf", "Cc", "Cs"}:
            kept.append(character)
    return "".join(kept).strip()
