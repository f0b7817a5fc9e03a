"""Texts registered with the Indian operators (DLT, under TRAI's TCCCPR 2018).

An SMS whose text is not its registration, variable by variable, is dropped on the way
without a word to us. So a text is compared when it is entered (`check`), its values are
made to fit when it is filled (`fit`), and the whole is matched again before it leaves
(`differs`). What is sent is the registered wording itself with our blanks in it.

A variable holds 30 or 40 characters, as the operator says (ChannelAccount). Variables
that touch, {#var#}{#var#}, hold one long value, such as a link, together.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, zip_longest

import regex
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from notices.render import Value

VAR = "var"
MOST_CHARACTERS = 2000  # of a whole message, at the gateways
Fit = Callable[[str, Value], Value]

_BLANKS = re.compile(r"((?:\{[a-z]+\})+)")
_BLANK = re.compile(r"\{([a-z]+)\}")
_VARIABLES = re.compile(
    r"((?:\{#(?:var|numeric|number|alphanumeric|url|urlott|cbn|email)#\})+)"
)
_VARIABLE = re.compile(r"\{#([a-z]+)#\}")
_HASHED = re.compile(r"\{#|#\}")
_GRAPHEME = regex.compile(r"\X")
# What a typed variable takes: MSG91, "Variable tagging on DLT SMS templates" (2026).
_TAKES = {
    "numeric": regex.compile(r"[0-9]+"),
    "number": regex.compile(r"[0-9]+"),
    "alphanumeric": regex.compile(r"[\p{L}\p{M}\p{N}\u200c\u200d ]+"),
    "url": regex.compile(r"\S+\.\S+"),
    "urlott": regex.compile(r"\S+\.\S+"),
    "cbn": regex.compile(r"\+?[0-9]{3,15}"),
    "email": regex.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+"),
}
_NOT_ALPHANUMERIC = regex.compile(r"[^\p{L}\p{M}\p{N}\u200c\u200d]+")
_BETWEEN_DIGITS = re.compile(r"[\s()./-]+")
# Half a link opens nothing, half a number rings elsewhere: whole, or refused.
_WHOLE = frozenset(
    {"url", "no", "parent", "tel", "ctel", "danger", "code", "otp", "claim", "minutes",
     "amount"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Slot:
    """The variables that one blank fills: of which type, and how many that touch."""

    type: str
    count: int


# When a text is entered -----------------------------------------------------
def check(text: str, registered: str, registered_id: str) -> None:
    """Raises ValidationError that names the place, as an editor needs it."""
    if not registered:
        return
    wrong: dict[str, list[str]] = {}
    if not registered_id:
        wrong["registered_id"] = [_("Say under which id the text is registered.")]
    unknown = _unknown_variables(registered)
    if unknown:
        wrong["registered_text"] = unknown
    else:
        differences = list(_differences(_plain(text), _plain(registered)))
        if differences:
            wrong["text"] = differences
    if wrong:
        raise ValidationError(wrong)


def _unknown_variables(registered: str) -> list[str]:
    shown = _VARIABLES.sub(lambda found: "\0" * len(found[0]), registered)
    wrong = [
        _("Line %(line)s, character %(column)s: this is no variable.")
        % _place(registered, found.start())
        for found in _HASHED.finditer(shown)
    ]
    if len(registered) > MOST_CHARACTERS:
        wrong.append(_("At most %(most)s characters.") % {"most": MOST_CHARACTERS})
    return wrong


def _differences(text: str, registered: str) -> Iterator[str]:
    ours, theirs = _BLANKS.split(text), _VARIABLES.split(registered)
    at = 0
    for number, (our, their) in enumerate(zip_longest(ours, theirs, fillvalue="")):
        if not number % 2 and our != their:
            same = _common(our, their)
            yield _(
                "Line %(line)s, character %(column)s: “%(ours)s” is registered as"
                " “%(theirs)s”."
            ) % {
                **_place(text, at + same),
                "ours": our[same : same + 20],
                "theirs": their[same : same + 20],
            }
            break
        at += len(our)
    blanks, variables = _BLANK.findall(text), _VARIABLE.findall(registered)
    if _slots(ours, theirs) is None:
        yield _(
            "The text has %(ours)s blanks, its registration %(theirs)s variables."
        ) % {"ours": len(blanks), "theirs": len(variables)}


def _place(text: str, at: int) -> dict[str, int]:
    before = text[:at]
    return {
        "line": before.count("\n") + 1,
        "column": at - (before.rfind("\n") + 1) + 1,
    }


def _common(one: str, other: str) -> int:
    length = 0
    for ours, theirs in zip(one, other, strict=False):
        if ours != theirs:
            break
        length += 1
    return length


def _plain(text: str) -> str:
    """Browsers send line ends of two characters; some keyboards write क़ as two."""
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n"))


# When it is filled ----------------------------------------------------------
def fit(text: str, registered: str, limit: int) -> tuple[str, Fit | None]:
    """The wording to fill, and what makes a value fit its variable.

    (the text as it is, None) where it is not its registration: `differs` refuses it.
    """
    ours = _BLANKS.split(_plain(text))
    exact = _VARIABLES.split(registered.replace("\r\n", "\n"))
    theirs = _VARIABLES.split(_plain(registered))
    slots = _slots(ours, theirs)
    if slots is None or ours[::2] != theirs[::2]:
        return text, None
    wording = "".join(
        our if number % 2 else their
        for number, (our, their) in enumerate(zip(ours, exact, strict=True))
    )

    def fitted(name: str, value: Value) -> Value:
        return _fitted(value, slots[name], limit, whole=name in _WHOLE)

    return wording, fitted


def _slots(ours: Sequence[str], theirs: Sequence[str]) -> Mapping[str, Slot] | None:
    """Blank → its variables; None where they do not pair."""
    if len(ours) != len(theirs):
        return None
    found: dict[str, Slot] = {}
    for our, their in zip(ours[1::2], theirs[1::2], strict=True):
        names, types = _BLANK.findall(our), _VARIABLE.findall(their)
        if len(names) == 1:
            pairs = [Slot(types[0], len(types))]
        elif len(names) == len(types):
            pairs = [Slot(each, 1) for each in types]
        else:
            return None
        for name, slot in zip(names, pairs, strict=True):
            found[name] = _narrower(found.get(name, slot), slot)
    return found


def _narrower(one: Slot, other: Slot) -> Slot:
    """A blank that is said twice has one value, which must fit both times."""
    type_ = other.type if one.type == VAR else one.type
    return Slot(type_, min(one.count, other.count))


def _fitted(value: Value, slot: Slot, limit: int, *, whole: bool) -> Value:
    most = limit * slot.count
    text, short = _typed(value.text, slot.type), _typed(value.short, slot.type)
    if short and _units(text) > most:
        text, short = short, ""
    if not whole:
        text, short = cut(text, most), cut(short, most)
    # Shortened once more for two SMS it would end in dots, which no typed one takes.
    least = value.least if slot.type == VAR else 0
    return replace(value, text=text, short=short, least=least)


def _typed(text: str, type_: str) -> str:
    if type_ == "alphanumeric":
        return _NOT_ALPHANUMERIC.sub(" ", text).strip()
    if type_ in ("numeric", "number", "cbn"):
        return _BETWEEN_DIGITS.sub("", text)
    return text


def cut(text: str, limit: int) -> str:
    """The text to that many characters, never inside a letter and its signs."""
    if _units(text) <= limit:
        return text
    end, room = 0, limit
    for grapheme in _GRAPHEME.finditer(text):
        room -= _units(grapheme[0])
        if room < 0:
            break
        end = grapheme.end()
    return text[:end].rstrip()


def _units(text: str) -> int:
    """As a gateway counts characters: an emoji is two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


