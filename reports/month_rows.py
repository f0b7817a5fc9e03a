"""The month row by row: its columns, said once for the CSV and the workbook.

No names, numbers or words of citizens: an export is masked by default.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.cells import risky as risky
from complaints.labels import staff_stage
from complaints.models import Category, Source
from complaints.models.category import Criticality, Horizon
from complaints.models.complaint import ClosedHow, Kind
from complaints.status import Status
from officers.models import Area, Department, Organisation
from officers.names import localised
from reports.measures import EXPLAINED, LABELS, verdicts
from reports.periods import Period

FIELDS = (
    "number", "kind", "status", "criticality", "horizon", "language", "pin",
    "organisation_id", "received_by_id", "office_id", "department_id", "area_id",
    "category_id", "source_id", "registered_at", "due_at", "started_at",
    "resolved_at", "first_resolved_at", "closed_at", "closed_how", "appealed_at",
    "told_in_time", "paused_at", "level", "reopened", "forwarded", "bounced", "rating",
)  # fmt: skip

# A moment is local to the period's zone, without its zone, to the minute.
Cell = str | int | datetime | None


@dataclass(frozen=True)
class Column:
    label: str | Promise
    explained: str | Promise
    width: int = 14


COLUMNS = (
    Column(_("Number"), _("The complaint's number, the same for its whole life.")),
    Column(_("Kind"), _("Complaint, question or suggestion.")),
    Column(_("Stage"), _("Where it stands at the moment of this report."), 22),
    Column(_("Category"), _("What it is about, as the office sorted it."), 30),
    Column(_("Group"), _("The group of categories it belongs to."), 24),
    Column(_("How bad"), _("Normal, urgent or emergency.")),
    Column(_("How long it takes"), _("Whether such work takes days or months.")),
    Column(_("Way in"), _("How it reached us: phone, web, SMS and so on.")),
    Column(_("Language"), _("The language in which we write to the citizen."), 9),
    Column(_("Received by"), _("The organisation the citizen turned to."), 28),
    Column(_("Organisation"), _("The organisation that answers for it now."), 28),
    Column(_("Office"), _("The office that answers for it now."), 28),
    Column(_("Department"), _("The department that does the work."), 22),
    Column(_("Place"), _("The area in which the fault lies."), 22),
    Column(_("Postal code"), _("As the citizen gave it; may be empty.")),
    Column(_("Registered on"), _("When it was taken in, in local time."), 16),
    Column(_("Due on"), _("The promise to the citizen, in local time."), 16),
    Column(_("Work started on"), _("When somebody began, in local time."), 16),
    Column(_("Solved on"), _("When the office called it solved, in local time."), 16),
    Column(_("Closed on"), _("When it was closed, in local time."), 16),
    Column(_("Closed how"), _("On whose word it was closed."), 24),
    Column(_("Minutes until solved"), _("From registered to solved, day and night.")),
    Column(_("Minutes late"), _("Past the promise; empty when it was kept.")),
    *(Column(LABELS[name], EXPLAINED[name], 11) for name in LABELS),
    Column(_("Level"), _("How high it was raised: 1 is the office itself."), 8),
    Column(_("Times opened again"), _("How often the citizen was not content.")),
    Column(_("Times forwarded"), _("How often it went to another office.")),
    Column(_("Times sent back"), _("How often an office said it is not theirs.")),
    Column(_("Rating"), _("The citizen's, from 1 (lowest) to 5; may be empty."), 8),
)


class Names:
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
        self.stages = {status: staff_stage(status) for status in Status.values}
        self.kinds = {kind: str(label) for kind, label in Kind.choices}
        self.criticalities = {code: str(said) for code, said in Criticality.choices}
        self.horizons = {code: str(said) for code, said in Horizon.choices}
        self.closings = {code: str(said) for code, said in ClosedHow.choices}


def _named(rows: QuerySet[Any]) -> Iterator[tuple[int, str]]:
    for pk, names in rows.values_list("pk", "names"):
        yield pk, localised(names)


def cells(
    row: dict[str, Any], names: Names, period: Period, at: datetime
) -> Iterator[Cell]:
    """One complaint's values, in the order of COLUMNS."""
    yield from (row["number"], names.kinds[row["kind"]], names.stages[row["status"]])
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
        yield local(row[field], zone)
    yield names.closings.get(row["closed_how"])
    given = verdicts(row, at)
    yield _minutes(row["registered_at"], row["resolved_at"])
    yield _minutes(row["due_at"], row["resolved_at"] or at) if given["late"] else None
    yield from (int(given[cell]) for cell in LABELS)
    yield from (row["level"], row["reopened"], row["forwarded"], row["bounced"])
    yield row["rating"]


def local(at: datetime | None, zone: ZoneInfo) -> datetime | None:
    if at is None:
        return None
    return at.astimezone(zone).replace(second=0, microsecond=0, tzinfo=None)


def _minutes(start: datetime | None, end: datetime | None) -> int | None:
    if start is None or end is None:
        return None
    return int((end - start) / timedelta(minutes=1))
