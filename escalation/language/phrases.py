"""Names in a text: the longest name wins at each word, spellings meet on `loose`.

A dictionary from the first word of each name, not one pattern per name.
"""

from collections import defaultdict
from dataclasses import dataclass

from complaints.text import loose, tokens

SHORTEST = 3
# Marathi writes "in", "of", "to", "near" as endings: कोथरूडमध्ये, औंधच्या.
_ENDINGS = tuple(
    sorted(
        {
            loose("क" + ending)[1:]
            for ending in (
                "मध्ये मधील मधे तील ला त चा ची चे च्या हून तून वर जवळ कडे पासून साठी"
                " येथे येथील भागात परिसरात"
            ).split()
        },
        key=len,
        reverse=True,
    )
)


@dataclass(frozen=True)
class Named:
    """A name found in the text: what it may mean, where it stood, how it was typed."""

    ids: frozenset[int]
    position: int
    words: str


class Names:
    """Filled once, then only read. Latin names of one letter pair are left out."""

    def __init__(self) -> None:
        self._by_first: dict[str, dict[tuple[str, ...], set[int]]] = defaultdict(dict)

    def add(self, name: str, pk: int) -> None:
        phrase = tuple(map(loose, tokens(name)))
        if phrase and (len(phrase) > 1 or len(phrase[0]) >= SHORTEST):
            self._by_first[phrase[0]].setdefault(phrase, set()).add(pk)

    def find(self, text: str) -> list[Named]:
        typed = tokens(text)
        words = [_forms(loose(token)) for token in typed]
        found = []
        start = 0
        while start < len(words):
            phrase = self._longest(words, start)
            if phrase is None:
                start += 1
                continue
            end = start + len(phrase)
            found.append(
                Named(
                    frozenset(self._by_first[phrase[0]][phrase]),
                    start,
                    " ".join(typed[start:end]),
                )
            )
            start = end
        return found

    def _longest(
        self, words: list[tuple[str, ...]], start: int
    ) -> tuple[str, ...] | None:
        fitting = [
            phrase
            for form in words[start]
            for phrase in self._by_first.get(form, ())
            if _fits(phrase, words[start : start + len(phrase)])
        ]
        return max(fitting, key=lambda phrase: (len(phrase), phrase), default=None)


def _fits(phrase: tuple[str, ...], words: list[tuple[str, ...]]) -> bool:
    """Whole words, but the last may carry an ending."""
    if len(words) < len(phrase):
        return False
    return phrase[-1] in words[-1] and all(
        part == word[0] for part, word in zip(phrase[:-1], words[:-1], strict=True)
    )


def _forms(word: str) -> tuple[str, ...]:
    if word.isascii():
        return (word,)
    stems = (
        word.removesuffix(ending)
        for ending in _ENDINGS
        if word.endswith(ending) and len(word) >= len(ending) + SHORTEST
    )
    return (word, *stems)
