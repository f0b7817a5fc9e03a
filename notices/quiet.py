"""When a message may go out: nobody's telephone rings at night for a docket.

Docket SMS 08-21 by the organisation's clock, surveys and bills 10-19; a danger and a
code at any hour, and e-mail too, which wakes nobody.
"""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from notices.kinds import Kind
from notices.render import EMAIL
from officers.models import Organisation


def not_before(
    at: datetime, organisation: Organisation, kind: Kind, channel: str
) -> datetime:
    if kind.any_time or channel == EMAIL:
        return at
    opens, closes = kind.hours or (organisation.quiet_to, organisation.quiet_from)
    return next_open(at, organisation, opens, closes)


def closing(at: datetime, organisation: Organisation, kind: Kind) -> datetime:
    """When the hours end that `at` lies in; of a kind that has hours of its own."""
    _opens, closes = kind.hours or (organisation.quiet_to, organisation.quiet_from)
    here = at.astimezone(ZoneInfo(organisation.timezone))
    end = datetime.combine(here.date(), closes, tzinfo=here.tzinfo)
    return end.astimezone(at.tzinfo)


def next_open(
    at: datetime, organisation: Organisation, opens: time, closes: time
) -> datetime:
    """This moment, or the next that lies in these hours of every day there."""
    zone = ZoneInfo(organisation.timezone)
    here = at.astimezone(zone)
    now = here.time().replace(tzinfo=None)
    if _open(now, opens, closes):
        return at
    day = here.date() if now < opens else here.date() + timedelta(days=1)
    return datetime.combine(day, opens, tzinfo=zone).astimezone(at.tzinfo)


def _open(now: time, opens: time, closes: time) -> bool:
    if opens == closes:
        return True  # no quiet hours
    if opens < closes:
        return opens <= now < closes
    return now >= opens or now < closes
