"""Where the invented history plays: the loaded organisation, its places and people."""

from collections import defaultdict
from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from complaints.actors import Actor
from complaints.models import (
    Category,
    Cause,
    Complaint,
    Connection,
    RejectReason,
    Source,
)
from complaints.models.category import Criticality, Horizon
from officers.models import (
    Area,
    AreaPin,
    Department,
    Officer,
    Organisation,
    Posting,
    Role,
)
from officers.trees import area_path, organisation_subtree
from presets.history.words import Grievance, grievances

# preset → (root organisation, department and office whose phone page is shown off)
SHOWN = {"pmc": ("PMC", "ROAD", "PMC-Z2-W2"), "uppcl": ("UPPCL", "OM", "D-GOMTINAGAR")}
# There one sees more of everything: the pages of the demonstration logins.
EMERGENCY = Criticality.EMERGENCY
_FAVOURED, _ELSEWHERE, _WITH_FIELD = 10.0, 1.0, 3.0
_FAMILIAR = frozenset({"PMC-Z2-W2", "PMC-Z2-W1", "D-GOMTINAGAR", "D-HAZRATGANJ"})


class NotLoaded(Exception):
    """The history needs the preset first."""


@dataclass(frozen=True)
class Spot:
    """An area people complain from, with the names they use for it."""

    area: Area
    latin: tuple[str, ...]
    devanagari: tuple[str, ...]
    pins: tuple[str, ...]

    def word(self, script: str, rng: Random) -> str:
        fitting = self.devanagari if script in ("hi", "mr") else self.latin
        return rng.choice(fitting or self.latin or (self.area.name,))


