"""The promise as a sum that anybody can follow with a pencil, from the kept figures."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from complaints.models import Complaint
from complaints.times import moment
from escalation import reference
from escalation.promise.explaining import MOST_DAYS_NAMED, kept_time
from officers.calendar import HOLIDAY, OPEN, PAUSED, Span, WorkingTime, working_between
from officers.calendar import explain as spans_of

# A long promise: its first and its last working days, the others as one line.
MOST_DAYS, FIRST_DAYS, LAST_DAYS = 8, 3, 2


@dataclass(frozen=True)
class Counted:
    """The promise of one complaint, counted again from what was kept with it."""

    spans: list[Span]
    time: WorkingTime
    zone: ZoneInfo
    amount: timedelta
    named: Mapping[date, str]


@dataclass
class Day:
    """One local day: what was worked of it, or why nothing was."""

    day: date
    worked: list[Span] = field(default_factory=list)
    why: str = ""

    @property
    def length(self) -> timedelta:
        return sum((_length(span) for span in self.worked), timedelta())


def lines(complaint: Complaint) -> list[str]:
    """One line a day, what did not count, and the total; nothing where the kept
    figures do not lead to the date."""
    found = _counted(complaint)
    if found is None:
        return []
    if found.time.always:
        told = _round_the_clock(found, complaint)
    else:
        told = _by_days(_days(found), found)
    return [*told, _total(found, complaint), *_standing(complaint)]


def _counted(complaint: Complaint) -> Counted | None:
    reason, due_at = complaint.due_reason, complaint.due_at
    if due_at is None or "hours" not in reason:
        return None
    organisation = reference.organisation(complaint.organisation_id)
    working = kept_time(reason, organisation)
    amount = timedelta(hours=reason["hours"])
    pauses = [
        (datetime.fromisoformat(begin), datetime.fromisoformat(end))
        for begin, end in reason.get("pauses", ())
    ]
    spans = spans_of(complaint.registered_at, amount, working, pauses)
    if not spans or spans[-1].end != due_at:
        return None
    days = {date.fromisoformat(day) for day in reason.get("holidays", ())}
    named = reference.holiday_names(reason.get("calendar_id") or 0, days)
    return Counted(spans, working, ZoneInfo(working.zone), amount, named)


# Day by day -------------------------------------------------------------------------


def _days(found: Counted) -> list[Day]:
    days: dict[date, Day] = {}
    for piece in _cut(found.spans, found.zone):
        key = piece.begin.astimezone(found.zone).date()
        day = days.setdefault(key, Day(key))
        if piece.why == OPEN:
            day.worked.append(piece)
        elif piece.why == PAUSED or not day.why:
            day.why = piece.why
    return list(days.values())


def _cut(spans: Sequence[Span], zone: ZoneInfo) -> Iterator[Span]:
    """The spans cut at each midnight of the wall clock."""
    for span in spans:
        begin = span.begin
        while begin < span.end:
            tomorrow = begin.astimezone(zone).date() + timedelta(days=1)
            midnight = datetime.combine(tomorrow, time(), tzinfo=zone)
            end = min(span.end, midnight.astimezone(begin.tzinfo))
            yield Span(begin, end, span.why)
            begin = end


def _by_days(days: list[Day], found: Counted) -> list[str]:
    worked = [day for day in days if day.worked]
    if len(worked) <= MOST_DAYS:
        return _told(days, found)
    early, late = worked[FIRST_DAYS - 1].day, worked[-LAST_DAYS].day
    middle = [day for day in days if early < day.day < late]
    return [
        *_told([day for day in days if day.day <= early], found),
        _shortened(middle),
        *_told([day for day in days if day.day >= late], found),
    ]


def _shortened(middle: list[Day]) -> str:
    count = sum(bool(day.worked) for day in middle)
    total = sum((day.length for day in middle), timedelta())
    told = ngettext(
        "… %(n)s more working day: %(sum)s",
        "… %(n)s more working days: %(sum)s",
        count,
    ) % {"n": count, "sum": hours_and_minutes(total)}
    off = len(middle) - count
    if not off:
        return told
    return f"{told} " + ngettext(
        "(%(n)s day did not count)", "(%(n)s days did not count)", off
    ) % {"n": off}


def _told(days: list[Day], found: Counted) -> list[str]:
    told: list[str] = []
    for key, group in groupby(days, key=lambda day: _kind(day)):
        several = list(group)
        if key:
            told.append(_off(several, key, found))
        else:
            told += [_worked(day, found) for day in several]
    return told


def _kind(day: Day) -> str:
    """Days that did not count for one reason stand in one line."""
    return "" if day.worked else day.why


def _worked(day: Day, found: Counted) -> str:
    times = ", ".join(
        f"{_clock(span.begin, found.zone)}–{_clock(span.end, found.zone)}"
        for span in day.worked
    )
    told = f"{_date(day.day)} {times}: {hours_and_minutes(day.length)}"
    if day.length != sum(
        (_on_the_wall(s, found.zone) for s in day.worked), timedelta()
    ):
        told += " " + _("(the clocks were changed that night)")
    return told


def _off(days: list[Day], why: str, found: Counted) -> str:
    named = _date(days[0].day)
    if len(days) > 1:
        named += f" – {_date(days[-1].day)}"
    values = {"day": named}
    if why == PAUSED:
        return _("%(day)s: not counted, an answer was awaited") % values
    if why.startswith(HOLIDAY):
        name = found.named.get(date.fromisoformat(why.removeprefix(HOLIDAY)), "")
        holiday = name or _("a holiday")
        return _("%(day)s: not counted, %(holiday)s") % {**values, "holiday": holiday}
    return _("%(day)s: not counted, the office is closed") % values


# Round the clock --------------------------------------------------------------------


def _round_the_clock(found: Counted, complaint: Complaint) -> list[str]:
    told = []
    organisation = complaint.organisation
    for span in found.spans:
        values = {
            "since": moment(span.begin, organisation),
            "until": moment(span.end, organisation),
            "sum": hours_and_minutes(_length(span)),
        }
        if span.why == PAUSED:
            told.append(
                _("%(since)s – %(until)s: not counted, an answer was awaited") % values
            )
        else:
            told.append(_("%(since)s – %(until)s: %(sum)s") % values)
    return told


# The end ----------------------------------------------------------------------------


def _total(found: Counted, complaint: Complaint) -> str:
    return _("Together %(sum)s: due %(when)s.") % {
        "sum": hours_and_minutes(found.amount),
        "when": moment(found.spans[-1].end, complaint.organisation),
    }


def _standing(complaint: Complaint) -> list[str]:
    if complaint.paused_at is None:
        return []
    since = moment(complaint.paused_at, complaint.organisation)
    return [
        _("It stands still since %(since)s: the date moves with the answer.")
        % {"since": since}
    ]


# For the telephone ------------------------------------------------------------------


def aloud(complaint: Complaint, language: str = "") -> str:
    """Two or three sentences to read out, in the citizen's language."""
    found = _counted(complaint)
    if found is None:
        return ""
    with translation.override(language or complaint.language):
        hours = {"hours": complaint.due_reason["hours"]}
        if found.time.always:
            limit = _("We have %(hours)s hours for it, day and night.") % hours
        else:
            limit = _("We have %(hours)s office hours for it.") % hours
        told = [
            _("Your complaint came on %(when)s.")
            % {"when": _in_words(complaint.registered_at, found.zone)},
            limit,
            *_aloud_off(complaint.due_reason),
            *_aloud_pauses(found),
            _("So it should be solved by %(when)s.")
            % {"when": _in_words(found.spans[-1].end, found.zone)},
        ]
        return " ".join(told)


