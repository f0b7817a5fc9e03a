"""A stored text and its values made one message, of two SMS parts where it can be.

When it is too long we give up the least first, see SHRINK: the organisation's full
name, the weekday, the end of somebody's words, then the scheme of the link.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import regex

from complaints.text import clean
from notices import segments
from notices.blanks import MOST_SEGMENTS, fill, names_in, split

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
        return _sms(_template_line(text), plain)
    return _sms(text, {name: fit(name, value) for name, value in plain.items()})


def one_line(text: str) -> str:
    """No line break, no control: fit for an SMS, a header, a line of a log."""
    if text.isascii() and text.isprintable() and "  " not in text:
        return text[:LONGEST_VALUE].strip()  # most values: nothing to be cleaned
    return _GAPS.sub(" ", clean(text[:LONGEST_VALUE], LONGEST_VALUE)).strip()


# Of stored texts, which are as few as there are kinds and languages.
_template_line = lru_cache(maxsize=1024)(one_line)


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
    text = _Text(template, values)
    text.fit()
    return Rendered("", text.whole(), text.parts())


def _plain(value: Value) -> Value:
    text, short = _sms_line(value.text), _sms_line(value.short)
    if text == value.text and short == value.short:
        return value
    return Value(text, short, value.least)


def _sms_line(text: str) -> str:
    if text.isascii():
        return one_line(text)
    return _marked(text) if len(text) > segments.LONGEST_KEPT else _kept_marked(text)


def _marked(text: str) -> str:
    return one_line(text).translate(_PLAIN)


_kept_marked = lru_cache(maxsize=4096)(_marked)


class _Text:
    """A template and its values, which are counted without being put together."""

    def __init__(self, template: str, values: dict[str, Value]) -> None:
        self.template, self.given = template, values
        self.said, self.blanks = _measured(template)
        self._give_back()

    def _give_back(self) -> None:
        self.values = self.given.copy()
        self.sizes = {n: segments.size(value.text) for n, value in self.given.items()}

    def whole(self) -> str:
        values = {name: value.text for name, value in self.values.items()}
        return fill(self.template, values)

    def parts(self) -> int:
        sizes = self.sizes
        found = segments.joined([self.said, *[sizes[name] for name in self.blanks]])
        return segments.count(self.whole()).segments if found is None else found

    def fit(self) -> None:
        """Shortened into the fewest parts that hold it at all, and no more than needed.

        Where two parts cannot be, nothing is won by cutting as if they could.
        """
        for most in range(MOST_SEGMENTS, HARDLY_ANY + 1):
            if self._shrink(most):
                return
            self._give_back()

    def _shrink(self, most: int) -> bool:
        if self.parts() <= most:
            return True
        for name in SHRINK:
            value = self.values.get(name)
            if value is None:
                continue
            if value.short and len(value.short) < len(value.text):
                self._say(name, value.short)
            elif value.least:
                self._cut(name, value, most)
            else:
                continue
            if self.parts() <= most:
                return True
        return False

    def _say(self, name: str, text: str) -> None:
        value = self.values[name]
        self.values[name] = Value(text, value.short, value.least)
        self.sizes[name] = segments.size(text)

    def _cut(self, name: str, value: Value, most: int) -> None:
        """As much of the value as goes in, but never less than its `least`."""
        low, high = value.least, max(value.least, segments.count(value.text).units)
        while low < high:
            middle = (low + high + 1) // 2
            self._say(name, segments.cut(value.text, middle))
            if self.parts() <= most:
                low = middle
            else:
                high = middle - 1
        self._say(name, segments.cut(value.text, low))


@lru_cache(maxsize=4096)
def _measured(template: str) -> tuple[segments.Size, tuple[str, ...]]:
    said, blanks = split(template)
    return segments.size("".join(said)), blanks
