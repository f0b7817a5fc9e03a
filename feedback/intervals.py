"""How sure a mean or a share is: never shown without n and its interval.

95 %, two-sided. A mean by Student's t, because the spread is guessed from the same few
ratings; a share by Wilson, which stays within 0 and 1 and is honest near both ends.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

LOWEST, BEST = 1, 5
# A mean of fewer ratings than this says too little to rank offices by.
FEW = 30
_Z = NormalDist().inv_cdf(0.975)
# Student's t for 95 % at 1, 2, … degrees of freedom, where the series below is too far
# off; from any table of the distribution.
_T = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306)


@dataclass(frozen=True)
class Interval:
    """`middle` with its lower and upper end; on the scale of what was asked for."""

    middle: float
    low: float
    high: float
    n: int

    @property
    def few(self) -> bool:
        return self.n < FEW


def mean_interval(scores: Mapping[int, int]) -> Interval | None:
    """Of {score: how many gave it}, scores 1 to 5; None where nobody rated.

    One rating, or all alike, show no spread of their own: then the widest that is
    still possible is told, the whole scale for one.
    """
    n = sum(scores.values())
    if not n:
        return None
    mean = sum(score * count for score, count in scores.items()) / n
    if n == 1:
        return Interval(mean, LOWEST, BEST, n)
    squares = sum(count * (score - mean) ** 2 for score, count in scores.items())
    # One more rating at the far end might have come: alike is not certain.
    squares = squares or (BEST - LOWEST) ** 2 / (n + 1)
    half = _t(n - 1) * sqrt(squares / (n - 1) / n)
    return Interval(mean, max(LOWEST, mean - half), min(BEST, mean + half), n)


def share_interval(part: int, n: int) -> Interval | None:
    """Wilson's interval of part out of n, as fractions; None where n is 0."""
    if not n:
        return None
    share, weight = part / n, _Z**2 / n
    middle = (share + weight / 2) / (1 + weight)
    half = _Z * sqrt(share * (1 - share) / n + weight / (4 * n)) / (1 + weight)
    # At both ends rounding would leave the share itself a hair outside.
    low, high = min(share, middle - half), max(share, middle + half)
    return Interval(share, max(0.0, low), min(1.0, high), n)


def _t(freedom: int) -> float:
    if freedom <= len(_T):
        return _T[freedom - 1]
    # Cornish and Fisher's series in 1/freedom: right to three digits from nine on.
    first = (_Z**3 + _Z) / 4
    second = (5 * _Z**5 + 16 * _Z**3 + 3 * _Z) / 96
    return _Z + first / freedom + second / freedom**2
