"""Organisations, calendars, departments, areas: what everything else hangs on."""

from datetime import date
from typing import Any

from officers.models import (
    Area,
    AreaPin,
    Calendar,
    Department,
    Holiday,
    Organisation,
)
from presets.prepared import LIBRARY
from presets.rows import AreaRow, OrganisationRow
from presets.stage import Stage, joined
from presets.sync import end, indexed, remove, sync


def organisations(stage: Stage) -> None:
    """Parents first: a child's row names its parent's."""
    rows = stage.preset.organisations
    known = indexed(
        Organisation.objects.filter(code__in=[row.code for row in rows]),
        lambda row: row.code,
    )
    for depth in _by_depth({row.code: row.parent for row in rows}):
        wanted = {
            row.code: _organisation(row, known | stage.outside)
            | stage.if_back("organisations", row.code)
            for row in rows
            if row.code in depth
        }
        known = sync(Organisation, known, wanted, stage.tally)
    stage.organisations = known
    gone = stage.written("organisations", [row.code for row in rows])
    left = Organisation.objects.filter(code__in=gone)
    end(Organisation, left, stage.tally, last_day=stage.last_day)


def _organisation(
    row: OrganisationRow, known: dict[Any, Organisation]
) -> dict[str, Any]:
    return {
        "code": row.code,
        "parent_id": known[row.parent].pk if row.parent else None,
        "kind": row.kind,
        "names": row.names,
        "timezone": row.timezone,
        "currency": row.currency,
        "country": row.country,
        "languages": row.languages,
        "phone": row.phone,
        "danger_number": row.danger_number,
        "email": row.email,
        "safety": row.safety,
        "default_hours": row.default_hours,
        "reopen_days": row.reopen_days,
        "appeal_days": row.appeal_days,
        "quiet_from": row.quiet_from,
        "quiet_to": row.quiet_to,
        "hashtags": row.hashtags,
        "words": row.words,
        "public": row.public,
    }


def _by_depth(parents: dict[str, str]) -> list[set[str]]:
    """Codes with no parent, then their children, and so on."""
    levels: list[set[str]] = []
    left = dict(parents)
    while left:
        level = {code for code, parent in left.items() if parent not in left}
        levels.append(level)
        left = {code: parent for code, parent in left.items() if code not in level}
    return levels


def calendars(stage: Stage) -> None:
    rows = stage.preset.calendars
    there = Calendar.objects.filter(organisation_id__in=stage.organisation_ids())
    wanted = {
        row.code: {
            "organisation_id": stage.organisations[row.organisation].pk,
            "code": row.code,
            "kind": row.kind,
            "names": row.names,
            "hours": row.hours,
        }
        for row in rows
    }
    stage.calendars = sync(
        Calendar, indexed(there, lambda row: row.code), wanted, stage.tally
    )
    _calendar_of_each_organisation(stage)
    _holidays(stage)


def _calendar_of_each_organisation(stage: Stage) -> None:
    wanted = {
        row.code: {"calendar_id": stage.calendars[row.calendar].pk}
        for row in stage.preset.organisations
    }
    changes = {
        code: values
        for code, values in wanted.items()
        if stage.organisations[code].calendar_id != values["calendar_id"]
    }
    for code, values in changes.items():
        stage.organisations[code].calendar_id = values["calendar_id"]
    Organisation.objects.bulk_update(
        [stage.organisations[code] for code in changes], ["calendar"]
    )


def _holidays(stage: Stage) -> None:
    """Days of the library, then those of the file; a person's day stays as it is."""
    ids = {row.pk: code for code, row in stage.calendars.items()}
    there = indexed(
        Holiday.objects.filter(calendar_id__in=ids),
        lambda row: (ids[row.calendar_id], row.date),
    )
    wanted = _wanted_holidays(stage)
    mine = stage.before.get("holidays", set())
    for key in [*wanted]:
        row = there.get(key)
        if row and row.source != LIBRARY and joined(*key, row.source) not in mine:
            del wanted[key]
    sync(Holiday, there, wanted, stage.tally)
    written = [joined(*key, values["source"]) for key, values in wanted.items()]
    gone = stage.written("holidays", written)
    old = [
        row
        for key, row in there.items()
        if key not in wanted and joined(*key, row.source) in gone and not row.working
    ]
    remove(Holiday, old, stage.tally)


