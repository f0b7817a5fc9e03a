"""A stored text and its values made one message, of two SMS parts where it can be.

When it is too long we give up the least first, see SHRINK: the organisation's full
name, the weekday, the end of somebody's words, then the scheme of the link.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import regex

from complaints.text import clean
from notices import segments
from notices.blanks import MOST_SEGMENTS, fill, names_in

SMS, EMAIL = "sms", "email"
SUBJECT = "Subject:"
LONGEST_SUBJECT = 150
HARDLY_ANY = 5  # parts: only a text with a very long address
LONGEST_VALUE = 4000

SHRINK = (
    "org", "source", "due", "eta", "reopen", "date", "text", "ask", "why", "place",
    "officer", "office", "area", "type", "othertype", "stage", "url", "no", "claim",
    "parent", "other", "safety",
)  # fmt: skip

_GAPS = regex.compile(r"\s+")
_SPACES = re.compile(r"[^\S\n]+")
_LINES = re.compile(r"\n{3,}")
# Signs that would turn a whole GSM-7 text into UCS-2 and double its price.
_PLAIN = str.maketrans(
    {
        "\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u2013": "-",
        "\u2014": "-", "\u2026": "...", "\u2022": "x", "\u00a0": " ", "\u202f": " ",
    }
)  # fmt: skip


class MissingValueError(LookupError):
    """The text has a blank that nobody filled."""


@dataclass(frozen=True, slots=True)
class Value:
    """`short` is said instead where the text is too long; `least`: how far to cut."""

    text: str
    short: str = ""
    least: int = 0


@dataclass(frozen=True, slots=True)
class Rendered:
    subject: str
    text: str
    segments: int


def render(
    text: str,
    values: Mapping[str, Value],
    channel: str,
    fit: Callable[[str, Value], Value] | None = None,
) -> Rendered:
    """Raises MissingValueError. `values` may hold more than the text asks for.

    `fit` cuts a value to what its variable holds in a registered text, whose own words
    then stay as they are (notices/dlt.py).
    """
    wanted = names_in(text)
    missing = sorted(wanted - values.keys())
    if missing:
        raise MissingValueError(", ".join(missing))
    chosen = {name: values[name] for name in wanted}
    if channel == EMAIL:
        return _email(text, chosen)
    plain = {name: _plain(value) for name, value in chosen.items()}
    if fit is None:
        return _sms(one_line(text), plain)
    return _sms(text, {name: fit(name, value) for name, value in plain.items()})


def one_line(text: str) -> str:
    """No line break, no control: fit for an SMS, a header, a line of a log."""
    if text.isascii() and text.isprintable() and "  " not in text:
        return text[:LONGEST_VALUE].strip()  # most values: nothing to be cleaned
    return _GAPS.sub(" ", clean(text[:LONGEST_VALUE], LONGEST_VALUE)).strip()


def _email(text: str, values: Mapping[str, Value]) -> Rendered:
    head, body = "", text
    if text.startswith(SUBJECT):
        head, _, body = text.removeprefix(SUBJECT).partition("\n")
    lines = {name: one_line(value.text) for name, value in values.items()}
    paragraphs = {name: _paragraphs(value.text) for name, value in values.items()}
    subject = one_line(fill(head, lines))[:LONGEST_SUBJECT]
    return Rendered(subject, fill(body, paragraphs).strip(), 0)


def _paragraphs(text: str) -> str:
    kept = clean(text[:LONGEST_VALUE], LONGEST_VALUE)
    return _LINES.sub("\n\n", _SPACES.sub(" ", kept)).strip()


def _sms(template: str, values: dict[str, Value]) -> Rendered:
    fitted = _fit(template, values)
    whole = fill(template, {name: value.text for name, value in fitted.items()})
    return Rendered("", whole, segments.count(whole).segments)


def _plain(value: Value) -> Value:
    text, short = (one_line(t).translate(_PLAIN) for t in (value.text, value.short))
    return replace(value, text=text, short=short)


def _fit(template: str, values: dict[str, Value]) -> dict[str, Value]:
    """Shortened into the fewest parts that hold it at all, and no more than needed.

    Where two parts cannot be, nothing is won by cutting as if they could.
    """
    for most in range(MOST_SEGMENTS, HARDLY_ANY + 1):
        fitted = _shrink(template, dict(values), most)
        if _fits(template, fitted, most):
            return fitted
    return values


def _shrink(template: str, values: dict[str, Value], most: int) -> dict[str, Value]:
    for name in SHRINK:
        if _fits(template, values, most):
            break
        if name not in values:
            continue
        value = values[name]
        if value.short and len(value.short) < len(value.text):
            values[name] = replace(value, text=value.short)
        elif value.least:
            values[name] = _cut(template, values, name, most)
    return values


def _fits(template: str, values: Mapping[str, Value], most: int) -> bool:
    whole = fill(template, {name: value.text for name, value in values.items()})
    return segments.count(whole).segments <= most


def _cut(template: str, values: Mapping[str, Value], name: str, most: int) -> Value:
    """As much of the value as goes in, but never less than its `least`."""
    value = values[name]
    low, high = value.least, max(value.least, segments.count(value.text).units)
    while low < high:
        middle = (low + high + 1) // 2
        tried = replace(value, text=segments.cut(value.text, middle))
        if _fits(template, {**values, name: tried}, most):
            low = middle
        else:
            high = middle - 1
    return replace(value, text=segments.cut(value.text, low))
