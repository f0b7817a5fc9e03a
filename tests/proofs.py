"""Pictures with and without EXIF, for tests of what a proof says of itself."""

import io
from collections.abc import Mapping
from random import Random
from typing import Any

from PIL import Image, ImageDraw
from PIL.TiffImagePlugin import IFDRational

SIZE = (320, 240)


def scene(seed: int) -> Image.Image:
    """Blocks of grey, of which no two seeds have the same."""
    rng = Random(seed)  # noqa: S311 (a drawing, no secret)
    picture = Image.new("RGB", SIZE, "grey")
    draw = ImageDraw.Draw(picture)
    for left in range(0, SIZE[0], 40):
        for top in range(0, SIZE[1], 30):
            shade = rng.randint(20, 235)
            draw.rectangle((left, top, left + 39, top + 29), fill=(shade,) * 3)
    return picture


def taken(
    *,
    at: str = "",
    offset: str = "",
    place: tuple[float, float] | None = None,
    seed: int = 1,
    gps: Mapping[int, Any] | None = None,
    detail: Mapping[int, Any] | None = None,
) -> bytes:
    """A JPEG as a phone writes it; `gps` and `detail` put other tags in."""
    exif = Image.Exif()
    inner: dict[int, Any] = {0x9003: at} if at else {}
    if offset:
        inner[0x9011] = offset
    inner |= dict(detail or {})
    where: dict[int, Any] = dict(gps or {})
    if place is not None:
        latitude, longitude = place
        where |= {
            1: "N" if latitude >= 0 else "S", 2: _dms(abs(latitude)),
            3: "E" if longitude >= 0 else "W", 4: _dms(abs(longitude)),
        }  # fmt: skip
    exif.get_ifd(0x8769).update(inner)
    exif.get_ifd(0x8825).update(where)
    out = io.BytesIO()
    scene(seed).save(out, "JPEG", quality=85, exif=_written(exif))
    return out.getvalue()


def _written(exif: Image.Exif) -> bytes:
    try:
        return exif.tobytes()
    except (TypeError, ValueError, AttributeError, OverflowError):
        return b""  # tags that not even Pillow writes


def _dms(degrees: float) -> tuple[IFDRational, IFDRational, IFDRational]:
    whole = int(degrees)
    minutes = int((degrees - whole) * 60)
    seconds = round(((degrees - whole) * 60 - minutes) * 60 * 1000)
    return IFDRational(whole), IFDRational(minutes), IFDRational(seconds, 1000)
