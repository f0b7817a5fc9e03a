"""What a rule's pattern, border and hours are once they are read.

Each raises Unreadable with words for whoever typed it. A pattern is one of RE2, which
takes time in proportion to the text whatever somebody writes (github.com/google/re2).
"""

import json
import unicodedata
from collections.abc import Callable, Iterator
from datetime import time
from typing import TYPE_CHECKING, Any

import re2
from django.utils.translation import gettext as _

from officers.calendar import BadHours, Hours, parse_hours

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

LONGEST_PATTERN = 200
_PATTERN_MEMORY = 1 << 20
LONGEST_BORDER = 200_000
MOST_POINTS = 5000
ALWAYS = "always"
_ALL_DAY: Hours = ((time(), time()),)


class Unreadable(ValueError):
    pass


def read_pattern(text: str) -> Any:
    if len(text) > LONGEST_PATTERN:
        raise Unreadable(
            _("This pattern is too long. Write at most %(count)s characters.")
            % {"count": LONGEST_PATTERN}
        )
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    options.max_mem = _PATTERN_MEMORY
    try:
        # A byte of a letter is no letter: \C would cut Devanagari in pieces.
        found = re2.compile(unicodedata.normalize("NFC", text), options)
        if "\\C" in text or found.search("") is not None:
            raise Unreadable(
                _("This pattern fits every text. Write what must stand in it.")
            )
    except (re2.error, UnicodeError) as error:
        raise Unreadable(
            _("This pattern cannot be used: %(fault)s. Write a simpler one.")
            % {"fault": _fault(error)}
        ) from error
    return found


def _fault(error: Exception) -> str:
    said = error.args[0] if error.args else ""
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)


def read_hours(text: str) -> dict[int, Hours]:
    if text.strip().lower() == ALWAYS:
        return dict.fromkeys(range(7), _ALL_DAY)
    try:
        week = parse_hours(text)
    except BadHours as error:
        raise Unreadable(
            _("“%(part)s” cannot be read. Write hours as mon-fri 10:00-18:00.")
            % {"part": error.part}
        ) from error
    if not week:
        raise Unreadable(_("Write hours as mon-fri 10:00-18:00."))
    return week


def read_border(text: str) -> "BaseGeometry":
    """A GeoJSON Polygon or MultiPolygon, longitude first, alone or in a Feature."""
    from shapely import prepare
    from shapely.errors import ShapelyError
    from shapely.geometry import shape

    geometry = _geometry(text)
    _check_points(geometry)
    try:
        found = shape(geometry)
        valid, area = found.is_valid, found.area
    except (ShapelyError, TypeError, ValueError, IndexError) as error:
        raise Unreadable(_no_border()) from error
    if not valid:
        raise Unreadable(_("This border crosses or touches itself. Draw it anew."))
    if not area:
        raise Unreadable(_("Nothing lies within this border."))
    prepare(found)
    return found


def _no_border() -> str:
    return _("This is no border. Paste a GeoJSON Polygon or MultiPolygon.")


def _geometry(text: str) -> dict[str, Any]:
    if len(text) > LONGEST_BORDER:
        raise Unreadable(_("This border is too fine. Draw it with fewer points."))
    try:
        given = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unreadable(_no_border()) from error
    if isinstance(given, dict) and given.get("type") == "Feature":
        given = given.get("geometry")
    if not isinstance(given, dict) or given.get("type") not in _RINGS:
        raise Unreadable(_no_border())
    return given


def _check_points(geometry: dict[str, Any]) -> None:
    count = 0
    for ring in _RINGS[geometry["type"]](geometry.get("coordinates")):
        points = _list(ring)
        count += len(points)
        if len(points) < 4 or points[0] != points[-1]:
            raise Unreadable(_("This border is not closed: end it where it begins."))
        for point in points:
            _check_point(point)
    if not count:
        raise Unreadable(_no_border())
    if count > MOST_POINTS:
        raise Unreadable(_("This border is too fine. Draw it with fewer points."))


def _check_point(point: Any) -> None:
    pair = _list(point)[:2]
    if len(pair) < 2 or any(type(each) not in (int, float) for each in pair):
        raise Unreadable(_no_border())
    if not (abs(pair[0]) <= 180 and abs(pair[1]) <= 90):
        raise Unreadable(
            _("Longitude comes first and latitude second: %(point)s is no place.")
            % {"point": f"{pair[0]!s:.20}, {pair[1]!s:.20}"}
        )


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise Unreadable(_no_border())
    return value


def _polygon_rings(value: Any) -> Iterator[Any]:
    yield from _list(value)


def _multi_rings(value: Any) -> Iterator[Any]:
    for polygon in _list(value):
        yield from _list(polygon)


_RINGS: dict[Any, Callable[[Any], Iterator[Any]]] = {
    "Polygon": _polygon_rings,
    "MultiPolygon": _multi_rings,
}
