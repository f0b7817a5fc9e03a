"""One class per file of a preset: what a line says, typed. docs/presets.md explains."""

from dataclasses import dataclass
from datetime import date, time
from typing import Self

from complaints.models.category import Criticality, Horizon
from officers.models import Area, Calendar, Organisation
from presets.cells import Cells

Names = dict[str, str]
COUNTRIES = ("IN", "IT")
# As the call centre counts its calls (helpline).
COUNTS_AS = (
    "complaint", "FCR", "survey", "service", "safety", "transfer", "callback", "none",
)  # fmt: skip


@dataclass(frozen=True)
class OrganisationRow:
    line: int
    code: str
    parent: str
    kind: str
    names: Names
    timezone: str
    currency: str
    country: str
    languages: list[str]
    phone: str
    danger_number: str
    email: str
    safety: Names
    default_hours: int
    reopen_days: int
    appeal_days: int
    quiet_from: time
    quiet_to: time
    calendar: str
    hashtags: list[str]
    words: list[str]
    public: bool

    @classmethod
    def read(cls, c: Cells) -> Self:
        return cls(
            line=c.line,
            code=c.code("code", limit=40),
            parent=c.code("parent", limit=40, needed=False),
            kind=c.one_of("kind", Organisation.Kind.values),
            names=c.names("name"),
            timezone=c.zone("timezone"),
            currency=c.text("currency", limit=3),
            country=c.one_of("country", COUNTRIES, default="IN"),
            languages=c.languages("languages"),
            phone=c.text("phone", limit=20),
            danger_number=c.text("danger_number", limit=20),
            email=c.email("email"),
            safety=c.names("safety"),
            default_hours=c.number("default_hours", default=72, high=8760) or 72,
            reopen_days=c.number("reopen_days", default=30, high=365) or 30,
            appeal_days=c.number("appeal_days", default=30, high=365) or 30,
            quiet_from=c.clock("quiet_from", time(21)),
            quiet_to=c.clock("quiet_to", time(8)),
            calendar=c.code("calendar", limit=40),
            hashtags=c.items("hashtags"),
            words=c.items("words"),
            public=c.flag("public", default=True),
        )


@dataclass(frozen=True)
class DepartmentRow:
    line: int
    code: str
    organisation: str
    names: Names

    @classmethod
    def read(cls, c: Cells) -> Self:
        return cls(
            line=c.line,
            code=c.code("code", limit=20),
            organisation=c.code("organisation", limit=40),
            names=c.names("name"),
        )


@dataclass(frozen=True)
class CalendarRow:
    line: int
    code: str
    organisation: str
    kind: str
    names: Names
    hours: str
    country: str
    subdivision: str
    years: tuple[int, ...]
    language: str

    @classmethod
    def read(cls, c: Cells) -> Self:
        kind = c.one_of("kind", Calendar.Kind.values)
        hours = c.hours("hours")
        if kind == Calendar.Kind.OFFICE and not hours:
            c.fault("hours", "office hours need hours, as in mon-fri 10:00-18:00")
        return cls(
            line=c.line,
            code=c.code("code", limit=40),
            organisation=c.code("organisation", limit=40),
            kind=kind,
            names=c.names("name"),
            hours=hours,
            country=c.text("holidays_country", limit=2, needed=False),
            subdivision=c.text("holidays_subdiv", limit=10, needed=False),
            years=_years(c, "holidays_years"),
            language=c.text("holidays_language", limit=10, needed=False),
        )


def _years(c: Cells, column: str) -> tuple[int, ...]:
    found = []
    for item in c.items(column):
        if item.isdecimal() and 2000 <= int(item) <= 2100:
            found.append(int(item))
        else:
            c.fault(column, f"“{item}” is no year")
    return tuple(found)


@dataclass(frozen=True)
class HolidayRow:
    line: int
    calendar: str
    date: date | None
    names: Names
    source: str

    @classmethod
    def read(cls, c: Cells) -> Self:
        return cls(
            line=c.line,
            calendar=c.code("calendar", limit=40),
            date=c.day("date", needed=True),
            names=c.names("name"),
            source=c.text("source", limit=100, needed=False),
        )


