"""Small drawings in the place of photographs: nobody's street, nobody's face."""

import io
from datetime import datetime
from functools import cache
from random import Random

from PIL import Image, ImageDraw
from PIL.ExifTags import IFD, Base

SIZE = (640, 480)
_SKY, _ROAD, _KERB = (170, 195, 215), (105, 105, 110), (160, 155, 145)
_PATCH, _HOLE, _WATER = (70, 70, 75), (45, 40, 38), (90, 115, 125)
_LEAVES, _BAGS = (75, 120, 70), ((60, 60, 70), (180, 60, 50), (60, 110, 160))


@cache
def before(kind: int) -> bytes:
    """The trouble: a hole, water on the road, bags, a fallen branch."""
    picture, draw = _street()
    if kind % 4 == 0:
        draw.ellipse((230, 330, 430, 410), fill=_HOLE)
    elif kind % 4 == 1:
        draw.ellipse((120, 320, 540, 430), fill=_WATER)
    elif kind % 4 == 2:
        for step, colour in enumerate(_BAGS * 2):
            left = 150 + step * 60
            draw.ellipse((left, 330 - step % 2 * 30, left + 90, 420), fill=colour)
    else:
        draw.line((80, 420, 560, 330), fill=(90, 65, 45), width=22)
        draw.ellipse((330, 240, 600, 400), fill=_LEAVES)
    return _jpeg(picture)


def after(kind: int, own: int, taken: datetime) -> bytes:
    """A street in order, with the patch that was laid; `own` makes it like no other."""
    picture, draw = _street(own)
    if kind % 4 == 0:
        draw.rectangle((220, 325, 440, 415), fill=_PATCH)
    exif = Image.Exif()
    exif.get_ifd(IFD.Exif)[Base.DateTimeOriginal] = f"{taken:%Y:%m:%d %H:%M:%S}"
    exif.get_ifd(IFD.Exif)[Base.OffsetTimeOriginal] = "+00:00"
    return _jpeg(picture, exif)


def _street(own: int = 0) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    picture = Image.new("RGB", SIZE, _SKY)
    draw = ImageDraw.Draw(picture)
    rng = Random(own)  # noqa: S311 (a drawing, no secret)
    for left, height in ((0, 150), (150, 110), (300, 170), (470, 130)):
        wall, tall = (200, 190, 170), height
        if own:
            wall, tall = (rng.randint(90, 240),) * 3, rng.randint(60, 240)
        draw.rectangle((left, 260 - tall, left + 140, 260), fill=wall)
    for _tree in range(3 if own else 0):
        left, size = rng.randint(0, 560), rng.randint(50, 140)
        draw.ellipse((left, 290 - size, left + size, 290), fill=_LEAVES)
    draw.rectangle((0, 260, 640, 290), fill=_KERB)
    draw.rectangle((0, 290, 640, 480), fill=_ROAD)
    for left in range(20, 640, 120):
        draw.rectangle((left, 455, left + 60, 462), fill=(220, 220, 210))
    return picture, draw


def _jpeg(picture: Image.Image, exif: Image.Exif | None = None) -> bytes:
    out = io.BytesIO()
    # An Exif is falsy while only its inner parts have entries.
    picture.save(out, "JPEG", quality=70, exif=Image.Exif() if exif is None else exif)
    return out.getvalue()
