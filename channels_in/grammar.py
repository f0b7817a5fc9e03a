"""What a citizen's message asks of the machine: a command, or a complaint in words.

Data: data/grammar.toml. A sentence that begins with a command's word is a complaint all
the same ("stop the water leak"): each command says below what may stand beside it.
"""

import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import regex

from complaints.number import WrongNumber, check
from complaints.text import fold

HELP, STOP, START, STATUS, RATE, REOPEN, ESCALATE, JOIN = (
    "HELP", "STOP", "START", "STATUS", "RATE", "REOPEN", "ESCALATE", "JOIN",
)  # fmt: skip
GREETING = "GREETING"
# Only as the whole message, without even a number.
ALONE = frozenset({HELP, STOP, START, GREETING})
# Beside a number so many words more; without one nothing.
FEW_WORDS = {STATUS: 4, JOIN: 4, ESCALATE: 100}
MOST_BEFORE = 5
LONGEST_LABEL = 12
LONGEST_READ = 2000
# A message of so many digits is somebody's number, mistyped.
SHORTEST_NUMBER = 6

_DATA = Path(__file__).parent / "data" / "grammar.toml"
# A twelve-digit number that begins with 1, in groups or not.
_NUMBER = regex.compile(r"(?<!\d)1(?:[\s.\p{Pd}]*\d){11}(?!\d)")
_LABEL = regex.compile(r"\b(?:no|nr|number)\b[\s.:#]*$", regex.IGNORECASE)
_TOKEN = regex.compile(r"[\p{L}\p{M}\p{N}\u200c\u200d]+")


@dataclass(frozen=True, slots=True)
class Said:
    """`word` is the command, "" for a message in words.

    `number` is a right complaint number, `wrong_number` one that cannot be right.
    `rest` is what else was written. `weak`: an ordinary word that may be a command.
    """

    word: str = ""
    language: str = ""  # of the command's word, "" where many languages have it
    number: str = ""
    wrong_number: bool = False
    score: int | None = None
    rest: str = ""
    weak: bool = False
    bare: bool = False  # a number or a digit, and nothing else


@dataclass(frozen=True, slots=True)
class _Spelling:
    word: str
    language: str
    weak: bool


@dataclass(frozen=True, slots=True)
class _Token:
    start: int
    end: int
    folded: str

    @property
    def is_number(self) -> bool:
        return self.folded.isdigit()


def read(text: str) -> Said:
    plain = _ascii_digits(text[:LONGEST_READ])
    span, number = _number_in(plain)
    if len(text) > LONGEST_READ:  # nobody writes a command of that length
        return _words(text, Said(number=number))
    tokens = [t for t in _tokens(plain) if not span or not span[0] <= t.start < span[1]]
    wrong = span is not None and not number
    given = Said(number=number, wrong_number=wrong)
    if not tokens:
        return _bare_number(given) if span else given
    if len(tokens) == 1 and tokens[0].is_number and not span:
        return _bare_digits(tokens[0].folded)
    return _command(text, tokens, span, given) or _words(text, given)


def _words(text: str, given: Said) -> Said:
    return Said(number=given.number, wrong_number=given.wrong_number, rest=text)


def _bare_number(given: Said) -> Said:
    return Said(
        word=STATUS, number=given.number, wrong_number=given.wrong_number, bare=True
    )


def _bare_digits(digits: str) -> Said:
    if len(digits) == 1:
        score = int(digits) if digits in "12345" else None
        return Said(word=RATE, score=score, bare=True)
    if len(digits) >= SHORTEST_NUMBER:
        return Said(word=STATUS, wrong_number=True, bare=True)
    return Said(rest=digits)


def _command(
    text: str, tokens: list[_Token], span: tuple[int, int] | None, given: Said
) -> Said | None:
    found, place, length = _where(tokens, span)
    if found is None:
        return None
    others = tokens[:place] + tokens[place + length :]
    fitting = _fits(found, others, span, given)
    if fitting is None:
        return None
    used = [*tokens[place : place + length], *fitting]
    cut = [(t.start, t.end) for t in used] + ([span] if span else [])
    rest = _without(text, cut)
    first = next((t for t in fitting if t.is_number), None)
    score = int(first.folded) if first and first.folded in {*"12345"} else None
    # "STATUS 12345" names a complaint that there is not.
    wrong = given.wrong_number or (found.word in FEW_WORDS and bool(fitting))
    return Said(
        word=found.word,
        language=found.language,
        number=given.number,
        wrong_number=wrong,
        score=score,
        rest=rest,
        weak=found.weak,
    )


