"""When silence is long enough: the tries to reach a citizen that let a closing stand.

Three tries on different days, at different hours and by different ways, one of them by
voice (domain README, section 4, "Auto-close"; an undelivered message is no try). Read
here as: three local days; three times of day at least two hours apart from each other,
counted round the clock; a call, automatic or by a person; two ways, or three where the
citizen has three. Whoever has no phone cannot be called: no voice is demanded of us.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from zoneinfo import ZoneInfo

TRIES = 3
APART_MINUTES = 120
DAY_MINUTES = 24 * 60
VOICE, CALL = "voice", "call"
SPOKEN = frozenset({VOICE, CALL})
# By which ways a citizen of whom we know no more can be asked.
USUAL = frozenset({"sms", CALL})
# More were not made in vain, but the last ones are enough to judge by.
LOOKED_AT = 30


@dataclass(frozen=True)
class Try:
    """One try that may have reached them; `way` as in feedback's ContactTry.Way."""

    at: datetime
    way: str


def lacking(
    tries: Sequence[Try], zone: str, ways: Collection[str] = USUAL
) -> tuple[str, ...]:
    """What is missing, as codes: tries, days, hours, voice, ways; () is enough.

    `ways`: those that the citizen has. Any three of the tries may be the ones.
    """
    last = sorted(tries, key=lambda one: one.at)[-LOOKED_AT:]
    if len(last) < TRIES:
        return ("tries", *_lacks(last, zone, ways))
    threes = (_lacks(three, zone, ways) for three in combinations(last, TRIES))
    return min(threes, key=len)


def _lacks(some: Sequence[Try], zone: str, ways: Collection[str]) -> tuple[str, ...]:
    local = [one.at.astimezone(ZoneInfo(zone)) for one in some]
    used = {one.way for one in some}
    found = {
        "days": len({when.date() for when in local}) >= TRIES,
        "hours": len(some) >= TRIES and _apart(local),
        "voice": bool(used & SPOKEN) or not SPOKEN & set(ways),
        "ways": len(used) >= min(TRIES, max(1, len(ways))),
    }
    return tuple(code for code, there in found.items() if not there)


def _apart(moments: Sequence[datetime]) -> bool:
    minutes = [when.hour * 60 + when.minute for when in moments]
    return all(
        APART_MINUTES <= abs(one - other) <= DAY_MINUTES - APART_MINUTES
        for one, other in combinations(minutes, 2)
    )


def hour_is_new(tries: Sequence[Try], at: datetime, zone: str) -> bool:
    """Would a try now be on a new day, two hours from every other's time of day?"""
    local = [one.at.astimezone(ZoneInfo(zone)) for one in tries]
    now = at.astimezone(ZoneInfo(zone))
    other_day = all(now.date() != when.date() for when in local)
    return other_day and all(_apart((now, when)) for when in local)
