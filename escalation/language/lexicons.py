"""What the words of a text say: the kind of complaint, a danger, an organisation.

Each dictionary is built once per process for all organisations under one root.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from complaints.models import Category
from complaints.text import fold, tokens
from escalation import reference
from escalation.language.phrases import Names
from escalation.language.sureness import SURE, Hit, Outcome, decide
from escalation.language.wordforms import read
from escalation.language.words import Lexicon
from escalation.models import EmergencyPhrase, Hashtag
from officers.trees import REFERENCE, organisation_path, organisation_subtree, root_of
from operations.generation import ReferenceCache

MOST_GUESSES = 3
# Words of a danger may stand this many ideas apart from one another.
NEAR = 2


# Categories ---------------------------------------------------------------------


class Kinds:
    """The key words of every category under one root."""

    def __init__(self, categories: Iterable[Category]) -> None:
        rows = list(categories)
        self.lexicon = Lexicon(entry for row in rows for entry in _entries(row))
        tagged: dict[str, set[int]] = defaultdict(set)
        for row in rows:
            for hashtag in row.hashtags:
                tagged[fold(str(hashtag))].add(row.pk)
        # A hashtag that stands with every category of a city names none of them.
        self.hashtags = {tag: pks.pop() for tag, pks in tagged.items() if len(pks) == 1}


def _entries(category: Category) -> Iterable[tuple[str, str, str, float]]:
    key = str(category.pk)
    for language, name in category.names.items():
        yield key, language, name, 1.0
    words: dict[str, Any] = category.words
    for language, phrases in words.items():
        for phrase in phrases:
            yield key, language, str(phrase), 1.0


def _kinds_by_root() -> dict[int, Kinds]:
    rows = defaultdict(list)
    for category in reference.categories.get().values():
        if category.valid_to is None:
            rows[root_of(category.organisation_id)].append(category)
    return {root: Kinds(categories) for root, categories in rows.items()}


_kinds = ReferenceCache(reference.CATEGORIES, _kinds_by_root)


@dataclass(frozen=True)
class Guess:
    category: Category
    share: float


@dataclass(frozen=True)
class Guesses:
    """`best` is None where a person has to decide; `all` holds the likeliest first."""

    best: Category | None = None
    confidence: float = 0.0
    words: tuple[str, ...] = ()
    all: tuple[Guess, ...] = ()
    by_hashtag: bool = False


def guess_category(text: str, allowed: Iterable[Category], root: int) -> Guesses:
    kinds = _kinds.get().get(root)
    if kinds is None:
        return Guesses()
    offered = {str(row.pk): row for row in allowed}
    for token in tokens(text):
        pk = kinds.hashtags.get(token)
        if pk is not None and str(pk) in offered:
            found = offered[str(pk)]
            return Guesses(found, 1.0, (token,), (Guess(found, 1.0),), True)
    hits = [hit for hit in kinds.lexicon.match(text) if hit.category in offered]
    outcome = decide(
        hits, SURE, alike=lambda one, two: _alike(offered[one], offered[two])
    )
    return _guesses(hits, outcome, offered)


def _alike(one: Category, two: Category) -> bool:
    """Both go to the same people with the same urgency; neither is kept from any."""
    return (
        one.department_id == two.department_id
        and one.horizon == two.horizon
        and one.criticality == two.criticality
        and not (one.confidential or two.confidential)
        and not (one.answered_elsewhere or two.answered_elsewhere)
    )


def _guesses(
    hits: list[Hit], outcome: Outcome, offered: dict[str, Category]
) -> Guesses:
    first = hits[: MOST_GUESSES + 1]
    total = sum(hit.score for hit in first) or 1.0
    return Guesses(
        best=offered[outcome.best] if outcome.best else None,
        confidence=outcome.confidence,
        words=tuple(outcome.words),
        all=tuple(
            Guess(offered[hit.category], round(hit.score / total, 2)) for hit in first
        ),
    )


# Danger -------------------------------------------------------------------------


@dataclass(frozen=True)
class Danger:
    words: tuple[str, ...]
    category_id: int | None


@dataclass(frozen=True)
class _Phrase:
    ideas: tuple[str, ...]
    category_id: int | None


def _dangers_by_root() -> dict[int, list[_Phrase]]:
    phrases: dict[int, dict[frozenset[str], _Phrase]] = defaultdict(dict)
    for row in EmergencyPhrase.objects.order_by("pk"):
        ideas = tuple(dict.fromkeys(found.idea for found in read(row.words)))
        if ideas:
            root = root_of(row.organisation_id)
            phrases[root].setdefault(frozenset(ideas), _Phrase(ideas, row.category_id))
    return {
        # the longest first: it knows best what kind of danger it is
        root: sorted(found.values(), key=lambda phrase: -len(phrase.ideas))
        for root, found in phrases.items()
    }


_dangers = ReferenceCache(reference.LEVELS, _dangers_by_root)


def find_danger(text: str, root: int) -> Danger | None:
    """Words that mean danger, in any order but close together."""
    phrases = _dangers.get().get(root)
    if not phrases:
        return None
    places: dict[str, list[int]] = defaultdict(list)
    typed: dict[int, str] = {}
    for found in read(text):
        places[found.idea].append(found.place)
        typed[found.place] = found.word
    for phrase in phrases:
        at = _together(phrase.ideas, places)
        if at is not None:
            words = dict.fromkeys(typed[place] for place in sorted(at))
            return Danger(tuple(words), phrase.category_id)
    return None


def _together(ideas: tuple[str, ...], places: dict[str, list[int]]) -> list[int] | None:
    if any(idea not in places for idea in ideas):
        return None
    for anchor in places[ideas[0]]:
        at = [
            min(places[idea], key=lambda place: abs(place - anchor)) for idea in ideas
        ]
        if max(at) - min(at) < len(ideas) + NEAR:
            return at
    return None


# Organisations ------------------------------------------------------------------


@dataclass(frozen=True)
class Addressed:
    """Whom the text names; the hashtag that did, and how urgent it makes the post."""

    organisation_id: int
    words: str
    tag: str = ""
    criticality: str = ""
    horizon: str = ""

    @property
    def by_hashtag(self) -> bool:
        return self.words == self.tag


class _Tellers:
    def __init__(self) -> None:
        # a desk's own table first: what stands there may ask for more than a name
        self.commands = {
            (row.organisation_id, row.folded): row for row in Hashtag.objects.all()
        }
        self.hashtags: dict[str, int] = {}
        self.names = Names()
        for row in reference.organisations.get().values():
            for hashtag in row.hashtags:
                self.hashtags.setdefault(fold(str(hashtag)), row.pk)
            for name in {*row.names.values(), *map(str, row.words)}:
                self.names.add(name, row.pk)

    def command(self, token: str, receiving: int, day: date) -> Addressed | None:
        """Of the desk that reads it or of one above; whom it is for lies within."""
        for desk in organisation_path(receiving):
            row = self.commands.get((desk, token))
            if row is None or not reference.in_force(row.valid_to, day):
                continue
            if row.target_id in organisation_subtree(receiving):
                return Addressed(
                    row.target_id, token, token, row.criticality, row.horizon
                )
        return None


_tellers = ReferenceCache(REFERENCE, _Tellers)


def find_organisation(text: str, receiving: int, day: date) -> Addressed | None:
    """A part of the receiving organisation that the text names: hashtags first.

    A hashtag of the desk itself ("#DoTSewa") makes the post urgent; whom it is for is
    then told by the names in it, and without one it is the desk itself.
    """
    tellers = _tellers.get()
    below = organisation_subtree(receiving) - {receiving}
    words = [token for token in tokens(text) if token.startswith("#")]
    tagged = [
        found for word in words if (found := tellers.command(word, receiving, day))
    ] or [
        Addressed(tellers.hashtags[word], word, word)
        for word in words
        if tellers.hashtags.get(word) in below
    ]
    best = max(tagged, key=_depth, default=None)
    if best is not None and best.organisation_id != receiving:
        return best
    named = [
        Addressed(pk, found.words)
        for found in (tellers.names.find(text) if below else ())
        for pk in sorted(found.ids & below)
    ]
    if not named:
        return best
    part = max(named, key=_depth)
    if best is None:
        return part
    return replace(best, organisation_id=part.organisation_id, words=part.words)


def _depth(one: Addressed) -> int:
    return len(organisation_path(one.organisation_id))
