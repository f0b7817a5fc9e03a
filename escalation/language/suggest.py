"""Type-ahead for categories and areas: two letters in any language or Hinglish."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from complaints.models import Category
from complaints.text import fold, loose, tokens
from escalation import reference
from officers.models import Area, AreaPin, Organisation
from officers.trees import (
    REFERENCE,
    organisation_path,
    organisation_subtree,
)
from operations.generation import ReferenceCache

FEWEST_LETTERS = 2
NAME, WORDS, GROUP = 0, 1, 2


@dataclass(frozen=True)
class _Line:
    """One name or key word of a row, as it is typed and as it sounds."""

    pk: int
    rank: int
    text: str
    words: tuple[str, ...]
    sounds: tuple[str, ...]


class Index:
    """A few thousand lines: reading them all takes about a millisecond."""

    def __init__(self, lines: Iterable[_Line]) -> None:
        self.lines = list(lines)

    def find(self, typed: str) -> list[int]:
        """Keys, best first: a code, the beginning of a name, a word of a name, a key
        word; every word that was typed must begin one of the line's."""
        text = fold(typed)
        words = tokens(typed)
        if len(text) < FEWEST_LETTERS or not words:
            return []
        sounds = [loose(word) for word in words]
        best: dict[int, tuple[int, int, int]] = {}
        for line in self.lines:
            if _fits(line, words, sounds):
                starts = 0 if line.text.startswith(text) else 1
                score = (line.rank, starts, len(line.text))
                best[line.pk] = min(best.get(line.pk, score), score)
        return sorted(best, key=lambda pk: (best[pk], pk))


def _fits(line: _Line, words: list[str], sounds: list[str]) -> bool:
    return all(
        any(known.startswith(word) for known in line.words)
        or any(known.startswith(sound) for known in line.sounds)
        for word, sound in zip(words, sounds, strict=True)
    )


def _lines(pk: int, rank: int, texts: Iterable[Any]) -> Iterable[_Line]:
    for text in {str(text) for text in texts if text}:
        words = tuple(tokens(text))
        yield _Line(pk, rank, fold(text), words, tuple(map(loose, words)))


def _category_index() -> Index:
    return Index(
        line
        for row in reference.categories.get().values()
        if row.valid_to is None
        for line in _lines_of_category(row)
    )


def _lines_of_category(row: Category) -> Iterable[_Line]:
    yield from _lines(row.pk, NAME, [row.code, *row.names.values()])
    phrases: dict[str, list[str]] = row.words
    yield from _lines(
        row.pk, WORDS, (word for each in phrases.values() for word in each)
    )
    yield from _lines(row.pk, GROUP, row.group_names.values())


def _area_index() -> Index:
    pins = defaultdict(list)
    for area_id, pin in AreaPin.objects.values_list("area_id", "pin"):
        pins[area_id].append(pin)
    return Index(
        line
        for row in reference.areas.get().values()
        if row.valid_to is None
        for line in _lines_of_area(row, pins[row.pk])
    )


def _lines_of_area(row: Area, pins: list[str]) -> Iterable[_Line]:
    yield from _lines(row.pk, NAME, [row.code, *row.names.values()])
    yield from _lines(row.pk, WORDS, [*row.words, *pins])


_categories = ReferenceCache(reference.CATEGORIES, _category_index)
_areas = ReferenceCache(REFERENCE, _area_index)


def categories(
    organisation: Organisation, typed: str, limit: int = 8
) -> list[Category]:
    path = organisation_path(organisation.pk)
    found = (reference.category(pk) for pk in _categories.get().find(typed))
    fitting = [row for row in found if row and row.organisation_id in path]
    return fitting[:limit]


def areas(organisation: Organisation, typed: str, limit: int = 8) -> list[Area]:
    below = organisation_subtree(organisation.pk)
    ours = below | set(organisation_path(organisation.pk))
    found = (reference.area(pk) for pk in _areas.get().find(typed))
    return [row for row in found if row and row.organisation_id in ours][:limit]
