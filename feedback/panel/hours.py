"""Morning, afternoon, evening: a try counts once in each, on days of their own."""

from collections.abc import Collection
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

# From which hour until which; together they are the hours in which nobody minds a call.
PARTS = ((10, 13), (13, 16), (16, 19))
MOST_TRIES = len(PARTS)


def part_of(hour: int) -> int | None:
    """Which part of the day the hour is in; None when nobody is called."""
    return next((i for i, (a, b) in enumerate(PARTS) if a <= hour < b), None)


def here(at: datetime, zone: str) -> datetime:
    return at.astimezone(ZoneInfo(zone))


def is_new(at: datetime, hours: Collection[int], zone: str) -> bool:
    """Whether this part of the day was not tried yet, and is one for calls."""
    part = part_of(here(at, zone).hour)
    return part is not None and part not in {part_of(hour) for hour in hours}


def first_call_at(at: datetime, place: int, zone: str) -> datetime:
    """The day after the message; the seats share the parts of the day."""
    return _tomorrow(at, PARTS[place % len(PARTS)][0], zone)


def next_call_at(at: datetime, hours: Collection[int], zone: str) -> datetime:
    """The next day, in the first part after the last that was not tried."""
    tried = [part_of(hour) for hour in hours]
    last = next((part for part in reversed(tried) if part is not None), -1)
    turn = [(last + step) % len(PARTS) for step in range(1, len(PARTS) + 1)]
    part = next((each for each in turn if each not in tried), turn[0])
    return _tomorrow(at, PARTS[part][0], zone)


def _tomorrow(at: datetime, hour: int, zone: str) -> datetime:
    local = here(at, zone)
    day = local.date() + timedelta(days=1)
    return datetime.combine(day, time(hour), tzinfo=local.tzinfo).astimezone(at.tzinfo)
