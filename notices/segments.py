"""How many SMS a text is, counted as the operators count and bill it.

3GPP TS 23.038: 160 septets of the GSM alphabet or 70 UTF-16 units in one message;
a header of joining takes 7 septets or 3 units from every part of a longer one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple

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
# Names are asked for again and again; what is longer is somebody's words, not kept.
LONGEST_KEPT = 160
_GRAPHEME = regex.compile(r"\X")


@dataclass(frozen=True, slots=True)
class Segments:
    encoding: Encoding
    units: int
    segments: int
    per_segment: int
    left: int


class Size(NamedTuple):
    """What a piece of text adds to the whole that it is put into."""

    characters: int
    septets: int | None  # None: not in the GSM alphabet
    pairs: int  # of UTF-16


def size(text: str) -> Size:
    return _size(text) if len(text) > LONGEST_KEPT else _kept_size(text)


def _size(text: str) -> Size:
    septets = _units(text, "GSM-7") if _GSM.issuperset(text) else None
    pairs = len(text) if text.isascii() else _units(text, "UCS-2")
    return Size(len(text), septets, pairs)


_kept_size = lru_cache(maxsize=4096)(_size)


def joined(sizes: Iterable[Size]) -> int | None:
    """`count(whole).segments` of pieces put together, without putting them together.

    None where letters of two units in a long text make it depend on where they stand.
    """
    characters = septets = pairs = 0
    plain = True
    for piece in sizes:
        characters += piece[0]
        pairs += piece[2]
        if piece[1] is None:
            plain = False
        else:
            septets += piece[1]
    single, part = _SIZES["GSM-7" if plain else "UCS-2"]
    units = septets if plain else pairs
    if units <= single:
        return min(units, 1)
    return -(-units // part) if units == characters else None


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
    cutting = _cut if len(text) > LONGEST_KEPT else _kept_cut
    return cutting(text, limit_units)


def _cut(text: str, limit_units: int) -> str:
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


_kept_cut = lru_cache(maxsize=4096)(_cut)


def _encoding(text: str) -> Encoding:
    return "GSM-7" if _GSM.issuperset(text) else "UCS-2"


def _units(text: str, encoding: Encoding) -> int:
    if encoding == "GSM-7":
        return len(text) + sum(map(text.count, _EXTENSION))
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
