"""A map that works without script: a picture whose clicks are form values.

The browser sends where the picture was pressed, in the pixels it was shown at; so its
size is fixed, and a second press on the enlarged ward is as exact as a larger map.
"""

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import cos, radians
from typing import Any, NamedTuple
from xml.sax.saxutils import escape

from officers.models import Area, Organisation
from officers.names import localised
from officers.trees import REFERENCE, organisation_subtree
from operations.generation import ReferenceCache

WIDTH = 320
_LOWEST, _HIGHEST = 240, 400
_MARGIN = 0.04
_LONGEST_LABEL = 14
# A white edge keeps letters readable on a border.
_TEXT = (
    'fill="#1b1f24" stroke="#fff" stroke-width="3" paint-order="stroke"'
    ' stroke-linejoin="round" font-family="system-ui,sans-serif"'
)


class Point(NamedTuple):
    latitude: float
    longitude: float


@dataclass(frozen=True)
class Shape:
    """The outer rings of one area; holes do not matter for pressing on it."""

    code: str
    names: Mapping[str, str]
    organisation: int
    rings: tuple[tuple[tuple[float, float], ...], ...]

    def box(self) -> tuple[float, float, float, float]:
        xs = [x for ring in self.rings for x, _y in ring]
        ys = [y for ring in self.rings for _x, y in ring]
        return min(xs), min(ys), max(xs), max(ys)


class Map:
    """One view: everything, or one area and what touches it."""

    def __init__(self, shapes: list[Shape], zoom: str = "") -> None:
        self.shapes = shapes
        self.shown = next((each for each in shapes if each.code == zoom), None)
        boxes = [each.box() for each in ([self.shown] if self.shown else shapes)]
        west, south = min(b[0] for b in boxes), min(b[1] for b in boxes)
        east, north = max(b[2] for b in boxes), max(b[3] for b in boxes)
        wide, high = max(east - west, 1e-4), max(north - south, 1e-4)
        self._west, self._north = west - wide * _MARGIN, north + high * _MARGIN
        # A degree of longitude is shorter away from the equator.
        self._squeeze = cos(radians((south + north) / 2))
        self._scale = WIDTH / (wide * (1 + 2 * _MARGIN))
        height = high * (1 + 2 * _MARGIN) * self._scale / self._squeeze
        if height > _HIGHEST:  # a tall area: narrower, in the middle
            self._scale *= _HIGHEST / height
            spare = WIDTH / self._scale - wide * (1 + 2 * _MARGIN)
            self._west -= spare / 2
        self.width, self.height = WIDTH, int(min(max(height, _LOWEST), _HIGHEST))

    @property
    def zoom(self) -> str:
        return self.shown.code if self.shown else ""

    @property
    def shown_name(self) -> str:
        return localised(self.shown.names) if self.shown else ""

    def locate(self, x: float, y: float) -> Point:
        """The place under a press on the picture."""
        longitude = self._west + x / self._scale
        latitude = self._north - y / self._scale * self._squeeze
        return Point(round(latitude, 6), round(longitude, 6))

    def holding(self, point: Point) -> str:
        """The code of the area to enlarge after a press there, or ""."""
        held = (each for each in self.shapes if _holds(each, point))
        return next((each.code for each in held), "")

    def picture(self, pin: Point | None, language: str | None = None) -> str:
        """The map as a data address: no further request on a slow line."""
        body = "".join(self._parts(pin, language))
        svg = (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{self.width}"'
            f' height="{self.height}">{body}</svg>'
        )
        encoded = base64.b64encode(svg.encode()).decode()
        return f"data:image/svg+xml;base64,{encoded}"

    def _parts(self, pin: Point | None, language: str | None) -> Iterator[str]:
        yield '<rect width="100%" height="100%" fill="#f6f7f9"/>'
        for each in self.shapes:
            path = "".join(self._path(ring) for ring in each.rings)
            fill = "#d5ebe9" if each is self.shown else "#fff"
            yield f'<path d="{path}" fill="{fill}" stroke="#7d8896"/>'
        if self.shown is not None:
            name = escape(localised(self.shown.names, language))
            yield f'<text {_TEXT} font-size="12" x="8" y="16">{name}</text>'
        else:
            yield from self._labels(language)
        if pin is not None:
            x, y = self._pixel(pin.longitude, pin.latitude)
            yield (
                f'<path d="M{x} {y}l-8-14a9 9 0 1 1 16 0z" fill="#b3261e"'
                f' stroke="#fff" stroke-width="1.5"/>'
                f'<circle cx="{x}" cy="{y - 18}" r="3" fill="#fff"/>'
            )

    def _path(self, ring: tuple[tuple[float, float], ...]) -> str:
        pixels: list[tuple[int, int]] = []
        for longitude, latitude in ring:
            pixel = self._pixel(longitude, latitude)
            if not pixels or pixels[-1] != pixel:
                pixels.append(pixel)
        return "M" + "L".join(f"{x} {y}" for x, y in pixels) + "z"

    def _labels(self, language: str | None) -> Iterator[str]:
        """Names of the large areas first; one that would lie on another is left out."""
        taken: list[tuple[int, int, int, int]] = []
        for shape in sorted(self.shapes, key=_extent, reverse=True):
            west, south, east, north = shape.box()
            x, y = self._pixel((west + east) / 2, (south + north) / 2)
            lines = list(_lines(localised(shape.names, language)))
            wide = 5 * max(map(len, lines)) // 2
            room = (x - wide, y - 6 * len(lines), x + wide, y + 6 * len(lines))
            if any(_meet(room, other) for other in taken):
                continue
            taken.append(room)
            spans = "".join(
                f'<tspan x="{x}" y="{room[1] + 10 + 12 * row}">{escape(line)}</tspan>'
                for row, line in enumerate(lines)
            )
            yield f'<text {_TEXT} font-size="9" text-anchor="middle">{spans}</text>'

    def _pixel(self, longitude: float, latitude: float) -> tuple[int, int]:
        x = (longitude - self._west) * self._scale
        y = (self._north - latitude) * self._scale / self._squeeze
        return round(x), round(y)


