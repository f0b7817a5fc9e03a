"""The month as CSV: one row per complaint, streamed, safe to open in a spreadsheet.

No names, numbers or words of citizens: an export is masked by default.
"""

import csv
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from complaints.actors import Actor
from complaints.labels import staff_stage
from complaints.models import Category, Source
from complaints.models.category import Criticality, Horizon
from complaints.models.complaint import ClosedHow, Kind
from officers.models import Area, Department, Organisation
from officers.names import localised
from reports.figures import received_in
from reports.measures import LABELS, verdicts
from reports.periods import Period

CHUNK = 2000
BOM = "\ufeff"  # or Excel shows Devanagari as noise
FIELDS = (
    "number", "kind", "status", "criticality", "horizon", "language", "pin",
    "organisation_id", "received_by_id", "office_id", "department_id", "area_id",
    "category_id", "source_id", "registered_at", "due_at", "started_at",
    "resolved_at", "closed_at", "closed_how", "paused_at", "level", "reopened",
    "forwarded", "bounced", "rating",
)  # fmt: skip
_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001 (full width)


class _Line:
    """A file-like that gives each written line back."""

    def write(self, line: str) -> str:
        return line


def lines(actor: Actor, period: Period, at: datetime) -> Iterator[str]:
    """In the language that is active now, whatever is when the lines are fetched."""
    return _lines(actor, period, at, translation.get_language() or "en")


def _lines(actor: Actor, period: Period, at: datetime, language: str) -> Iterator[str]:
    writer = csv.writer(_Line())
    rows = received_in(actor, period).order_by("registered_at", "pk")
    with translation.override(language):
        names = _Names()
        yield BOM + str(writer.writerow(header()))
        for row in rows.values(*FIELDS).iterator(chunk_size=CHUNK):
            cells = _cells(row, names, period, at)
            yield str(writer.writerow(safe(value) for value in cells))


def safe(value: Any) -> str:
    """A cell that no spreadsheet takes for a formula."""
    text = "" if value is None else str(value)
    if text.startswith(_RISKY):
        return "'" + text
    return text


def header() -> list[str]:
    return [
        _("Number"), _("Kind"), _("Stage"), _("Category"), _("Group"),
        _("How bad"), _("How long it takes"), _("Way in"), _("Language"),
        _("Received by"), _("Organisation"), _("Office"), _("Department"), _("Place"),
        _("Postal code"), _("Registered on"), _("Due on"), _("Work started on"),
        _("Solved on"), _("Closed on"), _("Closed how"), _("Minutes until solved"),
        _("Minutes late"), *map(str, LABELS.values()), _("Level"),
        _("Times opened again"), _("Times forwarded"), _("Times sent back"),
        _("Rating"),
    ]  # fmt: skip


class _Names:
    """Names of everything a row points at, read once: a row costs no query."""

    def __init__(self) -> None:
        self.organisations = dict(_named(Organisation.objects.all()))
        self.departments = dict(_named(Department.objects.all()))
        self.sources = dict(_named(Source.objects.all()))
        self.categories = dict(_named(Category.objects.all()))
        groups = Category.objects.values_list("pk", "group_names")
        self.groups = {pk: localised(names) for pk, names in groups}
        self.areas = dict(_named(Area.objects.all()))
        offices = Area.objects.filter(office=True).only("names", "level_names")
        self.offices = {area.pk: area.office_name() for area in offices}
        self.kinds = dict(Kind.choices)
        self.criticalities = dict(Criticality.choices)
        self.horizons = dict(Horizon.choices)
        self.closings: dict[str, str | Promise] = dict(ClosedHow.choices)


def _named(rows: QuerySet[Any]) -> Iterator[tuple[int, str]]:
    for pk, names in rows.values_list("pk", "names"):
        yield pk, localised(names)


def _cells(
    row: dict[str, Any], names: _Names, period: Period, at: datetime
) -> Iterator[Any]:
    yield from (row["number"], names.kinds[row["kind"]], staff_stage(row["status"]))
    yield names.categories.get(row["category_id"])
    yield names.groups.get(row["category_id"])
    yield names.criticalities[row["criticality"]]
    yield names.horizons[row["horizon"]]
    yield from (names.sources.get(row["source_id"]), row["language"])
    yield names.organisations.get(row["received_by_id"])
    yield names.organisations.get(row["organisation_id"])
    yield names.offices.get(row["office_id"])
    yield names.departments.get(row["department_id"])
    yield from (names.areas.get(row["area_id"]), row["pin"])
    zone = ZoneInfo(period.zone)
    for field in ("registered_at", "due_at", "started_at", "resolved_at", "closed_at"):
        yield _local(row[field], zone)
    yield names.closings.get(row["closed_how"])
    given = verdicts(row, at)
    yield _minutes(row["registered_at"], row["resolved_at"])
    yield _minutes(row["due_at"], row["resolved_at"] or at) if given["late"] else None
    yield from (int(given[cell]) for cell in LABELS)
    yield from (row["level"], row["reopened"], row["forwarded"], row["bounced"])
    yield row["rating"]


def _local(at: datetime | None, zone: ZoneInfo) -> str:
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M") if at else ""


def _minutes(start: datetime | None, end: datetime | None) -> int | None:
    if start is None or end is None:
        return None
    return int((end - start) / timedelta(minutes=1))