@dataclass(frozen=True)
class AreaRow:
    line: int
    code: str
    parent: str
    organisation: str
    level: str
    names: Names
    kind: str
    office: bool
    level_names: Names
    pins: list[str]
    words: list[str]
    valid_from: date | None
    basis: str
    source: str
    note: str

    @classmethod
    def read(cls, c: Cells) -> Self:
        pins = c.items("pins")
        for pin in pins:
            if not pin.isascii() or not pin.isdecimal() or not 5 <= len(pin) <= 6:
                c.fault("pins", f"“{pin}” is no postal code of 5 or 6 digits")
        return cls(
            line=c.line,
            code=c.code("code", limit=60),
            parent=c.code("parent", limit=60, needed=False),
            organisation=c.code("organisation", limit=40),
            level=c.code("level", limit=30),
            names=c.names("name"),
            kind=c.one_of("kind", Area.Kind.values),
            office=c.flag("office"),
            level_names=c.names("level_name", needed=False),
            pins=pins,
            words=c.items("words"),
            valid_from=c.day("valid_from"),
            basis=c.text("basis", limit=20, needed=False),
            source=c.text("source", limit=200, needed=False),
            note=c.text("note", limit=300, needed=False),
        )


WORD_LANGUAGES = ("en", "hi", "mr", "hinglish", "it")


@dataclass(frozen=True)
class CategoryRow:
    line: int
    code: str
    organisation: str
    group_code: str
    group_names: Names
    names: Names
    department: str
    criticality: str
    horizon: str
    words: dict[str, list[str]]
    hashtags: list[str]
    ask: Names
    burst: bool
    safety: bool
    photo_required: bool
    reading_required: bool
    code_required: bool
    confidential: bool
    reopen_days: int | None
    answered_elsewhere: bool

    @classmethod
    def read(cls, c: Cells) -> Self:
        words = {
            language: found
            for language in WORD_LANGUAGES
            if (found := c.items(f"words_{language}"))
        }
        reopen = c.number("reopen_days", default=0, low=0, high=365)
        return cls(
            line=c.line,
            code=c.code("code", limit=20),
            organisation=c.code("organisation", limit=40),
            group_code=c.code("group_code", limit=20),
            group_names=c.names("group"),
            names=c.names("name"),
            department=c.code("department", limit=20),
            criticality=c.one_of("criticality", Criticality.values),
            horizon=c.one_of("horizon", Horizon.values),
            words=words,
            hashtags=c.items("hashtags"),
            ask=c.names("ask", needed=False),
            burst=c.flag("burst"),
            safety=c.flag("safety"),
            photo_required=c.flag("photo_required"),
            reading_required=c.flag("reading_required"),
            code_required=c.flag("code_required"),
            confidential=c.flag("confidential"),
            reopen_days=reopen or None,
            answered_elsewhere=c.flag("answered_elsewhere"),
        )


@dataclass(frozen=True)
class CauseRow:
    line: int
    code: str
    organisation: str
    department: str
    names: Names

    @classmethod
    def read(cls, c: Cells) -> Self:
        return cls(
            line=c.line,
            code=c.code("code", limit=20),
            organisation=c.code("organisation", limit=40),
            department=c.code("department", limit=20, needed=False),
            names=c.names("name"),
        )


@dataclass(frozen=True)
class SourceRow:
    """A way in, shared by all organisations."""

    line: int
    code: str
    names: Names

    @classmethod
    def read(cls, c: Cells) -> Self:
        return cls(line=c.line, code=c.code("code", limit=20), names=c.names("name"))


@dataclass(frozen=True)
class ReasonRow:
    line: int
    code: str
    names: Names

    @classmethod
    def read(cls, c: Cells) -> Self:
        return cls(line=c.line, code=c.code("code", limit=30), names=c.names("name"))


@dataclass(frozen=True)
class WrapUpRow:
    line: int
    code: str
    names: Names
    counts_as: str

    @classmethod
    def read(cls, c: Cells) -> Self:
        return cls(
            line=c.line,
            code=c.code("code", limit=10),
            names=c.names("name"),
            counts_as=c.one_of("counts_as", COUNTS_AS),
        )
