"""A preset's folder, read whole: every line typed, every fault found."""

import csv
import difflib
import hashlib
import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings

from presets import rows, rows_more, rows_wires
from presets.cells import Cells
from presets.faults import Fault, UnknownPreset
from presets.geometry import BadGeometry, checked, read_collection
from presets.keys import KEYS

Read = Callable[[Cells], Any]

# file → (attribute of Preset, how a line is read)
CSV_FILES: dict[str, tuple[str, Read]] = {
    "organisations.csv": ("organisations", rows.OrganisationRow.read),
    "departments.csv": ("departments", rows.DepartmentRow.read),
    "calendars.csv": ("calendars", rows.CalendarRow.read),
    "holidays.csv": ("holidays", rows.HolidayRow.read),
    "areas.csv": ("areas", rows.AreaRow.read),
    "categories.csv": ("categories", rows.CategoryRow.read),
    "prescribed_times.csv": ("times", rows_more.TimeRow.read),
    "panel.csv": ("panel", rows_more.PanelRow.read),
    "compensations.csv": ("compensations", rows_more.CompensationRow.read),
    "emergency_words.csv": ("emergency", rows_more.EmergencyRow.read),
    "hashtags.csv": ("hashtags", rows_wires.HashtagRow.read),
    "sources.csv": ("sources", rows.SourceRow.read),
    "reject_reasons.csv": ("reject_reasons", rows.ReasonRow.read),
    "causes.csv": ("causes", rows.CauseRow.read),
    "wrapup_codes.csv": ("wrapups", rows.WrapUpRow.read),
    "staff.csv": ("staff", rows_more.StaffRow.read),
    "postings.csv": ("postings", rows_more.PostingRow.read),
    "connections.csv": ("connections", rows_more.ConnectionRow.read),
    "templates.csv": ("templates", rows_more.TemplateRow.read),
    "articles.csv": ("articles", rows_more.ArticleRow.read),
    "channel_accounts.csv": ("accounts", rows_wires.AccountRow.read),
    "uses.csv": ("uses", rows_wires.UseRow.read),
}
FILE_OF = {attribute: name for name, (attribute, _read) in CSV_FILES.items()}
NEEDED = ("organisations.csv", "calendars.csv")
# Tables of a base fill in the lines that a preset has not. This one is for all.
BASE = "_base"
SHARED = (
    "departments.csv", "categories.csv", "panel.csv", "emergency_words.csv",
    "sources.csv", "reject_reasons.csv", "causes.csv", "wrapup_codes.csv",
    "templates.csv", "articles.csv",
)  # fmt: skip
BOUNDARIES = "boundaries.geojson"
SCHEMATIC = "schematic, drawn by Sunwai for demonstration"
_LANGUAGE_ENDS = ("_en", "_hi", "_mr", "_it", "_hinglish")


@dataclass
class Preset:
    name: str
    digest: str = ""
    organisations: list[rows.OrganisationRow] = field(default_factory=list)
    departments: list[rows.DepartmentRow] = field(default_factory=list)
    calendars: list[rows.CalendarRow] = field(default_factory=list)
    holidays: list[rows.HolidayRow] = field(default_factory=list)
    areas: list[rows.AreaRow] = field(default_factory=list)
    categories: list[rows.CategoryRow] = field(default_factory=list)
    times: list[rows_more.TimeRow] = field(default_factory=list)
    panel: list[rows_more.PanelRow] = field(default_factory=list)
    compensations: list[rows_more.CompensationRow] = field(default_factory=list)
    emergency: list[rows_more.EmergencyRow] = field(default_factory=list)
    hashtags: list[rows_wires.HashtagRow] = field(default_factory=list)
    sources: list[rows.SourceRow] = field(default_factory=list)
    reject_reasons: list[rows.ReasonRow] = field(default_factory=list)
    causes: list[rows.CauseRow] = field(default_factory=list)
    wrapups: list[rows.WrapUpRow] = field(default_factory=list)
    staff: list[rows_more.StaffRow] = field(default_factory=list)
    postings: list[rows_more.PostingRow] = field(default_factory=list)
    connections: list[rows_more.ConnectionRow] = field(default_factory=list)
    templates: list[rows_more.TemplateRow] = field(default_factory=list)
    articles: list[rows_more.ArticleRow] = field(default_factory=list)
    accounts: list[rows_wires.AccountRow] = field(default_factory=list)
    uses: list[rows_wires.UseRow] = field(default_factory=list)
    # code of an area → (outline, where it is from)
    boundaries: dict[str, tuple[dict[str, Any], str]] = field(default_factory=dict)
    # (lines, name of the base, those that it filled in)
    borrowed: list[tuple[str, str, list[Any]]] = field(default_factory=list)

    @property
    def root(self) -> str:
        """The organisation on top of this folder's: shared lines become its own."""
        own = {row.code for row in self.organisations}
        tops = (row.code for row in self.organisations if row.parent not in own)
        return next(tops, "")

    def file_of(self, lines: str, row: Any) -> str:
        for name, base, filled in self.borrowed:
            if name == lines and any(row is each for each in filled):
                return f"{base}/{FILE_OF[lines]}"
        return FILE_OF[lines]

    def fill(self, lines: str, base: str, there: list[Any]) -> None:
        """Take what the base has and the preset has not."""
        key = KEYS[lines][0]
        own: list[Any] = getattr(self, lines)
        taken = {key(row) for row in own}
        filled = [row for row in there if key(row) not in taken]
        own[:0] = filled
        self.borrowed.append((lines, base, filled))


