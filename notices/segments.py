"""How many SMS a text is, counted as the operators count and bill it.

3GPP TS 23.038: 160 septets of the GSM alphabet or 70 UTF-16 units in one message;
a header of joining takes 7 septets or 3 units from every part of a longer one.
"""

from dataclasses import dataclass
from typing import Literal

import regex

Encoding = Literal["GSM-7", "UCS-2"]

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION = frozenset("\f^{}\\[~]|€")
_GSM = _BASIC | _EXTENSION
# Units in a text of one message, and in each part of a longer one.
_SIZES: dict[Encoding, tuple[int, int]] = {"GSM-7": (160, 153), "UCS-2": (70, 67)}
_ELLIPSIS: dict[Encoding, str] = {"GSM-7": "...", "UCS-2": "\u2026"}
_GRAPHEME = regex.compile(r"\X")


@dataclass(frozen=True, slots=True)
class Segments:
    encoding: Encoding
    units: int
    segments: int
    per_segment: int
    left: int


def count(text: str) -> Segments:
    encoding = _encoding(text)
    single, part = _SIZES[encoding]
    units = _units(text, encoding)
    if units <= single:
        return Segments(encoding, units, min(units, 1), single, single - units)
    if units == len(text):  # one unit each: parts fill up to the brim
        segments = -(-units // part)
        return Segments(encoding, units, segments, part, segments * part - units)
    segments, used = 1, 0
    for character in text:
        # Neither an escape and its sign nor the halves of a pair go to two parts.
        size = _units(character, encoding)
        if used + size > part:
            segments, used = segments + 1, 0
        used += size
    return Segments(encoding, units, segments, part, part - used)


def cut(text: str, limit_units: int) -> str:
    """The text shortened to that many units, never inside a letter and its signs.

    The three dots stay in the text's own encoding: one "…" would turn a whole
    GSM text into UCS-2 and double its price.
    """
    encoding = _encoding(text)
    if _units(text, encoding) <= limit_units:
        return text
    ellipsis = _ELLIPSIS[encoding]
    if _units(ellipsis, encoding) > limit_units:
        ellipsis = ""
    room = limit_units - _units(ellipsis, encoding)
    end = 0
    for grapheme in _GRAPHEME.finditer(text):
        room -= _units(grapheme[0], encoding)
        if room < 0:
            break
        end = grapheme.end()
    return text[:end].rstrip() + ellipsis


def _encoding(text: str) -> Encoding:
    return "GSM-7" if _GSM.issuperset(text) else "UCS-2"


def _units(text: str, encoding: Encoding) -> int:
    if encoding == "GSM-7":
        return len(text) + sum(map(text.count, _EXTENSION))
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