def map_of(organisation: Organisation, zoom: str = "") -> Map | None:
    """None where no boundary is known: then there is nothing to press on."""
    wanted = organisation_subtree(organisation.pk)
    shapes = [each for each in _kept.get() if each.organisation in wanted]
    return Map(shapes, zoom) if shapes else None


def _extent(shape: Shape) -> float:
    west, south, east, north = shape.box()
    return (east - west) * (north - south)


def _meet(one: tuple[int, int, int, int], other: tuple[int, int, int, int]) -> bool:
    return (
        one[0] < other[2]
        and other[0] < one[2]
        and one[1] < other[3]
        and other[1] < one[3]
    )


def _lines(name: str) -> Iterator[str]:
    line = ""
    for word in name.replace(" - ", " ").split():
        if line and len(line) + len(word) >= _LONGEST_LABEL:
            yield line
            line = word
        else:
            line = f"{line} {word}".strip()
    yield line


def _shapes() -> list[Shape]:
    """The lowest areas that have a boundary: a zone would hide its wards."""
    rows = list(
        Area.objects.exclude(boundary=None)
        .filter(valid_to=None)
        .order_by("code")
        .only("parent_id", "code", "names", "organisation_id", "boundary")
    )
    parents = {area.parent_id for area in rows}
    return [
        Shape(each.code, each.names, each.organisation_id, tuple(_rings(each.boundary)))
        for each in rows
        if each.pk not in parents
    ]


_kept = ReferenceCache(REFERENCE, _shapes)


def _rings(boundary: Any) -> Iterator[tuple[tuple[float, float], ...]]:
    coordinates = boundary.get("coordinates", [])
    polygons = [coordinates] if boundary.get("type") == "Polygon" else coordinates
    for polygon in polygons:
        yield tuple((float(x), float(y)) for x, y, *_height in polygon[0])


def _holds(shape: Shape, point: Point) -> bool:
    """Crossings of a line to the east, ring by ring: an odd count is inside."""
    x, y = point.longitude, point.latitude
    inside = False
    for ring in shape.rings:
        for (x1, y1), (x2, y2) in zip(ring, (*ring[1:], ring[0]), strict=True):
            if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
                inside = not inside
    return inside
