"""What a photo of finished work says of itself: when, where, and how it looks.

Read from the picture of an officer only, before it is written anew without its EXIF; a
citizen's picture is never asked (complaints/attachments.py).
"""

import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone, tzinfo
from math import isfinite
from typing import Any
from zoneinfo import ZoneInfo

from PIL import Image
from PIL.ExifTags import IFD

# Tags of Exif 2.32: DateTimeOriginal, OffsetTimeOriginal, and those of the GPS part.
_TAKEN, _OFFSET = 0x9003, 0x9011
_NORTH, _LATITUDE, _EAST, _LONGITUDE = 1, 2, 3, 4
_MOMENT = re.compile(r"(\d{4}):(\d\d):(\d\d)[ T](\d\d):(\d\d):(\d\d)")
_ZONE = re.compile(r"([+-])(\d\d):?(\d\d)")
# A phone whose clock was never set says 1970, or 2000.
_FIRST_YEAR, _LAST_YEAR = 2015, 2100
# What Pillow raises on EXIF that is cut off, wrong or made to do harm.
UNREADABLE = (
    OSError, ValueError, SyntaxError, EOFError, TypeError, KeyError, IndexError,
    AttributeError, ArithmeticError, RecursionError, struct.error,
)  # fmt: skip

# dHash: each of 8 × 8 fields, darker or lighter than its neighbour (N. Krawetz, "Kind
# of like that", 2013). A field counts as lighter from this step of 256 on, so that the
# noise of an even wall is no pattern.
_SIDE, _STEP = 8, 3
# A picture with fewer edges than this has no looks: fog, night, a finger.
_FEWEST_EDGES = 6


@dataclass(frozen=True)
class Point:
    latitude: float
    longitude: float


@dataclass(frozen=True)
class Said:
    """None and "" where the picture says nothing that can be believed."""

    taken_at: datetime | None = None
    point: Point | None = None


def said_by(picture: Image.Image, zone: str) -> Said:
    """`zone`: of the organisation, for cameras that do not write theirs."""
    try:
        exif = picture.getexif()
        detail = dict(exif.get_ifd(IFD.Exif))
        place = dict(exif.get_ifd(IFD.GPSInfo))
    except UNREADABLE:
        return Said()
    return Said(_taken(detail, zone), _point(place))


def point(latitude: object, longitude: object) -> Point | None:
    """A place on earth; (0, 0) is what a device without a fix says."""
    try:
        found = Point(float(str(latitude)), float(str(longitude)))
    except ValueError:
        return None
    if not (isfinite(found.latitude) and isfinite(found.longitude)):
        return None
    if abs(found.latitude) > 90 or abs(found.longitude) > 180:
        return None
    if not found.latitude and not found.longitude:
        return None
    return Point(round(found.latitude, 6), round(found.longitude, 6))


def fingerprint(picture: Image.Image) -> str:
    """64 bits as 16 hex digits; "" for a picture that looks like nothing."""
    wide = _SIDE + 1
    small = picture.convert("L").resize((wide, _SIDE), Image.Resampling.LANCZOS)
    light = small.tobytes()
    steps = [
        light[left + 1] - light[left]
        for top in range(0, wide * _SIDE, wide)
        for left in range(top, top + _SIDE)
    ]
    edges = sum(abs(step) >= _STEP for step in steps)
    bits = sum(1 << place for place, step in enumerate(steps) if step >= _STEP)
    return f"{bits:016x}" if bits and edges >= _FEWEST_EDGES else ""


def _taken(detail: Mapping[int, Any], zone: str) -> datetime | None:
    found = _MOMENT.fullmatch(_plain(detail.get(_TAKEN)))
    if found is None:
        return None
    try:
        year, month, day, hour, minute, second = map(int, found.groups())
        where = _offset(_plain(detail.get(_OFFSET))) or ZoneInfo(zone)
        moment = datetime(year, month, day, hour, minute, second, tzinfo=where)
    except ValueError:
        return None
    return moment if _FIRST_YEAR <= moment.year < _LAST_YEAR else None


def _offset(written: str) -> tzinfo | None:
    found = _ZONE.fullmatch(written)
    if found is None:
        return None
    ahead = timedelta(hours=int(found[2]), minutes=int(found[3]))
    if ahead >= timedelta(hours=24):
        return None
    return timezone(-ahead if found[1] == "-" else ahead)


def _plain(value: object) -> str:
    if isinstance(value, bytes):
        value = value.decode("ascii", "replace")
    return value.strip("\0 ") if isinstance(value, str) else ""


def _point(place: Mapping[int, Any]) -> Point | None:
    up = _degrees(place.get(_LATITUDE), _plain(place.get(_NORTH)), "NS")
    across = _degrees(place.get(_LONGITUDE), _plain(place.get(_EAST)), "EW")
    return None if up is None or across is None else point(up, across)


def _degrees(parts: object, hemisphere: str, signs: str) -> float | None:
    """Degrees, minutes and seconds, each a fraction; the last may be missing."""
    if hemisphere not in tuple(signs) or not isinstance(parts, tuple):
        return None
    try:
        values = [float(part) for part in parts[:3]]
    except UNREADABLE:
        return None
    if not values or not all(isfinite(each) and each >= 0 for each in values):
        return None
    whole: float = sum(value / 60**step for step, value in enumerate(values))
    return -whole if hemisphere == signs[1] else whole
