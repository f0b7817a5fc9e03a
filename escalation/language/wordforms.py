"""From a citizen's word to the idea it stands for, in five languages.

A word is looked up as it is folded, then as it sounds, then by its stem. What is in no
table stands for itself, by its stem.
"""

import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import regex
from rapidfuzz.distance import OSA

from complaints.text import clauses, fold, loose

_DATA = Path(__file__).parents[1] / "data" / "words.toml"

Ideas = tuple[str, ...]
# The words of a saying and what it says.
Idiom = tuple[tuple[str, ...], Ideas]

# The idea of a word that says nothing is no idea.
_NOTHING: Ideas = ()
_CLAUSE_GAP = 3
# What is left of "three months": the idea, behind a sign that no word begins with.
AGES = "ages"
_LENGTH = "~"
_NUMBER = "no"


@dataclass(frozen=True, slots=True)
class Table:
    """The data file, every word under its folded spelling."""

    by_word: dict[str, Ideas]
    by_sound: dict[str, Ideas]
    by_stem: dict[str, Ideas]
    things: frozenset[str]
    faint: frozenset[str]
    units: frozenset[str]
    long_units: frozenset[str]
    numbers: frozenset[str]
    denying: frozenset[str]
    fronting: frozenset[str]
    running: frozenset[str]
    themselves: frozenset[str]
    idioms: dict[str, list[Idiom]]


@dataclass(frozen=True, slots=True)
class Found:
    """An idea, the word that stood for it and its place among the ideas of the text."""

    idea: str
    word: str
    place: int


@cache
def table() -> Table:
    with _DATA.open("rb") as file:
        data = tomllib.load(file)
    said: dict[str, Ideas] = {
        fold(word): (idea,)
        for idea, words in data["ideas"].items()
        for word in words.split()
    }
    for word, ideas in data["compounds"].items():
        said[fold(word)] = tuple(ideas.split())
    silent = dict.fromkeys(_folded(data["stop"]), _NOTHING)
    by_sound = _under_keys(silent | said, loose)
    return Table(
        by_word=silent | said,
        by_sound=by_sound,
        by_stem=_under_keys(
            {sound: by_sound[sound] for sound in map(loose, said) if sound in by_sound},
            _bare,
        ),
        things=frozenset(data["ideas"]).difference(
            data["faint"].split(), data["qualities"].split()
        ),
        faint=frozenset(data["faint"].split()),
        units=_folded(data["units"]),
        long_units=_folded(data["long_units"]),
        numbers=_folded(data["numbers"]),
        denying=_folded(data["denying"]),
        fronting=_folded(data["fronting"]),
        running=_folded(data["running"]),
        themselves=_folded(data["themselves"]),
        idioms=_by_first(data["idioms"]),
    )


def _by_first(sayings: dict[str, str]) -> dict[str, list[Idiom]]:
    """Under the first word, the longest first."""
    found: dict[str, list[Idiom]] = defaultdict(list)
    for saying in sorted(sayings, key=lambda each: -len(each.split())):
        words = tuple(map(fold, saying.split()))
        found[words[0]].append((words, tuple(sayings[saying].split())))
    return dict(found)


def _folded(words: str) -> frozenset[str]:
    return frozenset(map(fold, words.split()))


def _under_keys(
    ideas_of: dict[str, Ideas], key: Callable[[str], str]
) -> dict[str, Ideas]:
    """The ideas by sound or stem; where words meet, the one written so, or none."""
    meeting: dict[str, set[Ideas]] = defaultdict(set)
    for word, ideas in ideas_of.items():
        meeting[key(word)].add(ideas)
    found = {key: ideas.pop() for key, ideas in meeting.items() if len(ideas) == 1}
    return found | {key: ideas_of[key] for key in meeting if key in ideas_of}


