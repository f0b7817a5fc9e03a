"""What takes long and needs no database: done before the write lock is taken."""

from dataclasses import dataclass, field
from datetime import date

import holidays as library
from django.contrib.auth.hashers import make_password

from complaints.text import search_text
from presets.reader import Preset
from presets.rows import CalendarRow, Names
from presets.rows_more import ConnectionRow

DEMO_PASSWORD = "sunwai-demo"  # noqa: S105  printed on the first page of the demo
LIBRARY = "library holidays"


@dataclass
class Prepared:
    holidays: dict[str, dict[date, Names]] = field(default_factory=dict)
    # consumer number → folded name and phone of its holder
    search_texts: dict[str, str] = field(default_factory=dict)
    # (organisation, code) of an article → its folded words
    article_texts: dict[tuple[str, str], str] = field(default_factory=dict)
    password: str = ""


def prepare(preset: Preset, *, demo: bool) -> Prepared:
    spoken = {row.code: row.languages for row in preset.organisations}
    return Prepared(
        holidays={
            row.code: library_holidays(row, spoken[row.organisation])
            for row in preset.calendars
            if row.country
        },
        search_texts={row.number: _search_text(row) for row in preset.connections},
        article_texts={
            (row.organisation, row.code): search_text(
                *row.titles.values(), *row.words, *row.bodies.values()
            )
            for row in preset.articles
        },
        # One hash for all: a slow hash for each of 260 demonstration logins is minutes.
        password=make_password(DEMO_PASSWORD if demo else None),
    )


def _search_text(row: ConnectionRow) -> str:
    return search_text(row.name, row.phone)


def library_holidays(calendar: CalendarRow, languages: list[str]) -> dict[date, Names]:
    """{day: names} in as many of the languages as the library speaks."""
    found: dict[date, Names] = {}
    for language in languages:
        spoken = _library_language(calendar, language)
        if not spoken:
            continue
        days = library.country_holidays(
            calendar.country,
            subdiv=calendar.subdivision or None,
            years=calendar.years,
            language=spoken,
        )
        for day, name in days.items():
            found.setdefault(day, {})[language] = name
    return found


def _library_language(calendar: CalendarRow, language: str) -> str:
    """ "en" is "en_IN" to the library; empty where it does not speak it."""
    supported = library.country_holidays(calendar.country).supported_languages
    if calendar.language.startswith(language) and calendar.language in supported:
        return calendar.language
    fitting = [one for one in supported if one.split("_")[0] == language]
    return fitting[0] if fitting else ""