# Before it leaves -----------------------------------------------------------
def differs(text: str, registered: str, limit: int) -> int | None:
    """The character (from 1) at which a finished text leaves its registration."""
    wording = registered.replace("\r\n", "\n")
    starts, began = {0}, 0
    units = list(accumulate((_units(each) for each in text), initial=0))
    for number, part in enumerate(_VARIABLES.split(wording)):
        if number % 2:
            began = max(starts)
            for type_ in _VARIABLE.findall(part):
                starts = _after_variable(text, units, starts, type_, limit)
                if not starts:
                    return began + 1
            continue
        after = {at + len(part) for at in starts if text.startswith(part, at)}
        if not after:
            return _where(text, part, began, starts) + 1
        starts = after
    return None if len(text) in starts else max(starts) + 1


def _after_variable(
    text: str, units: Sequence[int], starts: set[int], type_: str, limit: int
) -> set[int]:
    """Where a variable may end that begins at one of `starts`: all at once, for tried
    one after the other their number grows with each variable."""
    takes = _TAKES.get(type_)
    return {
        end
        for start in starts
        for end in range(start + (takes is not None), len(text) + 1)
        if units[end] - units[start] <= limit
        and (takes is None or takes.fullmatch(text, start, end))
    }


def _where(text: str, part: str, began: int, starts: set[int]) -> int:
    """Where the registered words are missed that follow a value which began there."""
    if part in text[began:]:
        return max(starts)  # they come later than the value could reach
    same = {at: _common(text[at : at + len(part)], part) for at in sorted(starts)}
    nearest = max(same, key=lambda at: same[at])
    return nearest + same[nearest] if same[nearest] else began
