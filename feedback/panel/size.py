"""How many answers an area needs, and how many consumers are drawn for them."""

from math import ceil

MOST = 97
# Below so many consumers an area needs less.
SMALL, SMALL_MOST = 500, 81
# Of a hundred who are asked by message and called up to three times, so many answer:
# interviewers reach 30 to 60 of those with a number.
ANSWER_PERCENT = 40
_Z, _ERROR = 1.96, 0.1
_ENDLESS = _Z**2 * 0.25 / _ERROR**2


def wanted(consumers: int) -> int:
    """Answers for a share that is right to ten points in 95 of 100 months.

    Cochran, Sampling Techniques (1977), ch. 4: n0 = z² p(1 - p) / e², with z = 1.96,
    e = 0.1 and the worst p = 0.5 it is 96.04, so 97; of N consumers in all
    n = n0 / (1 + (n0 - 1) / N), which is 81 for 500 of them. From 500 on the whole 97
    are asked for: so the figures of the months compare.
    """
    if consumers >= SMALL:
        return MOST
    if consumers <= 0:
        return 0
    need = ceil(_ENDLESS / (1 + (_ENDLESS - 1) / consumers))
    return min(SMALL_MOST, need, consumers)


def asked_first(consumers: int) -> int:
    """Seats that are asked at once."""
    return min(consumers, ceil(wanted(consumers) * 100 / ANSWER_PERCENT))


def seats(consumers: int) -> int:
    """With the reserve, which takes the places of those who are not reached."""
    return min(consumers, 2 * asked_first(consumers))
