"""Moments and spans as people say them, in the organisation's time zone."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from officers.models import Organisation

HOUR = 3600
DAY = 24 * HOUR
# A date without an hour means: by the end of that working day.
END_OF_WORK = time(18)


def local(at: datetime, organisation: Organisation) -> datetime:
    return timezone.localtime(at, ZoneInfo(organisation.timezone))


def evening(day: date, organisation: Organisation) -> datetime:
    return datetime.combine(day, END_OF_WORK, tzinfo=ZoneInfo(organisation.timezone))


def moment(at: datetime, organisation: Organisation) -> str:
    """ "Sat 21 Nov 18:00", in the active language."""
    return formats.date_format(local(at, organisation), "D j M H:i")


def span(length: timedelta) -> str:
    """ "40 min", "5 h", "2 days": one unit, rounded down; two where it helps."""
    seconds = int(abs(length.total_seconds()))
    if seconds < HOUR:
        return _("%(n)s min") % {"n": seconds // 60}
    if seconds < 2 * DAY:
        return _("%(n)s h") % {"n": seconds // HOUR}
    days = seconds // DAY
    return ngettext("%(n)s day", "%(n)s days", days) % {"n": days}


def time_left(due_at: datetime | None, at: datetime) -> str:
    """ "5 h left" or "late by 2 days"."""
    if due_at is None:
        return ""
    left = due_at - at
    if left >= timedelta(0):
        return _("%(span)s left") % {"span": span(left)}
    return _("late by %(span)s") % {"span": span(left)}


def urgency(due_at: datetime | None, at: datetime) -> str:
    """late, soon or fine: the state that colours the time left."""
    if due_at is None:
        return "fine"
    if due_at < at:
        return "late"
    return "soon" if due_at - at < timedelta(hours=4) else "fine"
