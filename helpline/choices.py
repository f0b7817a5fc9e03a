"""Reference rows that the desk's forms offer, kept in the process."""

from dataclasses import dataclass
from datetime import date

from complaints.models import Category, Cause, RejectReason, Source
from helpline.models import WrapUpCode
from officers.models import Area, Department, Organisation
from officers.trees import REFERENCE, organisation_path, organisation_subtree, root_of
from operations.generation import ReferenceCache

WRAP_UPS = "helpline"  # bumped by whoever writes wrap-up codes


@dataclass(frozen=True)
class Places:
    organisations: dict[int, Organisation]
    departments: dict[int, Department]
    areas: dict[int, Area]


@dataclass(frozen=True)
class Kinds:
    categories: dict[int, Category]
    sources: list[Source]
    causes: list[Cause]
    reject_reasons: list[RejectReason]


def _read_places() -> Places:
    # Boundaries are large and nobody here draws them.
    areas = Area.objects.defer("boundary").filter(replaced_by=None).order_by("code")
    return Places(
        organisations={o.pk: o for o in Organisation.objects.order_by("code")},
        departments={d.pk: d for d in Department.objects.order_by("code")},
        areas={a.pk: a for a in areas},
    )


def _read_kinds() -> Kinds:
    categories = Category.objects.select_related("department").order_by("code")
    return Kinds(
        categories={c.pk: c for c in categories},
        sources=list(Source.objects.order_by("pk")),
        causes=list(Cause.objects.order_by("code")),
        reject_reasons=list(RejectReason.objects.order_by("code")),
    )


_places = ReferenceCache(REFERENCE, _read_places)
_kinds = ReferenceCache("complaints", _read_kinds)
_wrap_ups = ReferenceCache(WRAP_UPS, lambda: list(WrapUpCode.objects.order_by("code")))


def organisations() -> dict[int, Organisation]:
    return _places.get().organisations


def all_areas() -> dict[int, Area]:
    return _places.get().areas


def _in_use(row: Area | Category | WrapUpCode, day: date) -> bool:
    return row.valid_to is None or row.valid_to >= day


def areas_of(organisation_id: int, day: date) -> list[Area]:
    """Places of the organisation, those below it and those it shares from above."""
    near = _near(organisation_id)
    return [
        area
        for area in all_areas().values()
        if area.organisation_id in near and _in_use(area, day)
    ]


def offices_of(organisation_id: int, day: date) -> list[Area]:
    return [area for area in areas_of(organisation_id, day) if area.office]


def departments_of(organisation_id: int) -> list[Department]:
    near = _near(organisation_id)
    rows = _places.get().departments.values()
    return [row for row in rows if row.organisation_id in near]


def department(pk: int | None) -> Department | None:
    return _places.get().departments.get(pk) if pk else None


def categories_of(organisation_id: int, day: date) -> list[Category]:
    path = organisation_path(organisation_id)
    return [
        row
        for row in _kinds.get().categories.values()
        if row.organisation_id in path and _in_use(row, day)
    ]


def categories_below(organisation_ids: frozenset[int], day: date) -> list[Category]:
    """Categories that complaints of these organisations can have."""
    wanted = {up for pk in organisation_ids for up in organisation_path(pk)}
    rows = _kinds.get().categories.values()
    return [r for r in rows if r.organisation_id in wanted and _in_use(r, day)]


def category(pk: int | None) -> Category | None:
    return _kinds.get().categories.get(pk) if pk else None


def sources() -> list[Source]:
    return _kinds.get().sources


def causes_of(organisation_id: int, department_id: int | None) -> list[Cause]:
    path = organisation_path(organisation_id)
    return [
        row
        for row in _kinds.get().causes
        if row.organisation_id in path
        and (row.department_id is None or row.department_id == department_id)
    ]


def reject_reasons() -> list[RejectReason]:
    return _kinds.get().reject_reasons


def wrap_ups(day: date) -> list[WrapUpCode]:
    return [row for row in _wrap_ups.get() if _in_use(row, day)]


def other_roots(organisation_id: int) -> list[Organisation]:
    """Organisations outside the own tree, to which a complaint can be sent on."""
    root = root_of(organisation_id)
    return [
        row
        for row in organisations().values()
        if row.public and root_of(row.pk) != root and row.valid_to is None
    ]


def _near(organisation_id: int) -> set[int]:
    return {*organisation_path(organisation_id), *organisation_subtree(organisation_id)}
