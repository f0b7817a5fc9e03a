"""Real outlines of an organisation's areas, from a GeoJSON file, over the sketches."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction
from shapely import unary_union
from shapely.geometry import mapping, shape

from complaints.text import fold, tokens
from officers.models import Area, Organisation
from officers.trees import REFERENCE, organisation_subtree
from operations.generation import bump
from presets.faults import BadPreset, Fault
from presets.geometry import BadGeometry, checked, read_collection

# Where maps usually keep a name, when nobody says which property it is.
USUAL = ("area", "code", "name", "NAME", "Name", "ward_name", "ward", "title")
_SHORT = {"rd": "road", "st": "street", "ngr": "nagar"}


@dataclass(frozen=True)
class Drawn:
    areas: list[Area]
    left_out: list[str]  # "feature 9 (Tilak Road)"


@dataclass(frozen=True)
class Feature:
    number: int
    name: str
    outline: dict[str, Any]

    def __str__(self) -> str:
        return f"feature {self.number} ({self.name})"


def load_boundaries(
    organisation: Organisation,
    path: Path,
    *,
    name_property: str = "",
    named: Mapping[str, str] | None = None,
    skip_unmatched: bool = False,
) -> Drawn:
    """All features or none. Raises BadPreset with the number of each wrong feature.

    `named` gives the code of the area for the name of a feature; several features of
    one area are joined only when they are named so.
    """
    faults: list[Fault] = []
    features = _features(path, name_property, faults)
    areas = list(
        Area.objects.filter(
            organisation_id__in=organisation_subtree(organisation.pk), valid_to=None
        )
    )
    found, left_out = _match(path, features, areas, named or {}, faults)
    if left_out and not skip_unmatched:
        faults += [
            Fault(path.name, 0, each, "no area has this name or code")
            for each in left_out
        ]
    if faults:
        raise BadPreset(faults)
    return Drawn(_draw(path, found), left_out)


def _features(path: Path, name_property: str, faults: list[Fault]) -> list[Feature]:
    try:
        raw = read_collection(path)
    except (BadGeometry, OSError) as error:
        raise BadPreset([Fault(path.name, 0, "", str(error))]) from error
    found = []
    for number, feature in enumerate(raw, 1):
        name = _name(feature.get("properties") or {}, name_property)
        where = f"feature {number}" + (f" ({name})" if name else "")
        if not name:
            wanted = name_property or f"one of {', '.join(USUAL)}"
            faults.append(Fault(path.name, 0, where, f"no name in {wanted}"))
            continue
        try:
            found.append(Feature(number, name, checked(feature.get("geometry"))))
        except BadGeometry as error:
            faults.append(Fault(path.name, 0, where, str(error)))
    return found


def _name(properties: Mapping[str, Any], name_property: str) -> str:
    wanted = (name_property,) if name_property else USUAL
    values = (properties.get(each) for each in wanted)
    return next((str(value).strip() for value in values if value), "")


def _match(
    path: Path,
    features: list[Feature],
    areas: list[Area],
    named: Mapping[str, str],
    faults: list[Fault],
) -> tuple[dict[int, tuple[Area, list[Feature]]], list[str]]:
    by_code = {area.code: area for area in areas}
    found: dict[int, tuple[Area, list[Feature]]] = {}
    left_out = []
    for feature in features:
        code = named.get(feature.name)
        fitting = [by_code[code]] if code in by_code else _fitting(feature.name, areas)
        if code and code not in by_code:
            reason = f"there is no area “{code}”"
            faults.append(Fault(path.name, 0, str(feature), reason))
        elif not fitting:
            left_out.append(str(feature))
        elif len(fitting) > 1:
            codes = ", ".join(area.code for area in fitting)
            reason = f"fits several areas: {codes}. Say which with --map"
            faults.append(Fault(path.name, 0, str(feature), reason))
        else:
            area, before = found.setdefault(fitting[0].pk, (fitting[0], []))
            if before and not {feature.name, before[0].name} <= named.keys():
                reason = f"{area.code} has {before[0]} already. Join them with --map"
                faults.append(Fault(path.name, 0, str(feature), reason))
            before.append(feature)
    return found, left_out


def _fitting(name: str, areas: list[Area]) -> list[Area]:
    """By code, else by a whole name, else by a name that stands inside it."""
    wanted = fold(name)
    for names_of in (_codes, _names):
        exact = [area for area in areas if wanted in names_of(area)]
        if exact:
            return exact
    inside = f" {_plain(name)} "
    return [
        area
        for area in areas
        if any(f" {_plain(part)} " in inside for part in _parts(area))
    ]


def _codes(area: Area) -> list[str]:
    return [fold(area.code)]


def _names(area: Area) -> list[str]:
    return [fold(each) for each in (*area.names.values(), *area.words)]


def _parts(area: Area) -> list[str]:
    """ "Warje - Karvenagar" is known by either; a locality inside it is not it."""
    parts = [part for name in area.names.values() for part in name.split(" - ")]
    return [part for part in parts if _plain(part)]


def _plain(text: str) -> str:
    return " ".join(_SHORT.get(token, token) for token in tokens(text))


def _draw(path: Path, found: dict[int, tuple[Area, list[Feature]]]) -> list[Area]:
    areas = []
    for area, features in found.values():
        area.boundary = _joined(features)
        area.boundary_source = path.name[:200]
        areas.append(area)
    with transaction.atomic():
        Area.objects.bulk_update(areas, ["boundary", "boundary_source"])
        bump(REFERENCE)
    return areas


def _joined(features: list[Feature]) -> dict[str, Any]:
    if len(features) == 1:
        return features[0].outline
    return checked(mapping(unary_union([shape(each.outline) for each in features])))
