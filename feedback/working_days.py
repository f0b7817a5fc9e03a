"""Until when within so many working days of an organisation."""

from datetime import datetime, time, timedelta

from officers.calendar import BadHours, WorkingTime, add_working, parse_hours
from officers.models import Calendar, Organisation

_ALL_DAY = ((time(), time()),)


def working_days_after(at: datetime, days: int, organisation: Organisation) -> datetime:
    """So many whole days, of which Sundays and holidays are none.

    Where the clock never stands still, or cannot be read, each day counts.
    """
    calendar = organisation.calendar
    if calendar is None or calendar.kind == Calendar.Kind.ALWAYS:
        return at + timedelta(days=days)
    try:
        week = parse_hours(calendar.hours)
    except BadHours:
        week = {}
    if not week:
        return at + timedelta(days=days)
    holidays = calendar.holidays.filter(working=False).values_list("date", flat=True)
    whole = WorkingTime(
        zone=organisation.timezone,
        always=False,
        week=dict.fromkeys(week, _ALL_DAY),
        holidays=frozenset(holidays),
    )
    return add_working(at, timedelta(days=days), whole)
