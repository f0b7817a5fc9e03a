"""The key-word dictionary: from a citizen's text to the kind of complaint.

A phrase is a set of ideas (see wordforms). It speaks for its category the louder the
fewer other categories hold all its ideas, and the longer it is; so "no water" is heard
although "no" and "water" stand in half the dictionary.
"""

import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from math import log
from pathlib import Path

from complaints.text import loose
from escalation.language.keywords import Entry as Entry
from escalation.language.keywords import Phrase, distinct
from escalation.language.sureness import Hit
from escalation.language.wordforms import (
    Found,
    Ideas,
    denied_things,
    ideas_of,
    nearly,
    read,
    stem,
    table,
)

_FAINT = 0.35
_PER_IDEA = 0.5  # what each idea of a phrase adds to its rarity
_DISORDER = 0.9
_SCATTERED = 0.55
_WINDOW = 2  # ideas that may stand between those of a phrase
_HOLLOW = 0.5
_MOST_LANGUAGES = 3
_PART = 0.6
_LEAST_PART = 0.5
_HINT = 0.4  # one idea of a longer phrase: worth a place in the list, no more
# An idea that is one category's own ("tanker", "mosquito") may decide a short text.
_OWN = 0.62
_OWN_SHARE = 0.75  # of the phrases that hold it
_OWN_PHRASES = 3
_SHORT = 4  # ideas
# What is complained of is said before what makes it worse.
_LATER, _LATEST = 0.96, 0.8
_MORE = 0.3  # what a second phrase adds, if it brings a new idea
_STRANGE = 0.5
_CLOSE = 0.85
_REMEMBERED = 20_000
# "The lights are not switched off": a part of it says the opposite.
_DENIED_TWICE = frozenset(("not", "off"))


@dataclass(frozen=True, slots=True)
class _Match:
    score: float
    ideas: frozenset[str]
    full: bool
    together: bool = False


