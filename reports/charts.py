"""Bars as whole numbers for an inline SVG: a phone shows them one to one.

Only integers: a template writes 12.5 as "12,5" in Italian, which no SVG reads. The two
series differ by outline and fill besides colour, so that grey print tells them apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count

from django.template.defaultfilters import floatformat
from django.utils.functional import Promise

WIDTH = 320
COLUMN_HEIGHT = 120
ABOVE, BELOW = 16, 18  # room for the number on a bar, and for the name under it
BAR, GAP = 12, 2
LINE = 16  # a name above its bars
BLOCK = LINE + 2 * (BAR + GAP) + 8
ONE = LINE + BAR + GAP + 6
ROOM_FOR_NUMBER = 34
MOST_BLOCKS = 15


@dataclass(frozen=True)
class Bar:
    series: int  # 1 outlined, 2 filled
    x: int
    y: int
    width: int
    height: int
    text: str
    text_x: int
    text_y: int


@dataclass(frozen=True)
class Name:
    text: str
    x: int
    y: int


@dataclass(frozen=True)
class Chart:
    title: str | Promise
    described: str
    legend: tuple[str | Promise, ...]
    height: int
    names: list[Name]
    bars: list[Bar]
    width: int = WIDTH


Pair = tuple[str, int | None, int | None]


def columns(
    title: str | Promise,
    legend: tuple[str | Promise, str | Promise],
    data: Sequence[Pair],
) -> Chart:
    """Two bars side by side for each name, upright."""
    most = max([value or 0 for _n, *pair in data for value in pair] + [1])
    slot = WIDTH // max(len(data), 1)
    wide = min(slot * 2 // 5, 24)
    names, bars = [], []
    for place, (name, *pair) in enumerate(data):
        middle = place * slot + slot // 2
        names.append(Name(name, middle, ABOVE + COLUMN_HEIGHT + BELOW - 4))
        for series, value in zip(count(1), pair, strict=False):
            height = round(COLUMN_HEIGHT * (value or 0) / most)
            x = middle - wide - 1 if series == 1 else middle + 1
            y = ABOVE + COLUMN_HEIGHT - height
            bars.append(
                Bar(series, x, y, wide, height, str(value or 0), x + wide // 2, y - 4)
            )
    height = ABOVE + COLUMN_HEIGHT + BELOW
    return Chart(title, _told(legend, data, ""), legend, height, names, bars)


def lying(
    title: str | Promise,
    legend: tuple[str | Promise, str | Promise],
    data: Sequence[Pair],
) -> Chart:
    """Two bars under each name, in percent; None is told as a dash."""
    shown = data[:MOST_BLOCKS]
    names, bars = [], []
    for place, (name, *pair) in enumerate(shown):
        top = place * BLOCK
        names.append(Name(name, 0, top + LINE - 5))
        for series, value in zip(count(1), pair, strict=False):
            y = top + LINE + (series - 1) * (BAR + GAP)
            width = (WIDTH - ROOM_FOR_NUMBER) * (value or 0) // 100
            text = "–" if value is None else f"{value} %"
            bars.append(Bar(series, 0, y, width, BAR, text, width + 4, y + BAR - 2))
    height = max(BLOCK * len(shown), BLOCK)
    return Chart(title, _told(legend, shown, " %"), legend, height, names, bars)


def means(
    title: str | Promise,
    legend: tuple[str | Promise, str | Promise],
    data: Sequence[tuple[str, float | None, float | None]],
    best: int,
) -> Chart:
    """Two bars under each name on a scale from 0 to `best`; None is told as a dash."""
    shown = data[:MOST_BLOCKS]
    names, bars, told = [], [], []
    for place, (name, *pair) in enumerate(shown):
        top = place * BLOCK
        names.append(Name(name, 0, top + LINE - 5))
        texts = ["–" if v is None else floatformat(v, 1) for v in pair]
        said = zip(legend, texts, strict=True)
        told.append(f"{name}: " + ", ".join(f"{label} {text}" for label, text in said))
        for series, value, text in zip(count(1), pair, texts, strict=False):
            y = top + LINE + (series - 1) * (BAR + GAP)
            width = round((WIDTH - ROOM_FOR_NUMBER) * (value or 0) / best)
            bars.append(Bar(series, 0, y, width, BAR, text, width + 4, y + BAR - 2))
    height = max(BLOCK * len(shown), BLOCK)
    return Chart(title, "; ".join(told), legend, height, names, bars)


def single(title: str | Promise, data: Sequence[tuple[str, int]]) -> Chart:
    """One bar under each name, as long as its number among the largest."""
    shown = data[:MOST_BLOCKS]
    most = max([value for _name, value in shown] + [1])
    names, bars = [], []
    for place, (name, value) in enumerate(shown):
        top = place * ONE
        names.append(Name(name, 0, top + LINE - 5))
        width, y = (WIDTH - ROOM_FOR_NUMBER) * value // most, top + LINE
        bars.append(Bar(2, 0, y, width, BAR, str(value), width + 4, y + BAR - 2))
    told = "; ".join(f"{name}: {value}" for name, value in shown)
    return Chart(title, told, (), max(ONE * len(shown), ONE), names, bars)


def _told(
    legend: tuple[str | Promise, str | Promise], data: Sequence[Pair], unit: str
) -> str:
    """The chart in words, for those who hear the page."""
    return "; ".join(
        f"{name}: "
        + ", ".join(
            f"{label} {'–' if value is None else value}{unit}"
            for label, value in zip(legend, pair, strict=True)
        )
        for name, *pair in data
    )
