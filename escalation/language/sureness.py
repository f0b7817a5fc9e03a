"""How sure is sure: from what was heard of each kind to one of them, or to nobody."""

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

# Just under what the shortest common complaint ("no power") reaches. Measured together
# with what lowers confidence in decide(), on all sets of docs/routing.md.
SURE = 0.5
_CERTAIN = 1.0  # the score of one word that no other category has, roughly
_CLEAR = 0.35
_ALIKE = 0.6
# A rival that saw only a part of the winner's words, and how much more that must be.
_WITHIN, _BARELY_WITHIN, _ADDED = 0.5, 0.7, 0.3
_UNHEARD, _MOST_HEARD = 0.5, 0.6
# What the next kinds hear and the winner does not makes another matter likelier.
_NEXT = 3
_ELSEWHERE = 0.6
_BEYOND_DOUBT = 0.8  # how far the winner leads where the margin leaves no doubt


@dataclass(frozen=True, slots=True)
class Hit:
    category: str
    score: float
    words: tuple[str, ...]
    share: float = 1.0  # of the text's ideas, what it explains
    # the same by word, a rare word more than one that half the kinds hold
    parts: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """`best` is None where a person has to decide."""

    best: str | None
    confidence: float
    runners_up: tuple[str, ...]
    words: tuple[str, ...]


def decide(
    hits: Sequence[Hit],
    sure: float = SURE,
    alike: Callable[[str, str], bool] = operator.eq,
) -> Outcome:
    """The first hit if it is loud enough, clear of the second, and leaves little of
    what the others hear, else nobody.

    Enough to decide is not yet certain: beyond that confidence grows only as far as the
    lead, and what was understood of the text, allow.
    """
    if not hits:
        return Outcome(None, 0.0, (), ())
    first, rest = hits[0], hits[1:]
    rival = max((_rivalry(first, hit, alike) for hit in rest), default=0.0)
    lead = 1 - rival / first.score
    loud = min(1.0, first.score / _CERTAIN)
    clear = min(1.0, lead / _CLEAR)
    left = _left_over(first, rest)
    enough = loud * clear * _heard(first.share) * (1 - _ELSEWHERE * left)
    confidence = max(0.0, enough)
    if confidence > sure:
        certain = min(1.0, lead / _BEYOND_DOUBT) * (1 - left)
        confidence = sure + (confidence - sure) * certain * _heard(_understood(first))
    confidence = round(confidence, 3)
    runners_up = tuple(hit.category for hit in rest[:3])
    best = first.category if confidence >= sure else None
    return Outcome(best, confidence, runners_up, first.words)


def _left_over(first: Hit, rest: Sequence[Hit]) -> float:
    """Of the text what the next kinds explain, and the first does not."""
    heard: dict[str, float] = {}
    for hit in rest[:_NEXT]:
        heard.update(hit.parts)
    return sum(part for word, part in heard.items() if word not in first.parts)


def _understood(hit: Hit) -> float:
    return sum(hit.parts.values()) if hit.parts else hit.share


def _heard(share: float) -> float:
    """A long text of which little was understood may be about something else."""
    return min(1.0, _UNHEARD + (1 - _UNHEARD) * share / _MOST_HEARD)


def _rivalry(first: Hit, second: Hit, alike: Callable[[str, str], bool]) -> float:
    """A rival is less of one where the winner explains its words and more; a little
    less, where what it has more is a "not" or the like, which half the kinds hold.

    And where both go `alike` to the same office: a mistake between the two costs a
    click there, while sorting by hand would cost half an hour without light.
    """
    rivalry = second.score
    if set(second.words) < set(first.words):
        rivalry *= _WITHIN if _adds(first, second) else _BARELY_WITHIN
    return rivalry * (_ALIKE if alike(first.category, second.category) else 1.0)


def _adds(first: Hit, second: Hit) -> bool:
    more, said = _understood(first), _understood(second)
    return not (first.parts and second.parts) or more >= (1 + _ADDED) * said
