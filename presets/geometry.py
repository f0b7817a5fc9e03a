"""Outlines of areas: checked before they may decide whose complaint it is."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from shapely.errors import GEOSException
from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry
from shapely.validation import explain_validity

_DIGITS = 6  # of a degree: 10 cm
_LARGEST_BYTES = 50 * 1024 * 1024


class BadGeometry(ValueError):
    """Why an outline cannot be used."""


def read_collection(path: Path) -> list[Mapping[str, Any]]:
    """The features of a GeoJSON file. Raises BadGeometry, OSError."""
    if path.stat().st_size > _LARGEST_BYTES:
        raise BadGeometry("the file is larger than 50 MB")
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except (UnicodeDecodeError, ValueError) as error:
        raise BadGeometry(f"this is no GeoJSON: {error}") from error
    features = content.get("features") if isinstance(content, dict) else None
    if not isinstance(features, list) or not features:
        raise BadGeometry("no features found: a FeatureCollection is wanted")
    if not all(isinstance(feature, dict) for feature in features):
        raise BadGeometry("a feature is no object")
    return features


def checked(geometry: Any) -> dict[str, Any]:
    """A Polygon or MultiPolygon in degrees, its numbers rounded."""
    found = _read(geometry)
    if not found.is_valid:
        raise BadGeometry(f"the outline is not valid: {explain_validity(found)}")
    west, south, east, north = found.bounds
    if west < -180 or east > 180 or south < -90 or north > 90:
        raise BadGeometry("the numbers are no degrees: save it as WGS 84 (EPSG:4326)")
    return {
        "type": found.geom_type,
        "coordinates": _rounded(mapping(found)["coordinates"]),
    }


def _read(geometry: Any) -> BaseGeometry:
    if not isinstance(geometry, dict):
        raise BadGeometry("it has no geometry")
    if geometry.get("type") not in ("Polygon", "MultiPolygon"):
        raise BadGeometry(f"it is a {geometry.get('type')}: a polygon is wanted")
    try:
        found: BaseGeometry = shape(geometry)
    except (
        GEOSException,
        ArithmeticError,
        AttributeError,
        IndexError,
        KeyError,
        TypeError,
        ValueError,
    ) as error:
        raise BadGeometry(f"the outline cannot be read: {error}") from error
    if found.is_empty:
        raise BadGeometry("the outline is empty")
    return found


def _rounded(value: Any) -> Any:
    """Nested lists of longitude and latitude; a height is dropped."""
    if isinstance(value, list | tuple):
        if value and isinstance(value[0], int | float):
            return [round(float(number), _DIGITS) for number in value[:2]]
        return [_rounded(inner) for inner in value]
    raise BadGeometry("the outline holds something that is no number")
