"""Lines about time, texts, people and connections."""

import string
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Self

from escalation.models import Compensation, ServiceLevel
from feedback.models import PanelItem
from notices.models import Template
from officers.models import Role
from officers.names import LANGUAGE_CODES
from presets.cells import Cells
from presets.rows import WORD_LANGUAGES, Names

CHANNELS = ("any", "sms", "email")
TOPICS = (
    "supply", "interruption", "billing", "payment", "connection", "meter",
    "property_tax", "water", "waste", "roads", "certificates", "safety", "complaints",
)  # fmt: skip
CONNECTION_KINDS = ("domestic", "shop", "farm", "factory", "water", "property")
AREA_KINDS = ("urban", "rural")


@dataclass(frozen=True)
class TimeRow:
    line: int
    category: str
    area_kind: str
    hours: int
    calendar: str
    basis: str
    source: str
    valid_from: date | None

    @classmethod
    def read(cls, c: Cells) -> Self:
        return cls(
            line=c.line,
            category=c.code("category", limit=20),
            area_kind=c.one_of("area_kind", AREA_KINDS),
            hours=c.number("hours", high=26280) or 1,
            calendar=c.code("calendar", limit=40),
            basis=c.one_of("basis", ServiceLevel.Basis.values),
            source=c.text("source", limit=300, needed=False),
            valid_from=c.day("valid_from", needed=True),
        )


@dataclass(frozen=True)
class CompensationRow:
    """What may be claimed when the prescribed time of a kind was missed."""

    line: int
    category: str
    amount: Decimal
    per: str
    most: Decimal | None
    pay_within_days: int
    source: str
    valid_from: date | None

    @classmethod
    def read(cls, c: Cells) -> Self:
        amount, most = c.money("amount"), c.money("most", needed=False)
        if amount and most and most < amount:
            c.fault("most", f"{most} is less than the amount")
        return cls(
            line=c.line,
            category=c.code("category", limit=20),
            amount=amount or Decimal(1),
            per=c.one_of("per", Compensation.Per.values),
            most=most,
            pay_within_days=c.number("pay_within_days", default=60, high=365) or 60,
            source=c.text("source", limit=300),
            valid_from=c.day("valid_from", needed=True),
        )


@dataclass(frozen=True)
class PanelRow:
    """What a "no" to one of the panel's questions becomes, and a suggestion."""

    line: int
    organisation: str
    item: str
    category: str

    @classmethod
    def read(cls, c: Cells) -> Self:
        return cls(
            line=c.line,
            organisation=c.code("organisation", limit=40),
            item=c.one_of("item", PanelItem.Item.values),
            category=c.code("category", limit=20),
        )


@dataclass(frozen=True)
class EmergencyRow:
    line: int
    organisation: str
    language: str
    words: str
    category: str

    @classmethod
    def read(cls, c: Cells) -> Self:
        return cls(
            line=c.line,
            organisation=c.code("organisation", limit=40),
            language=c.one_of("language", WORD_LANGUAGES),
            words=c.text("words", limit=100),
            category=c.code("category", limit=20, needed=False),
        )


@dataclass(frozen=True)
class StaffRow:
    line: int
    username: str
    first_name: str
    last_name: str
    language: str
    phone: str
    email: str
    shift: str
    leaves: tuple[tuple[date, date, str], ...]

    @classmethod
    def read(cls, c: Cells) -> Self:
        return cls(
            line=c.line,
            username=c.code("username", limit=150),
            first_name=c.text("first_name", limit=150),
            last_name=c.text("last_name", limit=150, needed=False),
            language=c.one_of("language", LANGUAGE_CODES, default="en"),
            phone=c.phone("phone"),
            email=c.email("email"),
            shift=c.hours("shift", always=True),
            leaves=_leaves(c, "leave"),
        )


