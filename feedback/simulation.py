"""Offices made up by lot, to see how often the rule blames one for bad luck.

The ratings follow the shape that citizens' ratings have: many at both ends. Every
office draws from the same urn, so each that is flagged is flagged wrongly; beside them
offices that really are worse show what the caution costs.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from statistics import fmean

from feedback.office_flags import BELOW, flagged

# Shares of 1, 2, 3, 4 and 5 at an average office: J-shaped, mean 3.4.
AVERAGE: Mapping[int, int] = {1: 20, 2: 10, 3: 14, 4: 22, 5: 34}
# An office of which one citizen in three more is turned away: mean 2.5.
WORSE: Mapping[int, int] = {1: 42, 2: 13, 3: 12, 4: 14, 5: 19}


@dataclass(frozen=True)
class Outcome:
    """Shares in percent of the offices that were simulated."""

    raw: float  # average offices whose plain mean lies below
    flagged: float  # average offices that the rule flags
    caught: float  # worse offices that the rule flags
    means: float  # the mean of all ratings


def simulate(
    *, offices: int, ratings: int, rounds: int, worse: float, seed: int
) -> Outcome:
    """`rounds` cities of `offices` each; a share `worse` of them is really worse."""
    lot = Random(seed)  # noqa: S311 (a simulation that must come out the same twice)
    raw = wrongly = average = caught = bad = 0
    means: list[float] = []
    for _round in range(rounds):
        drawn = [
            (place < offices * worse, _draw(lot, place < offices * worse, ratings))
            for place in range(offices)
        ]
        parent = fmean(score for _bad, scores in drawn for score in scores)
        means.append(parent)
        for is_bad, scores in drawn:
            found = flagged(sum(scores), ratings, parent)
            if is_bad:
                bad, caught = bad + 1, caught + found
            else:
                average, wrongly = average + 1, wrongly + found
                raw += fmean(scores) < parent - BELOW
    return Outcome(
        raw=_percent(raw, average),
        flagged=_percent(wrongly, average),
        caught=_percent(caught, bad),
        means=fmean(means),
    )


def _draw(lot: Random, is_bad: bool, ratings: int) -> list[int]:
    urn = WORSE if is_bad else AVERAGE
    return lot.choices(list(urn), weights=list(urn.values()), k=ratings)


def _percent(part: int, whole: int) -> float:
    return 100 * part / whole if whole else 0.0
