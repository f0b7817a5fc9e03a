"""Rows of the table: a figure, what it is measured against, and whether it is met."""

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.bench import Pair

Report = Callable[[str], None]


@dataclass(frozen=True)
class Row:
    """`met` is None where there is no target, or nothing to measure yet."""

    name: str
    figure: float | None
    unit: str
    target: str = ""
    met: bool | None = None
    floor: float | None = None
    ratio: float | None = None
    note: str = ""
    more: dict[str, Any] = field(default_factory=dict)


def at_most(name: str, figure: float, limit: float, unit: str, **more: Any) -> Row:
    note = str(more.pop("note", ""))
    return Row(
        name, figure, unit, f"≤ {limit:g}", figure <= limit, note=note, more=more
    )


def at_least(name: str, figure: float, limit: float, unit: str, **more: Any) -> Row:
    note = str(more.pop("note", ""))
    return Row(
        name, figure, unit, f"≥ {limit:g}", figure >= limit, note=note, more=more
    )


def against_floor(name: str, pair: Pair, least: float) -> Row:
    """Rounds in pairs: the ratio of each, and of those the middle one."""
    ours, floors = [r.rate for r in pair.desk], [r.rate for r in pair.floor]
    ratio = median(own / floor for own, floor in zip(ours, floors, strict=True))
    return Row(
        name, median(ours), "req/s", f"≥ {least:g} × floor", ratio >= least,
        floor=median(floors), ratio=ratio, note=pair.note(),
        more={"rounds": ours, "floor_rounds": floors} | pair.more(),
    )  # fmt: skip


def missing(name: str, why: str) -> Row:
    return Row(name, None, "", note=why)


def line(row: Row) -> str:
    verdict = {True: "met", False: "MISSED", None: "-"}[row.met]
    floor, ratio = _floor(row)
    return (
        f"{row.name:<58} {_figure(row):>14} {floor:>8} {ratio:>6}  {row.target:<15}"
        f" {verdict:<6} {row.note}"
    ).rstrip()


def _figure(row: Row) -> str:
    return "-" if row.figure is None else f"{_short(row.figure)} {row.unit}".strip()


def _floor(row: Row) -> tuple[str, str]:
    floor = "" if row.floor is None else _short(row.floor)
    return floor, "" if row.ratio is None else f"{row.ratio:.2f}"


def heading() -> str:
    return (
        f"{'workload':<58} {'figure':>14} {'floor':>8} {'ratio':>6}  {'target':<15}"
        f" {'':<6} note"
    )


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def summary(rows: Iterable[Row]) -> str:
    judged = [row.met for row in rows if row.met is not None]
    met = sum(judged)
    return f"met {met}, missed {len(judged) - met} of {len(judged)}"


def save(rows: list[Row], about: dict[str, Any], folder: Path, at: datetime) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{at:%Y-%m-%d-%H%M}-{about['size']}.json"
    content = about | {"rows": [asdict(row) for row in rows]}
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False, default=str))
    path.with_suffix(".md").write_text(table(rows))
    return path


def table(rows: list[Row]) -> str:
    """For docs/performance.md."""
    lines = [
        "| workload | figure | floor | ratio | target | | note |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        verdict = {True: "met", False: "**missed**", None: ""}[row.met]
        cells = (row.name, _figure(row), *_floor(row), row.target, verdict, row.note)
        lines.append(f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |")
    return "\n".join(lines) + "\n"