def _aloud_off(reason: Mapping[str, Any]) -> list[str]:
    days = [date.fromisoformat(day) for day in reason.get("days_off", ())]
    count = reason.get("days_off_count", len(days))
    if not count:
        return []
    if count > MOST_DAYS_NAMED:
        return [
            ngettext(
                "On %(n)s day the office is closed; it does not count.",
                "On %(n)s days the office is closed; they do not count.",
                count,
            )
            % {"n": count}
        ]
    named = ", ".join(formats.date_format(day, "l j F") for day in days)
    return [_("These days do not count: %(days)s.") % {"days": named}]


def _aloud_pauses(found: Counted) -> list[str]:
    added = sum(
        (
            working_between(span.begin, span.end, found.time)
            for span in found.spans
            if span.why == PAUSED
        ),
        timedelta(),
    )
    if not added:
        return []
    return [
        _("While we waited for your answer, %(sum)s did not count.")
        % {"sum": hours_and_minutes(added)}
    ]


def _in_words(at: datetime, zone: ZoneInfo) -> str:
    local = timezone.localtime(at, zone)
    return _("%(day)s at %(time)s") % {
        "day": formats.date_format(local, "l j F"),
        "time": formats.date_format(local, "H:i"),
    }


# Figures ----------------------------------------------------------------------------


def _minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)


def _length(span: Span) -> timedelta:
    """Between the minutes that are shown: so the lines add up to the total."""
    return _minute(span.end) - _minute(span.begin)


def _on_the_wall(span: Span, zone: ZoneInfo) -> timedelta:
    begin, end = (
        _minute(at).astimezone(zone).replace(tzinfo=None)
        for at in (span.begin, span.end)
    )
    return end - begin


def _clock(at: datetime, zone: ZoneInfo) -> str:
    return formats.date_format(timezone.localtime(at, zone), "H:i")


def _date(day: date) -> str:
    return formats.date_format(day, "D j M")


def hours_and_minutes(length: timedelta) -> str:
    """ "8 h", "1 h 50 min", "40 min": nothing rounded away but seconds."""
    minutes = int(length.total_seconds()) // 60
    hours, rest = divmod(minutes, 60)
    if not hours:
        return _("%(n)s min") % {"n": rest}
    if not rest:
        return _("%(n)s h") % {"n": hours}
    return _("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": rest}
