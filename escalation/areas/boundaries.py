"""Which area holds a point: polygons in a search tree, built at the first question.

Where areas overlap the smallest wins, then the lower code; where none holds the point,
the nearest one within two kilometres.
"""

import logging
from dataclasses import dataclass
from functools import cached_property
from math import cos, radians
from typing import TYPE_CHECKING, Any

from officers.models import Area
from officers.trees import REFERENCE, area_path
from operations.generation import ReferenceCache

if TYPE_CHECKING:
    from shapely import STRtree
    from shapely.geometry.base import BaseGeometry

NEAREST_METRES = 2000.0
METRES_PER_DEGREE = 111_320.0
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Hit:
    """`overlaps` are other areas that hold the point and do not contain one another;
    `metres` is above zero when none holds it and this one is the nearest."""

    area_id: int
    overlaps: tuple[int, ...] = ()
    metres: int = 0


@dataclass(frozen=True)
class _Piece:
    area_id: int
    organisation_id: int
    code: str
    shape: "BaseGeometry"

    @property
    def rank(self) -> tuple[float, str]:
        return (self.shape.area, self.code)


class Boundaries:
    def __init__(self, pieces: list[_Piece]) -> None:
        self.pieces = pieces

    @cached_property
    def tree(self) -> "STRtree":
        from shapely import STRtree  # half a second that most processes never need

        return STRtree([piece.shape for piece in self.pieces])

    def find(
        self, latitude: float, longitude: float, organisations: frozenset[int]
    ) -> Hit | None:
        if not self.pieces:
            return None
        from shapely import Point

        point = Point(longitude, latitude)
        holding = [
            self.pieces[index]
            for index in self.tree.query(point, predicate="intersects")
            if self.pieces[index].organisation_id in organisations
        ]
        if holding:
            return _smallest(holding)
        return self._nearest(latitude, longitude, organisations)

    def _nearest(
        self, latitude: float, longitude: float, organisations: frozenset[int]
    ) -> Hit | None:
        from shapely import box

        east = METRES_PER_DEGREE * max(cos(radians(latitude)), 0.01)
        wide, high = NEAREST_METRES / east, NEAREST_METRES / METRES_PER_DEGREE
        around = box(
            longitude - wide, latitude - high, longitude + wide, latitude + high
        )
        near = [
            (_metres(piece.shape, latitude, longitude, east), piece)
            for piece in (self.pieces[index] for index in self.tree.query(around))
            if piece.organisation_id in organisations
        ]
        close = [
            (round(metres), p.rank, p) for metres, p in near if metres <= NEAREST_METRES
        ]
        if not close:
            return None
        metres, _rank, piece = min(close, key=lambda found: found[:2])
        return Hit(piece.area_id, metres=max(1, metres))


def _metres(
    shape: "BaseGeometry", latitude: float, longitude: float, east: float
) -> float:
    """On a flat map around the point: good to a metre at this distance."""
    from shapely import Point, transform

    flat = transform(
        shape,
        lambda xy: (xy - (longitude, latitude)) * (east, METRES_PER_DEGREE),
    )
    return float(flat.distance(Point(0, 0)))


def _smallest(holding: list[_Piece]) -> Hit:
    ranked = sorted(holding, key=lambda piece: piece.rank)
    best = ranked[0].area_id
    above = area_path(best)
    others = tuple(
        piece.area_id
        for piece in ranked[1:]
        if piece.area_id not in above and best not in area_path(piece.area_id)
    )
    return Hit(best, overlaps=others)


def _build() -> Boundaries:
    rows = Area.objects.filter(boundary__isnull=False, valid_to__isnull=True).order_by(
        "code"
    )
    fields = ("pk", "organisation_id", "code", "boundary")
    pieces = [
        _Piece(pk, organisation_id, code, shape)
        for pk, organisation_id, code, boundary in rows.values_list(*fields)
        if (shape := _shape(code, boundary)) is not None
    ]
    return Boundaries(pieces)


def _shape(code: str, boundary: Any) -> "BaseGeometry | None":
    """A boundary that cannot be read is left out: the place is found another way."""
    from shapely import make_valid
    from shapely.errors import ShapelyError
    from shapely.geometry import shape

    try:
        geometry = boundary.get("geometry") or boundary
        read = shape(geometry)
        whole = read if read.is_valid else make_valid(read)
    except (ShapelyError, AttributeError, KeyError, TypeError, ValueError, IndexError):
        log.exception("the boundary of area %s cannot be read", code)
        return None
    return whole if whole.area else None


boundaries = ReferenceCache(REFERENCE, _build)