def _leaves(c: Cells, column: str) -> tuple[tuple[date, date, str], ...]:
    """ "2026-12-24..2026-12-31 casual leave; …" """
    found = []
    for item in c.items(column):
        days, _, reason = item.partition(" ")
        first, dots, last = days.partition("..")
        begin = c.as_day(column, first)
        end = c.as_day(column, last) if dots else begin
        if begin is None or end is None:
            continue
        if end < begin:
            c.fault(column, f"the leave “{days}” ends before it begins")
            continue
        found.append((begin, end, reason.strip()[:100]))
    return tuple(found)


@dataclass(frozen=True)
class PostingRow:
    line: int
    username: str
    role: str
    organisation: str
    area: str
    department: str
    valid_from: date | None
    valid_to: date | None
    acting_for: str

    @classmethod
    def read(cls, c: Cells) -> Self:
        row = cls(
            line=c.line,
            username=c.code("username", limit=150),
            role=c.one_of("role", Role.values),
            organisation=c.code("organisation", limit=40),
            area=c.code("area", limit=60, needed=False),
            department=c.code("department", limit=20, needed=False),
            valid_from=c.day("valid_from"),
            valid_to=c.day("valid_to"),
            acting_for=c.code("acting_for", limit=150, needed=False),
        )
        if row.valid_from and row.valid_to and row.valid_to < row.valid_from:
            c.fault("valid_to", "the posting ends before it begins")
        return row


@dataclass(frozen=True)
class ConnectionRow:
    line: int
    number: str
    organisation: str
    area: str
    name: str
    phone: str
    address: str
    kind: str
    language: str

    @classmethod
    def read(cls, c: Cells) -> Self:
        if not c.values.get("phone", "").strip():
            c.fault("phone", "must not be empty: a holder is known by the phone")
        return cls(
            line=c.line,
            number=c.code("consumer_number", limit=30),
            organisation=c.code("organisation", limit=40),
            area=c.code("area", limit=60, needed=False),
            name=c.text("name", limit=200),
            phone=c.phone("phone"),
            address=c.text("address", limit=300, needed=False),
            kind=c.one_of("kind", CONNECTION_KINDS),
            language=c.one_of("language", LANGUAGE_CODES, default="en"),
        )


@dataclass(frozen=True)
class TemplateRow:
    line: int
    key: str
    audience: str
    language: str
    channel: str
    text: str

    @classmethod
    def read(cls, c: Cells) -> Self:
        text = c.text("text", limit=4000)
        fields(c, "text", text)
        return cls(
            line=c.line,
            key=c.code("key", limit=30),
            audience=c.one_of("audience", Template.Audience.values),
            language=c.one_of("language", LANGUAGE_CODES),
            channel=c.one_of("channel", CHANNELS, default="any"),
            text=text,
        )


def fields(c: Cells, column: str, text: str) -> set[str]:
    """The {fields} of a text; a brace that is left open is a fault."""
    found = set()
    try:
        for _before, name, spec, conversion in string.Formatter().parse(text):
            if name is None:
                continue
            if not name.isidentifier() or spec or conversion:
                c.fault(column, f"{{{name}}} is no field of a message")
            found.add(name)
    except ValueError:
        c.fault(column, "a brace { or } is left open")
    return found


@dataclass(frozen=True)
class ArticleRow:
    line: int
    code: str
    organisation: str
    area: str
    topic: str
    words: list[str]
    titles: Names
    bodies: Names

    @classmethod
    def read(cls, c: Cells) -> Self:
        bodies = c.names("body", limit=4000)
        return cls(
            line=c.line,
            code=c.code("code", limit=30),
            organisation=c.code("organisation", limit=40),
            area=c.code("area", limit=60, needed=False),
            topic=c.one_of("topic", TOPICS),
            words=c.items("words"),
            titles=c.names("title"),
            # A spreadsheet that cannot hold a line break has "\n\n" in plain letters.
            bodies={code: text.replace("\\n", "\n") for code, text in bodies.items()},
        )