class Lexicon:
    """Built once from the entries of an organisation, then only read."""

    def __init__(
        self, entries: Iterable[tuple[str, str, str, float]], *, slips: bool = True
    ) -> None:
        self._slips = slips
        self._phrases = distinct(entries)
        holders: dict[str, set[int]] = defaultdict(set)
        for number, phrase in enumerate(self._phrases):
            for idea in phrase.ideas:
                holders[idea].add(number)
        self._holders = holders
        self._size = len({phrase.category for phrase in self._phrases})
        self._weights = {
            idea: self._rarity(numbers) * (_FAINT if idea in table().faint else 1)
            for idea, numbers in holders.items()
        }
        self._totals = [self._total(phrase.ideas) for phrase in self._phrases]
        self._voices = [self._voice(phrase) for phrase in self._phrases]
        self._owners = self._owned()
        self._openers = self._by_opener()
        self._enough = self._least_sums()
        self._known: dict[str, Ideas] = {}

    def _rarity(self, numbers: Iterable[int]) -> float:
        """1 for what one category holds, towards 0 for what all of them hold."""
        holding = len({self._phrases[number].category for number in numbers})
        return log(1 + self._size / holding) / log(1 + self._size)

    def _voice(self, phrase: Phrase) -> float:
        together = set.intersection(*(self._holders[idea] for idea in phrase.ideas))
        said = self._rarity(together) + _PER_IDEA * self._total(phrase.ideas)
        return phrase.weight * said * (_HOLLOW if self._is_hollow(phrase) else 1)

    def _owned(self) -> dict[str, tuple[str, float]]:
        """Ideas of which nearly all phrases are one category's: whose, and how far."""
        owned: dict[str, tuple[str, float]] = {}
        for idea, numbers in self._holders.items():
            counted = Counter(self._phrases[number].category for number in numbers)
            (category, count), *_others = counted.most_common(1)
            share = count / len(numbers)
            if count >= _OWN_PHRASES and share >= _OWN_SHARE:
                owned[idea] = (category, share)
        said = table().things
        return {idea: own for idea, own in owned.items() if idea in said}

    def _total(self, ideas: Ideas) -> float:
        return sum(self._weights[idea] for idea in ideas)

    def _is_hollow(self, phrase: Phrase) -> bool:
        """Faint ideas only, as in "not filled": whose words they are is a guess.

        Not where most languages say it so: "bad road", सड़क खराब, strada rovinata.
        """
        few = phrase.languages < _MOST_LANGUAGES
        return few and table().faint.issuperset(phrase.ideas)

    def _by_opener(self) -> dict[str, list[int]]:
        """Phrases under each of their ideas but the faint ones, if they have others."""
        openers: dict[str, list[int]] = defaultdict(list)
        faint = table().faint
        for number, phrase in enumerate(self._phrases):
            for idea in [i for i in phrase.ideas if i not in faint] or phrase.ideas:
                openers[idea].append(number)
        return dict(openers)

    def _least_sums(self) -> list[float]:
        """What a phrase's openers must bring before the phrase is looked at: with all
        its faint ideas it could reach the least part, no sooner."""
        opening: list[float] = [0.0] * len(self._phrases)
        for idea, numbers in self._openers.items():
            for number in numbers:
                opening[number] += self._weights[idea]
        return [
            _LEAST_PART * total - (total - opens)
            for total, opens in zip(self._totals, opening, strict=True)
        ]

    def match(self, text: str) -> list[Hit]:
        found, matches = self._matches(text)
        said, parts = self._said(found), self._parts(found)
        hits = [_hit(each, found, seen, said, parts) for each, seen in matches.items()]
        hits.sort(key=lambda hit: (-hit.score, hit.category))
        return _fullest_first(hits)

    def whole(self, text: str) -> dict[str, tuple[str, ...]]:
        """By category the words of its phrases that stand there whole and together."""
        found, matches = self._matches(text)
        ideas = {
            category: {i for match in seen if match.together for i in match.ideas}
            for category, seen in matches.items()
        }
        return {name: _words(found, said) for name, said in ideas.items() if said}

    def _said(self, found: list[Found]) -> float:
        """How much there was to understand; a strange word may be a mere name."""
        ideas = {one.idea for one in found}
        known = sum(idea in self._holders for idea in ideas)
        return known + _STRANGE * (len(ideas) - known)

    def _parts(self, found: list[Found]) -> dict[str, float]:
        """What each word is of all that there was to understand, by rarity."""
        meant: dict[str, set[str]] = defaultdict(set)
        for one in found:
            meant[one.word].add(one.idea)
        weights = {one.idea: self._weights.get(one.idea, _STRANGE) for one in found}
        whole = sum(weights.values())
        return {
            word: sum(weights[idea] for idea in ideas) / whole
            for word, ideas in meant.items()
        }

    def heard(self, text: str) -> tuple[str, ...]:
        """The words of every phrase that stands in the text whole and together."""
        said = self.whole(text).values()
        return tuple(dict.fromkeys(word for words in said for word in words))

    def _matches(self, text: str) -> tuple[list[Found], dict[str, list[_Match]]]:
        found = read(text, self._ideas)
        places: dict[str, list[int]] = defaultdict(list)
        for one in found:
            places[one.idea].append(one.place)
        brought: dict[int, float] = defaultdict(float)
        for idea in places:
            for number in self._openers.get(idea, ()):
                brought[number] += self._weights[idea]
        matches: dict[str, list[_Match]] = defaultdict(list)
        denied = denied_things(found) if "not" in places else None
        for number, weight in brought.items():
            if weight >= self._enough[number]:
                match = self._matched(number, places, denied)
                if match is not None:
                    matches[self._phrases[number].category].append(match)
        self._add_own(places, matches)
        return found, matches

    def _add_own(
        self, places: dict[str, list[int]], matches: dict[str, list[_Match]]
    ) -> None:
        """The longer the text, the less one word of it says what it is about."""
        short = min(1.0, _SHORT / max(1, len(places)))
        for idea in places:
            if idea in self._owners:
                category, share = self._owners[idea]
                score = max(_HINT, _OWN * share * short)
                matches[category].append(_Match(score, frozenset({idea}), full=False))

    def _ideas(self, word: str) -> Ideas:
        ideas = self._known.get(word)
        if ideas is None:
            ideas = self._looked_up(word)
            if len(self._known) > _REMEMBERED:
                self._known.clear()
            self._known[word] = ideas
        return ideas

    def _looked_up(self, word: str) -> Ideas:
        known = ideas_of(word)
        if known is not None:
            return known
        itself = stem(loose(word))
        if itself in self._holders or not self._slips:
            return (itself,)
        return nearly(word) or (itself,)

    def _matched(
        self,
        number: int,
        places: dict[str, list[int]],
        denied: frozenset[str] | None = None,
    ) -> _Match | None:
        phrase, weight_of = self._phrases[number], self._weights.__getitem__
        seen = [idea for idea in phrase.ideas if idea in places]
        part, full = sum(map(weight_of, seen)), len(seen) == len(phrase.ideas)
        share = part / self._totals[number]
        if not full and (share < _LEAST_PART or _DENIED_TWICE.issubset(phrase.ideas)):
            return None
        rarest = max(seen, key=weight_of)
        begin = max(_LATEST, _LATER ** places[rarest][0])
        if full:
            near = _nearness(phrase.ideas, places)
            if denied and "not" in seen and denied.isdisjoint(seen):
                near = _SCATTERED  # "no parking" is no lack of signs
            score = begin * near * self._voices[number]
            return _Match(score, frozenset(seen), True, near > _SCATTERED)
        score = phrase.weight * _PART * share * (weight_of(rarest) + _PER_IDEA * part)
        if len(seen) == 1:
            score = min(score, _HINT)
        return _Match(begin * score, frozenset(seen), full=False)


