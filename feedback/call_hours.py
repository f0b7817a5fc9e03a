"""When a call is made again: in civil hours, at another time of day than before."""

from collections.abc import Collection
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from complaints.services.tries import APART_MINUTES
from notices.kinds import CIVIL_HOURS
from notices.quiet import next_open
from officers.models import Organisation

OPENS, CLOSES = CIVIL_HOURS
# After the first try, the second, the third and every one from the fourth on.
AGAIN_AFTER = (
    timedelta(hours=2),
    timedelta(days=1),
    timedelta(days=3),
    timedelta(days=7),
)
HOURS = range(OPENS.hour, CLOSES.hour)


def in_civil_hours(at: datetime, organisation: Organisation) -> datetime:
    """This moment, or the next at which nobody minds the telephone."""
    return next_open(at, organisation, OPENS, CLOSES)


def call_again_at(
    at: datetime,
    made: int,
    earlier: Collection[datetime],
    organisation: Organisation,
    *,
    least: timedelta = AGAIN_AFTER[0],
) -> datetime:
    """When the `made`-th try is followed by the next.

    At a time of day that is two hours from all `earlier` ones, or as far as the day
    allows: who is at work at eleven is at work at eleven tomorrow.
    """
    wait = max(AGAIN_AFTER[min(made, len(AGAIN_AFTER)) - 1], least)
    zone = ZoneInfo(organisation.timezone)
    first = in_civil_hours(at + wait, organisation).astimezone(zone)
    tried = [_minutes(moment.astimezone(zone)) for moment in earlier]
    if _distance(_minutes(first), tried) >= APART_MINUTES:
        return first.astimezone(at.tzinfo)
    hour = max(HOURS, key=lambda hour: (_distance(60 * hour, tried), -hour))
    then = _on(first, timedelta(), time(hour))
    if then < first and wait < AGAIN_AFTER[1]:
        then = _on(first, timedelta(days=1), time(hour))
    return then.astimezone(at.tzinfo)


def _minutes(moment: datetime) -> int:
    return moment.hour * 60 + moment.minute


def _distance(minutes: int, tried: Collection[int]) -> int:
    """To the nearest of the times of day that were tried."""
    return min((abs(minutes - other) for other in tried), default=APART_MINUTES)


def _on(day: datetime, later: timedelta, hour: time) -> datetime:
    return datetime.combine(day.date() + later, hour, tzinfo=day.tzinfo)