def presets_root() -> Path:
    return Path(settings.BASE_DIR) / "fixtures" / "presets"


def known_presets(root: Path) -> list[str]:
    return sorted(path.parent.name for path in root.glob("*/organisations.csv"))


def folder_of(name: str, root: Path) -> Path:
    known = known_presets(root)
    if name not in known:
        raise UnknownPreset(name, known)
    return root / name


def digest_of(folder: Path) -> str:
    """Of names and bytes, of the bases too: the same files, the same digest."""
    whole = hashlib.sha256()
    for each in (folder, *_bases(folder, _lines(folder, "uses.csv", []))):
        for path in sorted(each.iterdir()):
            if path.is_file():
                content = path.read_bytes()
                whole.update(f"{path.name}:{len(content)}:".encode() + content)
    return whole.hexdigest()


def read_preset(folder: Path) -> tuple[Preset, list[Fault]]:
    """All lines of all files, and what is wrong with single cells."""
    faults: list[Fault] = []
    preset = Preset(name=folder.name, digest=digest_of(folder))
    for name, (attribute, _read) in CSV_FILES.items():
        if name in NEEDED and not (folder / name).exists():
            faults.append(Fault(name, 0, "", "this file is missing"))
        setattr(preset, attribute, list(_lines(folder, name, faults)))
    _unknown_bases(preset, folder, faults)
    for base in _bases(folder, preset.uses):
        _fill_in(preset, base, faults)
    if (folder / BOUNDARIES).exists():
        preset.boundaries = _boundaries(folder / BOUNDARIES, faults)
    return preset, faults


def read_texts(folder: Path) -> list[rows_more.TemplateRow]:
    """What is written to people by this preset, without reading the rest of it."""
    preset = Preset(folder.name, templates=list(_lines(folder, "templates.csv", [])))
    for base in _bases(folder, _lines(folder, "uses.csv", [])):
        preset.fill("templates", base.name, list(_lines(base, "templates.csv", [])))
    return preset.templates


def _bases(folder: Path, uses: Iterable[rows_wires.UseRow]) -> list[Path]:
    """The nearest first: what uses.csv names, in its order, then the base of all."""
    names = dict.fromkeys([*(row.base for row in uses), BASE])
    return [path for name in names if (path := folder.parent / name).is_dir()]


def _unknown_bases(preset: Preset, folder: Path, faults: list[Fault]) -> None:
    known = sorted(path.name for path in folder.parent.glob("_*") if path.is_dir())
    for row in preset.uses:
        if row.base not in known:
            reason = f"“{row.base}” is no base; there are: {', '.join(known) or 'none'}"
            faults.append(Fault("uses.csv", row.line, "base", reason))