def _nearness(ideas: Ideas, places: dict[str, list[int]]) -> float:
    if len(ideas) == 1:
        return 1.0
    best = 0.0
    for anchor in places[min(ideas, key=lambda idea: len(places[idea]))]:
        at = [
            min(places[idea], key=lambda place: abs(place - anchor)) for idea in ideas
        ]
        if max(at) - min(at) >= len(ideas) + _WINDOW:
            best = max(best, _SCATTERED)
        elif at == sorted(at):
            return 1.0
        else:
            best = max(best, _DISORDER)
    return best


def _hit(
    category: str,
    found: list[Found],
    matches: list[_Match],
    said: float,
    parts: Mapping[str, float],
) -> Hit:
    matches.sort(key=lambda match: -match.score)
    score, ideas = matches[0].score, set(matches[0].ideas)
    for match in matches[1:]:
        if match.full and not match.ideas <= ideas:
            score += _MORE * match.score
            ideas |= match.ideas
    words = _words(found, ideas)
    return Hit(
        category,
        score,
        words,
        min(1.0, len(ideas) / said),
        {word: parts[word] for word in words},
    )


def _fullest_first(hits: list[Hit]) -> list[Hit]:
    """ "Voltage very low" is no "voltage very": whoever heard all of it and more."""
    if len(hits) > 1:
        first, second = hits[:2]
        close = second.score >= _CLOSE * first.score
        if close and set(first.words) < set(second.words):
            return [replace(second, score=first.score), first, *hits[2:]]
    return hits


def _words(found: list[Found], ideas: set[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.word for one in found if one.idea in ideas))


_EMERGENCY = Path(__file__).parents[1] / "data" / "emergency.toml"


@cache
def _emergency_lexicons() -> tuple[Lexicon, Lexicon]:
    data = tomllib.loads(_EMERGENCY.read_text(encoding="utf-8"))
    danger, calm = (
        Lexicon(
            (
                Entry(kind, "", phrase)
                for phrase in data[kind].replace("\n", ";").split(";")
            ),
            # An alarm is not raised for a word that was perhaps another.
            slips=False,
        )
        for kind in ("danger", "calm")
    )
    return danger, calm


def any_emergency(text: str) -> tuple[str, ...]:
    """The words that speak of danger to life; () where none do."""
    danger, calm = _emergency_lexicons()
    words = danger.heard(text)
    harmless = set(calm.heard(text)) if words else set()
    return tuple(word for word in words if word not in harmless)
