"""Why this date: sentences from the codes and numbers kept with the promise."""

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from complaints.models import Complaint
from complaints.times import span
from escalation import reference
from escalation.models import ServiceLevel
from officers.calendar import WorkingTime, parse_hours, working_between
from officers.hours import round_the_clock
from officers.models import Area, Organisation

MOST_DAYS_NAMED = 5
# "GHMC 24h S-GHMC (S-GHMC = …)": marks and list of sources are for whoever checks.
_SOURCE_MARKS = re.compile(r"\s*\bS-[A-Z0-9]+\b|\s*\(.*$", re.DOTALL)


def explain(complaint: Complaint) -> list[str]:
    """For the complaint's page and for the counter; in the reader's language."""
    if complaint.due_at is None or not complaint.due_reason:
        return []
    organisation = reference.organisation(complaint.organisation_id)
    return sentences(complaint.due_reason, organisation)


def sentences(reason: Mapping[str, Any], organisation: Organisation) -> list[str]:
    """Hours and their source, when the clock runs, days left out, pauses."""
    if "hours" not in reason:
        return []
    told = [_hours(reason), _calendar(reason), *_days_off(reason)]
    return [line for line in told + _pauses(reason, organisation) if line]


def _hours(reason: Mapping[str, Any]) -> str:
    source = _SOURCE_MARKS.sub("", reason.get("source", "")).strip(" ;,")
    values = {"hours": reason["hours"], "source": source}
    basis = reason.get("basis")
    if basis == "default_hours":
        return _("%(hours)s h: nobody has named the kind of complaint yet.") % values
    if basis == ServiceLevel.Basis.SOURCED and values["source"]:
        told = _("%(hours)s h, from the published charter (%(source)s).") % values
    elif basis == ServiceLevel.Basis.GENERAL:
        told = _("%(hours)s h, as is usual for this kind of work.") % values
    else:
        told = _("%(hours)s h, set by this office.") % values
    if reason.get("area_kind") == Area.Kind.RURAL:
        return told + " " + _("The place counts as rural.")
    return told


def _calendar(reason: Mapping[str, Any]) -> str:
    if reason.get("always", True):
        return _("The clock runs round the clock.")
    return _("The clock runs in office hours only.")


def _days_off(reason: Mapping[str, Any]) -> list[str]:
    days = [date.fromisoformat(day) for day in reason.get("days_off", ())]
    holidays = {date.fromisoformat(day) for day in reason.get("holidays", ())}
    count = reason.get("days_off_count", len(days))
    if count > MOST_DAYS_NAMED:
        return [
            ngettext(
                "%(count)s day did not count: office closed.",
                "%(count)s days did not count: office closed.",
                count,
            )
            % {"count": count}
        ]
    named = reference.holiday_names(reason.get("calendar_id") or 0, holidays)
    return [_day_off(day, day in holidays, named.get(day, "")) for day in days]


def _day_off(day: date, holiday: bool, name: str) -> str:
    values = {"day": formats.date_format(day, "l j M"), "holiday": name}
    if holiday and name:
        return _("%(day)s did not count: %(holiday)s.") % values
    if holiday:
        return _("%(day)s did not count: a holiday.") % values
    return _("%(day)s did not count: office hours.") % values


def _pauses(reason: Mapping[str, Any], organisation: Organisation) -> list[str]:
    zone = ZoneInfo(organisation.timezone)
    told = []
    for begin, end in reason.get("pauses", ()):
        since, until = datetime.fromisoformat(begin), datetime.fromisoformat(end)
        values = {
            "since": _moment(since, zone),
            "until": _moment(until, zone),
            "added": span(_counted(reason, since, until, organisation)),
        }
        told.append(
            _(
                "It stood still from %(since)s to %(until)s, while your answer was"
                " awaited: %(added)s were added."
            )
            % values
        )
    return told


def _counted(
    reason: Mapping[str, Any],
    since: datetime,
    until: datetime,
    organisation: Organisation,
) -> timedelta:
    return working_between(since, until, kept_time(reason, organisation))


def kept_time(reason: Mapping[str, Any], organisation: Organisation) -> WorkingTime:
    """The calendar as it was when the promise was counted, from the kept figures."""
    if reason.get("always", True):
        return round_the_clock(organisation.timezone)
    weeks = reason.get("weeks")
    if not weeks:  # promised before hours were kept
        calendar = reference.calendars.get().get(reason.get("calendar_id") or 0)
        return reference.working_time(calendar, organisation.timezone)
    later = [(date.fromisoformat(day), hours) for day, hours in weeks[1:]]
    return WorkingTime(
        zone=reason["zone"],
        always=False,
        week=parse_hours(weeks[0][1]),
        holidays=frozenset(map(date.fromisoformat, reason.get("holidays", ()))),
        changes=reference.hours_changed(later),
    )


def _moment(at: datetime, zone: ZoneInfo) -> str:
    return formats.date_format(timezone.localtime(at, zone), "D j M H:i")
