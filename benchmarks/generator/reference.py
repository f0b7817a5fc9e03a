"""The reference rows of the presets as plain values that a row can be made of."""

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from benchmarks.generator.vocabulary import Word, folded
from complaints.models import Category, Connection, RejectReason, Source
from escalation.models import ServiceLevel
from officers.models import Area, Organisation, Posting, Role
from officers.trees import area_path, organisation_path, organisation_subtree

PRESETS = ("pmc", "uppcl")
# How much of all complaints each root gets, in the order of PRESETS.
SHARES = (0.7, 0.3)
HOURS = 72


@dataclass(frozen=True, slots=True)
class Kind:
    """A category, with what its complaints are written in."""

    pk: int
    department: int
    criticality: str
    horizon: str
    hours: int
    due_reason: str  # JSON
    phrases: list[Word]
    hindi_phrases: list[Word]


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is: the area, and the office that answers there."""

    area: int
    organisation: int
    office: int
    pin: str
    # department → its officers, the engineers among them
    owners: dict[int, list[int]]
    name: Word


@dataclass(frozen=True, slots=True)
class Root:
    pk: int
    code: str
    share: float
    kinds: list[Kind]
    places: list[Place]
    connections: list[int]
    languages: list[str]


@dataclass(frozen=True, slots=True)
class Reference:
    roots: list[Root]
    sources: list[int]
    reject_reason: int


def load_presets(at: datetime) -> None:
    from presets.load import load

    for name in PRESETS:
        load(name, at=at)


def read() -> Reference:
    tops = Organisation.objects.filter(parent=None).order_by("pk")
    shares = dict(zip((name.upper() for name in PRESETS), SHARES, strict=True))
    return Reference(
        roots=[_root(top, shares[top.code]) for top in tops if top.code in shares],
        sources=list(Source.objects.order_by("pk").values_list("pk", flat=True)),
        reject_reason=RejectReason.objects.order_by("pk").values_list("pk", flat=True)[
            0
        ],
    )


def _root(top: Organisation, share: float) -> Root:
    below = organisation_subtree(top.pk)
    hours = _hours(ServiceLevel.objects.filter(category__organisation__in=below))
    categories = Category.objects.filter(organisation__in=below).order_by("pk")
    connections = Connection.objects.filter(organisation__in=below).order_by("pk")
    return Root(
        pk=top.pk,
        code=top.code,
        share=share,
        kinds=[_kind(row, hours.get(row.pk, HOURS)) for row in categories],
        places=_places(below),
        connections=list(connections.values_list("pk", flat=True)),
        languages=list(top.languages),
    )


def _hours(levels: QuerySet[ServiceLevel]) -> dict[int, int]:
    urban = levels.filter(area_kind="urban")
    return dict(urban.order_by("pk").values_list("category_id", "hours"))


def _kind(row: Category, hours: int) -> Kind:
    phrases = [
        phrase
        for language in ("en", "hinglish")
        for phrase in row.words.get(language, ())
    ]
    reason = {
        "hours": hours, "calendar": "", "calendar_id": None, "always": True,
        "area_kind": "urban", "basis": "default", "source": "", "pauses": [],
    }  # fmt: skip
    return Kind(
        pk=row.pk,
        department=row.department_id,
        criticality=row.criticality,
        horizon=row.horizon,
        hours=hours,
        due_reason=json.dumps(reason),
        phrases=folded(phrases or [row.code]),
        hindi_phrases=folded(row.words.get("hi") or phrases or [row.code]),
    )


def _places(organisations: frozenset[int]) -> list[Place]:
    rows = Area.objects.filter(organisation__in=organisations).order_by("pk")
    areas = {row.pk: row for row in rows.defer("boundary").prefetch_related("pins")}
    parents = {row.parent_id for row in areas.values()}
    owners = _owners(organisations)
    places = []
    for row in areas.values():
        office = next((pk for pk in area_path(row.pk) if areas[pk].office), None)
        # What has places below it is an office above offices, but a ward with villages.
        if office is None or (row.pk in parents and row.level != "ward_office"):
            continue
        pins = [pin.pin for pin in row.pins.all()]
        places.append(
            Place(
                area=row.pk,
                organisation=areas[office].organisation_id,
                office=office,
                pin=pins[0] if pins else "",
                owners=owners.get(office, {}),
                name=folded([row.name])[0],
            )
        )
    return places


def _owners(organisations: frozenset[int]) -> dict[int, dict[int, list[int]]]:
    found: dict[int, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    held = Posting.objects.filter(
        organisation__in=organisations, role__in=(Role.OFFICER, Role.FIELD_STAFF)
    )
    for posting in held.order_by("pk"):
        if posting.area_id and posting.department_id:
            found[posting.area_id][posting.department_id].append(posting.officer_id)
    return found


def received_by(place: Place) -> int:
    """Half a power company's citizens write to the holding: here all of them do."""
    return organisation_path(place.organisation)[-1]