def _wanted_holidays(stage: Stage) -> dict[tuple[str, date], dict[str, Any]]:
    wanted: dict[tuple[str, date], dict[str, Any]] = {}
    for code, days in stage.prepared.holidays.items():
        for day, names in days.items():
            wanted[code, day] = {"names": names, "source": LIBRARY}
    for row in stage.preset.holidays:
        if row.date is not None:
            wanted[row.calendar, row.date] = {
                "names": row.names,
                "source": row.source,
            }
    for (code, day), values in wanted.items():
        values |= {"calendar_id": stage.calendars[code].pk, "date": day}
    return wanted


def departments(stage: Stage) -> None:
    rows = stage.preset.departments
    there = Department.objects.filter(organisation_id__in=stage.organisation_ids())
    known = indexed(there, lambda row: row.code)
    wanted = {
        row.code: {
            "organisation_id": stage.organisations[row.organisation].pk,
            "code": row.code,
            "names": row.names,
        }
        for row in rows
    }
    stage.departments = sync(Department, known, wanted, stage.tally)
    gone = stage.written("departments", [row.code for row in rows])
    left = [known[code] for code in gone if code in known]
    end(Department, left, stage.tally, last_day=None)


def areas(stage: Stage) -> None:
    rows = stage.preset.areas
    there = Area.objects.filter(organisation_id__in=stage.organisation_ids())
    known = indexed(there, lambda row: row.code)
    for depth in _by_depth({row.code: row.parent for row in rows}):
        wanted = {
            row.code: _area(stage, row, known) | stage.if_back("areas", row.code)
            for row in rows
            if row.code in depth
        }
        known = sync(Area, known, wanted, stage.tally)
    stage.areas = known
    gone = stage.written("areas", [row.code for row in rows])
    left = [known[code] for code in gone if code in known]
    end(Area, left, stage.tally, last_day=stage.last_day)
    _pins(stage)


def _area(stage: Stage, row: AreaRow, known: dict[Any, Area]) -> dict[str, Any]:
    values: dict[str, Any] = {
        "organisation_id": stage.organisations[row.organisation].pk,
        "code": row.code,
        "parent_id": known[row.parent].pk if row.parent else None,
        "level": row.level,
        "names": row.names,
        "level_names": row.level_names,
        "kind": row.kind,
        "office": row.office,
        "words": row.words,
        "valid_from": row.valid_from,
        "basis": row.basis,
        "source": row.source,
        "note": row.note,
    }
    drawn = stage.preset.boundaries.get(row.code)
    if drawn and _may_draw(known.get(row.code), drawn[1]):
        values |= {"boundary": drawn[0], "boundary_source": drawn[1]}
    return values


def _may_draw(area: Area | None, source: str) -> bool:
    """A real outline, loaded by load_boundaries, is not drawn over by a sketch."""
    if area is None or not area.boundary:
        return True
    return area.boundary_source == source or area.boundary_source.startswith(
        "schematic"
    )


def _pins(stage: Stage) -> None:
    ids = {row.pk: code for code, row in stage.areas.items()}
    there = indexed(
        AreaPin.objects.filter(area_id__in=ids), lambda row: (ids[row.area_id], row.pin)
    )
    wanted = {
        (row.code, pin): {"area_id": stage.areas[row.code].pk, "pin": pin}
        for row in stage.preset.areas
        for pin in row.pins
    }
    sync(AreaPin, there, wanted, stage.tally)
    gone = stage.written("pins", [joined(*key) for key in wanted])
    old = [row for key, row in there.items() if joined(*key) in gone]
    remove(AreaPin, old, stage.tally)
