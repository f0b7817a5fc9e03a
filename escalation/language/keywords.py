"""Key words as phrases of ideas, each once for its category in whatever language."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple

from escalation.language.wordforms import AGES, Ideas, read


class Entry(NamedTuple):
    category: str
    language: str
    phrase: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Phrase:
    category: str
    ideas: Ideas
    weight: float
    languages: int = 1  # in how many it is said with these very ideas


def distinct(entries: Iterable[tuple[str, str, str, float]]) -> list[Phrase]:
    """The phrases as ideas; a translation of a phrase is the same phrase."""
    heaviest: dict[tuple[str, frozenset[str]], Phrase] = {}
    languages: dict[tuple[str, frozenset[str]], set[str]] = defaultdict(set)
    for category, language, said, weight in _without_ages(entries):
        for ideas in (said, _as_missing(said)):
            key = (category, frozenset(ideas))
            languages[key].add(language)
            if ideas and (key not in heaviest or heaviest[key].weight < weight):
                heaviest[key] = Phrase(category, ideas, weight)
    return [
        replace(phrase, languages=len(languages[key]))
        for key, phrase in heaviest.items()
    ]


def _without_ages(
    entries: Iterable[tuple[str, str, str, float]],
) -> list[tuple[str, str, Ideas, float]]:
    """A length of time stays only where without it the phrase is another kind's."""
    rows = [
        (category, language, tuple(dict.fromkeys(f.idea for f in read(words))), weight)
        for category, language, words, weight in entries
    ]
    whose: dict[frozenset[str], str] = {}
    for category, _language, ideas, _weight in rows:
        whose.setdefault(frozenset(ideas), category)
    timeless = []
    for category, language, ideas, weight in rows:
        rest = tuple(idea for idea in ideas if idea != AGES)
        if whose.get(frozenset(rest), category) == category:
            ideas = rest
        timeless.append((category, language, ideas, weight))
    return timeless


def _as_missing(ideas: Ideas) -> Ideas:
    """ "Street light off" is "no street light" as well; "not off" is the contrary."""
    if {"light", "off"} < set(ideas) and "not" not in ideas:
        return tuple(dict.fromkeys("not" if idea == "off" else idea for idea in ideas))
    return ()
