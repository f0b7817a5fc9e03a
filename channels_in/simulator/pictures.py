"""Two small pictures that a citizen may send along, drawn here and nobody's."""

import io
from collections.abc import Callable
from functools import cache

from PIL import Image, ImageDraw

from channels_in.simulator.messages import Photo

_SIZE = (480, 360)


def _pothole(draw: ImageDraw.ImageDraw) -> None:
    draw.rectangle((0, 0, 480, 120), fill="#b9c4cc")
    draw.polygon([(120, 120), (360, 120), (480, 360), (0, 360)], fill="#5c6166")
    draw.line([(240, 130), (240, 170)], fill="#e8e8e8", width=6)
    draw.line([(240, 330), (240, 360)], fill="#e8e8e8", width=10)
    draw.ellipse((150, 190, 340, 300), fill="#2e2a26")
    draw.ellipse((175, 205, 315, 280), fill="#6b5a45")


def _dark_lamp(draw: ImageDraw.ImageDraw) -> None:
    draw.rectangle((0, 0, 480, 360), fill="#1d2733")
    draw.rectangle((0, 300, 480, 360), fill="#39424c")
    draw.rectangle((228, 70, 240, 320), fill="#8b949c")
    draw.line([(234, 74), (320, 60)], fill="#8b949c", width=8)
    draw.polygon([(300, 58), (350, 52), (342, 80), (308, 82)], fill="#55606a")
    draw.line([(240, 110), (180, 190), (170, 300)], fill="#c9a227", width=4)


_DRAWN: dict[str, Callable[[ImageDraw.ImageDraw], None]] = {
    "pothole": _pothole,
    "dark-lamp": _dark_lamp,
}
NAMES = tuple(_DRAWN)


@cache
def picture(name: str) -> Photo:
    """Raises KeyError for a picture there is not."""
    image = Image.new("RGB", _SIZE)
    _DRAWN[name](ImageDraw.Draw(image))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=70)
    return Photo(name, "image/jpeg", out.getvalue())
