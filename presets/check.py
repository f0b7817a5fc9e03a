"""What one line says of another: codes that must exist, once, and every language."""

from collections.abc import Iterator
from typing import Any

import holidays as library

from officers.names import LANGUAGE_CODES
from presets.faults import Fault
from presets.keys import KEYS
from presets.reader import BOUNDARIES, FILE_OF, Preset

# (lines, column, what the code in that column must be one of)
REFERENCES = (
    ("organisations", "calendar", "calendars"),
    ("departments", "organisation", "organisations"),
    ("calendars", "organisation", "organisations"),
    ("holidays", "calendar", "calendars"),
    ("areas", "organisation", "organisations"),
    ("areas", "parent", "areas"),
    ("categories", "organisation", "organisations"),
    ("categories", "department", "departments"),
    ("times", "category", "categories"),
    ("times", "calendar", "calendars"),
    ("panel", "organisation", "organisations"),
    ("panel", "category", "categories"),
    ("compensations", "category", "categories"),
    ("emergency", "organisation", "organisations"),
    ("emergency", "category", "categories"),
    ("causes", "organisation", "organisations"),
    ("causes", "department", "departments"),
    ("accounts", "organisation", "organisations"),
    ("postings", "username", "staff"),
    ("postings", "organisation", "organisations"),
    ("postings", "area", "areas"),
    ("postings", "department", "departments"),
    ("postings", "acting_for", "staff"),
    ("connections", "organisation", "organisations"),
    ("connections", "area", "areas"),
    ("articles", "organisation", "organisations"),
    ("articles", "area", "areas"),
)

# (lines, attribute, the columns' prefix, whether it may be left out altogether)
TEXTS = (
    ("organisations", "names", "name", False),
    ("organisations", "safety", "safety", False),
    ("departments", "names", "name", False),
    ("calendars", "names", "name", False),
    ("holidays", "names", "name", False),
    ("areas", "names", "name", False),
    ("areas", "level_names", "level_name", True),
    ("categories", "names", "name", False),
    ("categories", "group_names", "group", False),
    ("categories", "ask", "ask", True),
    ("sources", "names", "name", False),
    ("reject_reasons", "names", "name", False),
    ("causes", "names", "name", False),
    ("wrapups", "names", "name", False),
    ("articles", "titles", "title", False),
    ("articles", "bodies", "body", False),
)


def check(preset: Preset) -> list[Fault]:
    return [
        *_twice(preset),
        *_references(preset),
        *_circles(preset),
        *_languages(preset),
        *_template_languages(preset),
        *_holidays(preset),
    ]


def _fault(preset: Preset, lines: str, row: Any, column: str, reason: str) -> Fault:
    return Fault(preset.file_of(lines, row), row.line, column, reason)


def _twice(preset: Preset) -> Iterator[Fault]:
    for lines, (key, column) in KEYS.items():
        first: dict[Any, int] = {}
        for row in getattr(preset, lines):
            before = first.setdefault(key(row), row.line)
            if before != row.line:
                yield _fault(
                    preset, lines, row, column, f"the same is on line {before}"
                )


def _codes(preset: Preset, lines: str) -> set[Any]:
    return {KEYS[lines][0](row) for row in getattr(preset, lines)}


def _references(preset: Preset) -> Iterator[Fault]:
    codes = {lines: _codes(preset, lines) for _l, _c, lines in REFERENCES}
    for lines, column, wanted in REFERENCES:
        for row in getattr(preset, lines):
            code = getattr(row, column)
            if code and code not in codes[wanted]:
                reason = f"“{code}” is not in {FILE_OF[wanted]}"
                yield _fault(preset, lines, row, column, reason)
    for area in preset.boundaries.keys() - codes["areas"]:
        yield Fault(BOUNDARIES, 0, f"area {area}", "is not in areas.csv")


def _circles(preset: Preset) -> Iterator[Fault]:
    for lines in ("organisations", "areas"):
        parents = {row.code: row.parent for row in getattr(preset, lines)}
        for row in getattr(preset, lines):
            above, steps = row.parent, 0
            while above and above != row.code and steps <= len(parents):
                above, steps = parents.get(above, ""), steps + 1
            if above == row.code:
                yield _fault(
                    preset, lines, row, "parent", f"{row.code} is above itself"
                )


def _languages(preset: Preset) -> Iterator[Fault]:
    spoken = {row.code: row.languages for row in preset.organisations}
    calendars = {row.code: row.organisation for row in preset.calendars}
    everywhere = _all_languages(preset)
    for lines, attribute, prefix, optional in TEXTS:
        for row in getattr(preset, lines):
            texts = getattr(row, attribute)
            if optional and not texts:
                continue
            owner = getattr(row, "organisation", "") or calendars.get(
                getattr(row, "calendar", ""), ""
            )
            if lines == "organisations":
                owner = row.code
            for language in spoken.get(owner, everywhere):
                if not texts.get(language):
                    column = f"{prefix}_{language}"
                    yield _fault(preset, lines, row, column, "this language is missing")


def _all_languages(preset: Preset) -> list[str]:
    spoken = {one for row in preset.organisations for one in row.languages}
    return [language for language in LANGUAGE_CODES if language in spoken]


def _template_languages(preset: Preset) -> Iterator[Fault]:
    there: dict[tuple[str, str], set[str]] = {}
    for row in preset.templates:
        there.setdefault((row.key, row.channel), set()).add(row.language)
    for row in preset.templates:
        missing = set(_all_languages(preset)) - there.pop((row.key, row.channel), set())
        if missing and len(missing) < len(_all_languages(preset)):
            listed = ", ".join(sorted(missing))
            reason = f"no text of this key in {listed}"
            yield _fault(preset, "templates", row, "language", reason)


def _holidays(preset: Preset) -> Iterator[Fault]:
    known = library.list_supported_countries(include_aliases=False)
    for row in preset.calendars:
        if not row.country:
            continue
        if row.country not in known:
            reason = f"the library of holidays has no country “{row.country}”"
            yield _fault(preset, "calendars", row, "holidays_country", reason)
        elif row.subdivision and row.subdivision not in known[row.country]:
            reason = f"{row.country} has no subdivision “{row.subdivision}”"
            yield _fault(preset, "calendars", row, "holidays_subdiv", reason)
        elif not row.years:
            yield _fault(preset, "calendars", row, "holidays_years", "name the years")