class Town:
    def __init__(self, preset: str, now: datetime) -> None:
        code, self.shown_department, self.shown_office = SHOWN[preset]
        found = Organisation.objects.filter(code=code).first()
        if found is None:
            raise NotLoaded(f"Load the preset first: manage.py load_preset {preset}")
        self.preset = preset
        self.root = found
        self.zone = ZoneInfo(found.timezone)
        self.now = now
        self._chosen: dict[tuple[bool, bool, bool], list[Grievance]] = {}

    @cached_property
    def organisations(self) -> frozenset[int]:
        return organisation_subtree(self.root.pk)

    @cached_property
    def _rows(self) -> dict[str, dict[int, Any]]:
        """What a complaint points at, read once instead of with each look at it."""
        tables: dict[str, Any] = {
            "organisation": Organisation.objects.all(),
            "office": Area.objects.defer("boundary"),
            "department": Department.objects.all(),
            "category": Category.objects.select_related("department"),
            "owner": Officer.objects.all(),
        }
        rows = {name: {row.pk: row for row in table} for name, table in tables.items()}
        return rows | {"area": rows["office"], "received_by": rows["organisation"]}

    def with_rows(self, complaint: Complaint) -> Complaint:
        for name, rows in self._rows.items():
            row = rows.get(getattr(complaint, f"{name}_id"))
            if row is not None:
                setattr(complaint, name, row)
        return complaint

    @cached_property
    def categories(self) -> dict[str, Category]:
        rows = self._rows["category"].values()
        return {r.code: r for r in rows if r.organisation_id in self.organisations}

    @cached_property
    def told(self) -> list[Grievance]:
        return [g for g in grievances(self.preset) if g.category in self.categories]

    @cached_property
    def vague(self) -> list[Grievance]:
        return [g for g in grievances(self.preset) if not g.category]

    def of(self, *, shown: bool, calm: bool, slow: bool) -> list[Grievance]:
        """Of the department shown off; of no emergency; of what has days to be done."""
        key = (shown, calm, slow)
        if key not in self._chosen:
            self._chosen[key] = [g for g in self.told if self._fits(g, *key)]
        return self._chosen[key]

    def _fits(self, told: Grievance, shown: bool, calm: bool, slow: bool) -> bool:
        category = self.categories[told.category]
        return not (
            (shown and category.department.code != self.shown_department)
            or (calm and (category.safety or category.criticality == EMERGENCY))
            or (slow and category.horizon == Horizon.IMMEDIATE)
        )

    @cached_property
    def spots(self) -> list[Spot]:
        """Areas with names of their own and nothing below: where somebody lives."""
        rows = list(
            Area.objects.filter(organisation_id__in=self.organisations, valid_to=None)
            .defer("boundary")
            .order_by("code")
        )
        above = {row.parent_id for row in rows}
        pins = defaultdict(list)
        for pin in AreaPin.objects.filter(area__in=rows).order_by("pin"):
            pins[pin.area_id].append(pin.pin)
        return [
            _spot(row, pins[row.pk])
            for row in rows
            if row.words and (row.pk not in above or row.code in _FAMILIAR)
        ]

    @cached_property
    def _weights(self) -> list[float]:
        field: set[int | None] = set(
            Posting.objects.filter(
                role=Role.FIELD_STAFF, organisation_id__in=self.organisations
            ).values_list("area_id", flat=True)
        )
        return [self._weight(spot.area, field) for spot in self.spots]

    @staticmethod
    def _weight(area: Area, field: Set[int | None]) -> float:
        if area.code in _FAMILIAR:
            return _FAVOURED
        return _WITH_FIELD if field & set(area_path(area.pk)) else _ELSEWHERE

    def spot(self, rng: Random, *, shown: bool = False) -> Spot:
        if shown:
            return next(s for s in self.spots if s.area.code == self.shown_office)
        return rng.choices(self.spots, self._weights)[0]

    @cached_property
    def _connections(self) -> dict[int | None, list[Connection]]:
        found = defaultdict(list)
        rows = Connection.objects.filter(
            organisation_id__in=self.organisations, citizen__isnull=False
        )
        rows = rows.select_related("citizen").prefetch_related("citizen__contacts")
        for row in rows.order_by("number"):
            found[row.area_id].append(row)
        return dict(found)

    def connection(self, spot: Spot, rng: Random) -> Connection | None:
        """Of somebody who lives there, else of anybody."""
        near = self._connections.get(spot.area.pk)
        if near:
            return rng.choice(near)
        everybody = [row for rows in self._connections.values() for row in rows]
        return rng.choice(everybody) if everybody else None

    @cached_property
    def causes(self) -> list[Cause]:
        rows = Cause.objects.filter(organisation_id__in=self.organisations)
        return list(rows.order_by("code"))

    @cached_property
    def reject_reasons(self) -> list[RejectReason]:
        return list(RejectReason.objects.order_by("code"))

    @cached_property
    def sources(self) -> frozenset[str]:
        return frozenset(Source.objects.values_list("code", flat=True))

    @cached_property
    def _by_role(self) -> dict[str, list[Officer]]:
        found: dict[str, list[Officer]] = defaultdict(list)
        rows = Posting.objects.on(self.now.date()).filter(
            organisation=self.root, area=None
        )
        for row in rows.select_related("officer").order_by("officer__username"):
            found[row.role].append(row.officer)
        return dict(found)

    def at_desk(self, role: str, rng: Random, by: str = "") -> Actor | None:
        """Somebody of the desk, which serves the whole organisation."""
        officers = self._by_role.get(role)
        return self.actor(rng.choice(officers), by) if officers else None

    @cached_property
    def _postings(self) -> dict[int, tuple[Posting, ...]]:
        found: dict[int, list[Posting]] = defaultdict(list)
        rows = Posting.objects.on(self.now.date()).filter(
            organisation_id__in=self.organisations
        )
        for row in rows.select_related("organisation").order_by("pk"):
            found[row.officer_id].append(row)
        return {pk: tuple(postings) for pk, postings in found.items()}

    def actor(self, officer: Officer, by: str = "") -> Actor:
        """As Actor.of makes it; today's postings held all through the history."""
        postings = self._postings.get(officer.pk, ())
        return Actor(kind="officer", officer=officer, postings=postings, by=by)


def _spot(area: Area, pins: list[str]) -> Spot:
    names = [str(word) for word in area.words]
    return Spot(
        area=area,
        latin=tuple(name for name in names if name.isascii()),
        devanagari=tuple(name for name in names if _devanagari(name)),
        pins=tuple(pins),
    )


def _devanagari(name: str) -> bool:
    return any("\u0900" <= letter <= "\u097f" for letter in name)