def _fill_in(preset: Preset, base: Path, faults: list[Fault]) -> None:
    for path in sorted(base.glob("*.csv")):
        if path.name not in SHARED:
            reason = f"a base holds no such table, only: {', '.join(SHARED)}"
            faults.append(Fault(f"{base.name}/{path.name}", 0, "", reason))
            continue
        lines = CSV_FILES[path.name][0]
        there = _lines(base, path.name, faults, organisation=preset.root)
        preset.fill(lines, base.name, list(there))


def _lines(
    folder: Path, name: str, faults: list[Fault], *, organisation: str = ""
) -> Iterator[Any]:
    """`organisation` is whose lines those of a base become: it has no such column."""
    path, read = folder / name, CSV_FILES[name][1]
    if not path.exists():
        return
    file = f"{folder.name}/{name}" if organisation else name
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        faults.append(Fault(file, line, "", "save the file as UTF-8"))
        return
    given = {"organisation": organisation} if organisation else {}
    for line, cells in _rows(file, text, read, faults, given):
        yield read(Cells(file, line, cells, faults))


def _rows(
    file: str, text: str, read: Read, faults: list[Fault], given: dict[str, str]
) -> Iterator[tuple[int, dict[str, str]]]:
    """The number of each line's first row in the file, and its cells by column."""
    lines = csv.reader(io.StringIO(text.replace("\0", ""), newline=""), strict=True)
    known = [column for column in columns_of(read) if column not in given]
    columns = _columns(file, next(lines, []), known, faults)
    if not columns:
        return
    before = lines.line_num
    try:
        for values in lines:
            first, before = before + 1, lines.line_num
            if not any(value.strip() for value in values):
                continue
            if len(values) != len(columns):
                reason = f"{len(values)} cells, but the header has {len(columns)}"
                faults.append(Fault(file, first, "", reason))
                continue
            yield first, dict(zip(columns, values, strict=True)) | given
    except csv.Error as error:
        faults.append(Fault(file, before + 1, "", f"no readable CSV: {error}"))


def _columns(
    file: str, header: list[str], known: list[str], faults: list[Fault]
) -> list[str]:
    columns = [column.strip() for column in header]
    if len(columns) == 1 and ";" in columns[0]:
        reason = "saved with semicolons: save it as CSV separated by commas"
        faults.append(Fault(file, 1, "", reason))
        return []
    wrong = [column for column in columns if column not in known]
    for column in wrong:
        near = difflib.get_close_matches(column, known, n=1)
        hint = f", do you mean {near[0]}?" if near else ""
        faults.append(Fault(file, 1, column, f"this column is not known{hint}"))
    twice = {column for column in columns if columns.count(column) > 1}
    faults.extend(
        Fault(file, 1, column, "this column is there twice") for column in twice
    )
    # A language that no organisation speaks may be left out; check.py asks for others.
    missing = [
        column
        for column in known
        if column not in columns and not column.endswith(_LANGUAGE_ENDS)
    ]
    faults.extend(
        Fault(file, 1, column, "this column is missing") for column in missing
    )
    return [] if twice or missing else columns


class _Asked(dict[str, str]):
    """Notes which cells a reader asks for."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    def get(self, key: str, default: Any = None) -> Any:
        self.names.append(key)
        return default


def columns_of(read: Read) -> list[str]:
    """The columns of a file are the cells that its reader asks for."""
    asked = _Asked()
    read(Cells("", 0, asked, []))
    return list(dict.fromkeys(asked.names))


def _boundaries(
    path: Path, faults: list[Fault]
) -> dict[str, tuple[dict[str, Any], str]]:
    found: dict[str, tuple[dict[str, Any], str]] = {}
    try:
        features = read_collection(path)
    except BadGeometry as error:
        faults.append(Fault(path.name, 0, "", str(error)))
        return found
    for number, feature in enumerate(features, 1):
        where = f"feature {number}"
        properties = feature.get("properties") or {}
        area = properties.get("area")
        if not isinstance(area, str) or not area:
            faults.append(Fault(path.name, 0, where, "the property “area” is missing"))
            continue
        if area in found:
            faults.append(Fault(path.name, 0, where, f"area {area} is there twice"))
        try:
            outline = checked(feature.get("geometry"))
        except BadGeometry as error:
            faults.append(Fault(path.name, 0, where, f"{area}: {error}"))
            continue
        found[area] = (outline, str(properties.get("source") or SCHEMATIC)[:200])
    return found