_DEVANAGARI = regex.compile(r"\p{Devanagari}")
_ENGLISH_END = regex.compile(r"(?<=[^\W\d_]{4})(?:ing|ed|es|s)$")
_HINGLISH_END = regex.compile(r"(?<=[^\W\d_]{3}[^\Waeiou])(?:on|iyan|iyon)$")
_LATIN_VOWELS = regex.compile(r"(?<=[^\W\d_]{3})[aeiou]+$")
# Marathi hangs its case endings on the oblique form, Hindi writes them apart.
_CASE = regex.compile(
    r"(?:वर(?:िल|ुन|च[ािे]|च्या)?|तिल|तुन|तल[ािे]|मधिल|मध्ये|च्या|च[ािे]"
    r"|ना|नि|ला|ने|साठि|समोर|जवळ|मुळे|खालि|पासुन|कडे)$"
    r"|(?<=[ािां])त$"
)
_VERB = regex.compile(r"(?:लेल[ािे]|लेल्या|ल्या|ल[ािे]|तात|त[ािेो]|ुन|कर|ण[ािे]|ना)$")
_OBLIQUE = regex.compile(r"(?:्यां?|ि?यो|ि?यां?|ओ|एं?|[ािुेोां]+)$")
_CONSONANT = regex.compile(r"[क-हळ]")
# Below this a Latin root is shared by strangers: file and fili, polo and pole.
_LATIN_ROOT = 5


def stem(sound: str) -> str:
    """What is left of a loosened word when its endings are gone."""
    return list(_stems(sound))[-1]


def _stems(sound: str) -> Iterator[str]:
    """The word without its vowel, then without case ending, then without tense."""
    yield _bare(sound)
    if _DEVANAGARI.search(sound):
        for ending in (_CASE, _VERB):
            sound = _shortened(ending, sound)
            yield _bare(sound)


def _bare(sound: str) -> str:
    if _DEVANAGARI.search(sound):
        return _shortened(_OBLIQUE, sound).removesuffix("्")
    whole = _HINGLISH_END.sub("", _ENGLISH_END.sub("", sound))
    root = _LATIN_VOWELS.sub("", whole)
    if root != whole and root.endswith(("ch", "gh")) and len(root) > 3:
        root = root[:-1]  # buche, buca
    return root[:-1] if len(root) > 4 and root[-1] == root[-2] else root


def _shortened(ending: regex.Pattern[str], sound: str) -> str:
    shorter = ending.sub("", sound)
    return shorter if len(_CONSONANT.findall(shorter)) >= 2 else sound


def ideas_of(word: str) -> Ideas | None:
    """The ideas of a folded word; () for one that says nothing, None if unknown."""
    words = table()
    known = words.by_word.get(word)
    if known is None and word not in words.themselves:
        sound = loose(word)
        known = words.by_sound.get(sound)
        if known is None:
            known = _by_stem(sound, words.by_stem)
    return known


def _by_stem(sound: str, ideas: dict[str, Ideas]) -> Ideas | None:
    for root in _stems(sound):
        if root != sound and (len(root) >= _LATIN_ROOT or not root.isascii()):
            known = ideas.get(root)
            if known is not None:
                return known
    return None


# One letter wrong, missing, doubled or swapped with its neighbour; in shorter words
# that is often another word.
_LONG_ENOUGH = 6


@cache
def _slips() -> dict[str, list[str]]:
    """Every long word of the table under itself and under itself less one letter."""
    slips: dict[str, list[str]] = defaultdict(list)
    for sound, ideas in table().by_sound.items():
        if ideas and len(sound) >= _LONG_ENOUGH:
            for short in _less_one(sound):
                slips[short].append(sound)
    return dict(slips)


def _less_one(sound: str) -> set[str]:
    return {sound, *(sound[:at] + sound[at + 1 :] for at in range(len(sound)))}


