"""Does a text speak of two things? A guess that is shown to a person, no decision.

The text is cut at sentences and at words for “and”; two pieces are two things if each
is sure by itself, of kinds that different people answer for.
"""

from dataclasses import dataclass
from datetime import datetime

import regex

from complaints.models import Category
from escalation import reference
from escalation.language.lexicons import guess_category
from officers.models import Organisation
from officers.trees import root_of

MOST_PIECES = 12
LONGEST = 2000
# Ends of sentences, and "and" in the languages of the desk and in Latin letters. Short
# ones are words of their own only between blanks.
_AND = (
    "and also", "and", "also", "as well as", "besides", "plus", "moreover",
    "aur", "or bhi", "tatha", "evam", "saath hi", "iske alawa", "ani", "aani", "tasech",
    "shivay", "e anche", "e inoltre", "inoltre", "e", "ed", "anche", "oltre a",
    "और", "तथा", "एवं", "साथ ही", "इसके अलावा", "आणि", "तसेच", "शिवाय", "व",
)  # fmt: skip
_CUT = regex.compile(
    r"[.!?;।॥\n]+(?=\s|$)|\s+(?:"
    + "|".join(regex.escape(word) for word in sorted(_AND, key=len, reverse=True))
    + r")(?=\s)|,(?=\s)|\s&\s",
    regex.IGNORECASE,
)


@dataclass(frozen=True)
class Thing:
    text: str
    category: Category


@dataclass(frozen=True)
class TwoThings:
    first: Thing
    second: Thing


def of(
    text: str,
    organisation: Organisation,
    at: datetime,
    first: Category | None = None,
) -> TwoThings | None:
    """The two that stand first. `first`: the kind that the complaint has already; the
    other is then looked for."""
    day = reference.local_day(organisation.pk, at)
    return find(text, reference.categories_of(organisation.pk, day), first)


def find(
    text: str, allowed: list[Category], first: Category | None = None
) -> TwoThings | None:
    """`of` among these kinds, which all stand under one root."""
    pieces = _pieces(text) if len(text) <= LONGEST else []
    if len(pieces) < 2 or not allowed:
        return None
    return _pair(_things(pieces, allowed, root_of(allowed[0].organisation_id)), first)


def _pieces(text: str) -> list[str]:
    pieces = [piece.strip(" ,") for piece in _CUT.split(text)]
    return [piece for piece in pieces if piece][:MOST_PIECES]


def _things(pieces: list[str], allowed: list[Category], root: int) -> list[Thing]:
    """Each piece that is sure of its kind; one that tells nothing (“near the school”)
    belongs to the one before it."""
    things: list[Thing] = []
    for piece in pieces:
        guesses = guess_category(piece, allowed, root)
        if guesses.best is not None and not guesses.by_hashtag:
            things.append(Thing(piece, guesses.best))
        elif things and not guesses.all:
            last = things[-1]
            things[-1] = Thing(f"{last.text}, {piece}", last.category)
    return things


def _pair(things: list[Thing], first: Category | None) -> TwoThings | None:
    if first is not None:
        own = [thing for thing in things if not _apart(thing.category, first)]
        others = [thing for thing in things if _apart(thing.category, first)]
        if not own or not others:
            return None
        return TwoThings(Thing(own[0].text, first), others[0])
    for place, one in enumerate(things):
        for two in things[place + 1 :]:
            if _apart(one.category, two.category):
                return TwoThings(one, two)
    return None


def _apart(one: Category, two: Category) -> bool:
    """Different people, and another kind of thing: a burnt transformer and the dark
    that it brings are one."""
    return one.department_id != two.department_id and one.group_code != two.group_code
