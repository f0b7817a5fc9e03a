"""Months and other periods, in the organisation's own time zone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import formats
from django.utils.translation import gettext_lazy as _

from complaints.actors import Actor
from complaints.refusals import Invalid
from complaints.text import fold

LONGEST_DAYS = 400
FIRST_DAY = date(2000, 1, 1)
LAST_DAY = date(2099, 12, 31)
NAMED = {
    "today": _("Today"),
    "7days": _("7 days"),
    "month": _("This month"),
    "last-month": _("Last month"),
}


@dataclass(frozen=True)
class Period:
    """Two local days, both included, and the zone they are days of."""

    first: date
    last: date
    zone: str

    @property
    def start(self) -> datetime:
        return _midnight(self.first, self.zone)

    @property
    def end(self) -> datetime:
        """The first moment after the period."""
        return _midnight(self.last + timedelta(days=1), self.zone)

    def label(self) -> str:
        if self.is_month:
            return formats.date_format(self.first, "F Y")
        if self.first == self.last:
            return formats.date_format(self.first, "j M Y")
        return (
            f"{formats.date_format(self.first, 'j M Y')} – "
            f"{formats.date_format(self.last, 'j M Y')}"
        )

    @property
    def is_month(self) -> bool:
        return self.first.day == 1 and self.last == _month_end(self.first)

    @property
    def query(self) -> str:
        return f"from={self.first.isoformat()}&to={self.last.isoformat()}"

    @property
    def slug(self) -> str:
        """For the name of a file."""
        if self.is_month:
            return f"{self.first:%Y-%m}"
        return f"{self.first.isoformat()}-to-{self.last.isoformat()}"


def read(query: Mapping[str, str], at: datetime, zone: str, default: str) -> Period:
    """from and to, a month (2026-11) or a named period. Raises Invalid."""
    if query.get("from") or query.get("to"):
        return _between(query.get("from", ""), query.get("to", ""), zone)
    if query.get("month"):
        day = _day(f"{fold(query['month'])}-01", "month")
        return month_of(day, zone)
    name = query.get("period") or default
    if name not in NAMED:
        raise Invalid(_("This period is not known. Choose one of the list."))
    return named(name, at, zone)


def named(name: str, at: datetime, zone: str) -> Period:
    now = today(at, zone)
    if name == "last-month":
        return month_of(now.replace(day=1) - timedelta(days=1), zone)
    if name == "month":
        return month_of(now, zone)
    return Period(now - timedelta(days=6) if name == "7days" else now, now, zone)


def _between(first: str, last: str, zone: str) -> Period:
    start, end = _day(first, "from"), _day(last, "to")
    if end < start:
        raise Invalid(_("The last day lies before the first one."), field="to")
    if (end - start).days >= LONGEST_DAYS:
        raise Invalid(
            _("This period is too long: choose at most %(days)s days."),
            {"days": LONGEST_DAYS},
            field="to",
        )
    return Period(start, end, zone)


def _day(typed: str, field: str) -> date:
    """A day as the browser writes it, in any digits."""
    if not typed:
        raise Invalid(_("Give both the first and the last day."), field=field)
    try:
        day = date.fromisoformat(fold(typed)[:20])
    except ValueError as error:
        raise Invalid(
            _("This is not a date. Write year, month, day, as in 2026-11-21."),
            field=field,
        ) from error
    if not FIRST_DAY <= day <= LAST_DAY:
        raise Invalid(
            _("Choose days between the years %(first)s and %(last)s."),
            {"first": FIRST_DAY.year, "last": LAST_DAY.year},
            field=field,
        )
    return day


def zone_of(actor: Actor) -> str:
    return next((p.organisation.timezone for p in actor.postings), "UTC")


def month_of(day: date, zone: str) -> Period:
    return Period(day.replace(day=1), _month_end(day), zone)


def months_before(period: Period, count: int) -> list[Period]:
    """The month of the period's end and those before it, oldest first."""
    found = [month_of(period.last, period.zone)]
    while len(found) < count:
        found.append(month_of(found[-1].first - timedelta(days=1), period.zone))
    return found[::-1]


def days_before(day: date, count: int, zone: str) -> list[Period]:
    """That day and those before it, oldest first."""
    days = (day - timedelta(days=back) for back in reversed(range(count)))
    return [Period(each, each, zone) for each in days]


def spanning(periods: list[Period]) -> Period:
    return Period(periods[0].first, periods[-1].last, periods[0].zone)


def today(at: datetime, zone: str) -> date:
    return at.astimezone(ZoneInfo(zone)).date()


def _month_end(day: date) -> date:
    following = day.replace(day=28) + timedelta(days=4)
    return following.replace(day=1) - timedelta(days=1)


def _midnight(day: date, zone: str) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone))