def nearly(word: str) -> Ideas | None:
    """The ideas of the one long word that this one is a slip of."""
    sound = loose(word)
    if len(sound) < _LONG_ENOUGH or word in table().themselves:
        return None
    slips = _slips()
    near = {
        table().by_sound[known]
        for short in _less_one(sound)
        for known in slips.get(short, ())
        if known[0] == sound[0] and OSA.distance(known, sound, score_cutoff=1) == 1
    }
    return near.pop() if len(near) == 1 else None


def read(text: str, ideas: Callable[[str], Ideas] | None = None) -> list[Found]:
    """The ideas of a text in order, lengths of time left out, clauses set apart."""
    look = ideas or _ideas_or_itself
    found: list[Found] = []
    place = 0
    for words in clauses(text):
        for word, idea in _joined(_meant(words, look)):
            found.append(Found(idea, word, place))
            place += 1
        place += _CLAUSE_GAP
    return found


def _ideas_or_itself(word: str) -> Ideas:
    known = ideas_of(word)
    return (stem(loose(word)),) if known is None else known


def _meant(words: list[str], look: Callable[[str], Ideas]) -> Iterator[tuple[str, str]]:
    """Sayings as one, what stands between them word by word."""
    idioms, begin, at = table().idioms, 0, 0
    while at < len(words):
        saying = _saying(idioms.get(words[at], ()), words, at)
        if saying is None:
            at += 1
            continue
        yield from _said(_without_lengths(words[begin:at]), look)
        said, ideas = saying
        for idea in ideas:
            yield " ".join(said), idea
        begin = at = at + len(said)
    yield from _said(_without_lengths(words[begin:]), look)


def _saying(known: Iterable[Idiom], words: list[str], at: int) -> Idiom | None:
    for saying in known:
        if tuple(words[at : at + len(saying[0])]) == saying[0]:
            return saying
    return None


def _said(
    words: Iterable[str], look: Callable[[str], Ideas]
) -> Iterator[tuple[str, str]]:
    for word in words:
        # A handle is an address and "#1912" a heading; "#pothole" is a word.
        if word[0] == "@" or (word[0] == "#" and word[1:].isdigit()):
            continue
        if word[0] == _LENGTH:
            yield word[1:], AGES
            continue
        for idea in look(word.removeprefix("#")):
            yield word, idea


def _without_lengths(words: list[str]) -> list[str]:
    """Without "3 din", "two days": a length of time is no word for the day.

    What is longer, "3 months", stays as one idea. "House no 12" denies nothing.
    """
    forms = table()
    kept: list[str] = []
    for word in words:
        before = kept[-1] if kept else ""
        if word in forms.units and (before.isdigit() or before in forms.numbers):
            kept.pop()
            if word in forms.long_units:
                kept.append(_LENGTH + word)
        elif before == _NUMBER and word.isdigit():
            kept.pop()
        else:
            kept.append(word)
    return kept


def _joined(said: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """ "Not" and "run" side by side are "off"."""
    forms = table()
    joined: list[tuple[str, str]] = []
    for word, idea in said:
        last, this = joined[-1] if joined else ("", ""), (word, idea)
        behind = word not in forms.fronting and _stands_still(this, last, forms)
        if behind or _stands_still(last, this, forms):
            joined[-1] = (f"{last[0]} {word}", "off")
        else:
            joined.append(this)
    return joined


def _stands_still(
    denial: tuple[str, str], motion: tuple[str, str], forms: Table
) -> bool:
    word, idea = motion
    return denial[0] in forms.denying and (idea == "run" or word in forms.running)


def denied_things(found: list[Found]) -> frozenset[str] | None:
    """What the text says there is none of; None where some denial is not of a thing.

    Hindi and Marathi deny what was said before, and their words are not looked at.
    """
    forms, things = table(), set()
    for this, following in zip(found, [*found[1:], None], strict=True):
        if this.idea != "not":
            continue
        near = following is not None and following.place == this.place + 1
        if this.word not in forms.fronting or following is None or not near:
            return None
        if following.idea not in forms.things:
            return None
        things.add(following.idea)
    return frozenset(things) if things else None