def _where(
    tokens: list[_Token], span: tuple[int, int] | None
) -> tuple[_Spelling | None, int, int]:
    """The command's word: the first, or with a number beside it the last."""
    for length in (2, 1):
        found = _spelling_at(tokens, 0, length)
        if found is not None:
            return found, 0, length
    if span and len(tokens) <= MOST_BEFORE:
        place = len(tokens) - 1
    elif tokens[0].is_number:
        place = 1  # "4 rate"
    else:
        return None, 0, 1
    found = _spelling_at(tokens, place, 1)
    return (None if found is None or found.weak else found), place, 1


def _fits(
    found: _Spelling,
    others: list[_Token],
    span: tuple[int, int] | None,
    given: Said,
) -> list[_Token] | None:
    """The further tokens that belong to the command; None where it is none."""
    if found.word in ALONE:
        return [] if not others and span is None else None
    if found.word == RATE:
        return _rating(others, span)
    if found.word == REOPEN:
        return [] if span or not others or not found.weak else None
    if span:
        return [] if len(others) <= FEW_WORDS[found.word] else None
    if all(t.is_number for t in others):
        return others
    return None


def _rating(others: list[_Token], span: tuple[int, int] | None) -> list[_Token] | None:
    """ "rate 4 thank you" is one; "rate of electricity" is not."""
    if not others:
        return []
    if others[0].is_number:
        return others[:1] if span or _fits_score(others) else None
    return [] if span and len(others) <= FEW_WORDS[STATUS] else None


def _fits_score(others: list[_Token]) -> bool:
    # "rate 4 …" with words, "rate 9" alone: "rate 40 per unit is too much" is neither
    return others[0].folded in {*"12345"} or len(others) == 1


def _spelling_at(tokens: list[_Token], place: int, length: int) -> _Spelling | None:
    chosen = tokens[place : place + length]
    if len(chosen) < length:
        return None
    return _spellings().get(" ".join(t.folded for t in chosen))


def is_greeting(text: str) -> bool:
    said = " ".join(t.folded for t in _tokens(_ascii_digits(text)))
    found = _spellings().get(said)
    return not said or (found is not None and found.word == GREETING)


# Reading -----------------------------------------------------------------------------


def _ascii_digits(text: str) -> str:
    """Each digit of any script as its ASCII one: places stay as they are."""
    if text.isascii():
        return text
    return "".join(
        str(unicodedata.decimal(each)) if each.isdecimal() else each for each in text
    )


def _number_in(plain: str) -> tuple[tuple[int, int] | None, str]:
    """Where a complaint number stands; "" for the number where it cannot be right."""
    wrong: tuple[int, int] | None = None
    for match in _NUMBER.finditer(plain, overlapped=True):
        try:
            return _with_label(plain, *match.span()), check(match.group())
        except WrongNumber:
            wrong = wrong or _with_label(plain, *match.span())
    return wrong, ""


def _with_label(plain: str, start: int, end: int) -> tuple[int, int]:
    """ "No. 148…": this "no" is no answer."""
    label = _LABEL.search(plain, max(0, start - LONGEST_LABEL), start)
    return (label.start() if label else start), end


def _tokens(plain: str) -> list[_Token]:
    return [
        _Token(match.start(), match.end(), fold(match.group()))
        for match in _TOKEN.finditer(plain)
    ]


def _without(text: str, spans: list[tuple[int, int]]) -> str:
    kept, last = [], 0
    for start, end in sorted(spans):
        kept.append(text[last:start])
        last = end
    kept.append(text[last:])
    return " ".join(" ".join(kept).split()).strip(" #:,;.!?-–*\"'()")


@cache
def _spellings() -> Mapping[str, _Spelling]:
    data = tomllib.loads(_DATA.read_text(encoding="utf-8"))
    found: dict[str, _Spelling] = {}
    for word, languages in data.items():
        weak = languages.pop("weak", {})
        for each, is_weak in ((languages, False), (weak, True)):
            for language, spellings in each.items():
                for spelling in spellings:
                    _put(found, fold(spelling), _Spelling(word, language, is_weak))
    return found


def _put(found: dict[str, _Spelling], spelling: str, new: _Spelling) -> None:
    known = found.get(spelling)
    if known is not None and known.word != new.word:
        raise ValueError(f"{spelling} is both {known.word} and {new.word}")
    # Written in Latin letters it says nothing about the language to answer in.
    language = "" if known or new.language == "en" else new.language
    found[spelling] = _Spelling(new.word, language, new.weak)
