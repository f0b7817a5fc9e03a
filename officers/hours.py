"""Hours as people write them, ready for the arithmetic of officers/calendar.py."""

from functools import lru_cache

from officers.calendar import BadHours, Week, WorkingTime, parse_hours

# A shift without an end.
ALWAYS = "always"


def round_the_clock(zone: str) -> WorkingTime:
    return WorkingTime(zone=zone, always=True, week={}, holidays=frozenset())


def of_week(week: Week, zone: str) -> WorkingTime:
    """The same every week: holidays are days like others."""
    return WorkingTime(zone=zone, always=False, week=week, holidays=frozenset())


def of_shift(hours: str, zone: str) -> WorkingTime | None:
    """None where nothing is written, or nothing that can be read."""
    written = hours.strip().lower()
    return round_the_clock(zone) if written == ALWAYS else _read(written, zone)


@lru_cache(maxsize=4096)
def _read(hours: str, zone: str) -> WorkingTime | None:
    try:
        week = parse_hours(hours)
    except BadHours:
        return None
    return of_week(week, zone) if week else None
