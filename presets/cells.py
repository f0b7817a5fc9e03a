"""The cells of one line, read as what they should be.

A wrong cell is written to the list of faults and read as something harmless, so that
one run finds every fault of a file.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from complaints.phones import BadEmail, BadPhone, parse_email, parse_phone
from complaints.text import TooLong, clean
from officers.calendar import BadHours, parse_hours
from officers.names import LANGUAGE_CODES
from presets.faults import Fault

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]*")
_MONEY = re.compile(r"[0-9]{1,8}(\.[0-9]{1,2})?")
_MOST_LISTED = 12


class HasLine(Protocol):
    @property
    def line(self) -> int: ...


@dataclass
class Cells:
    file: str
    line: int
    values: dict[str, str]
    faults: list[Fault]

    def fault(self, column: str, reason: str) -> None:
        self.faults.append(Fault(self.file, self.line, column, reason))

    def text(self, column: str, *, limit: int, needed: bool = True) -> str:
        raw = self.values.get(column, "")
        try:
            found = clean(raw, limit)
        except TooLong as error:
            self.fault(column, f"too long: {error.length} characters, at most {limit}")
            return ""
        if needed and not found:
            self.fault(column, "must not be empty")
        return found

    def code(self, column: str, *, limit: int, needed: bool = True) -> str:
        found = self.text(column, limit=limit, needed=needed)
        if found and not _CODE.fullmatch(found):
            self.fault(column, f"“{found}” is no code: letters, digits, . _ / - only")
        return found

    def names(
        self, prefix: str, *, limit: int = 300, needed: bool = True
    ) -> dict[str, str]:
        """{language: text} of prefix_en, prefix_hi …; check.py says which must be."""
        found = {}
        for language in LANGUAGE_CODES:
            text = self.text(f"{prefix}_{language}", limit=limit, needed=False)
            if text:
                found[language] = text
        if needed and not found:
            self.fault(f"{prefix}_en", "must not be empty")
        return found

    def items(self, column: str, *, limit: int = 200) -> list[str]:
        """A list separated by ";", each once, in order."""
        raw = self.values.get(column, "").split(";")
        found = []
        for part in raw:
            try:
                item = clean(part, limit)
            except TooLong:
                self.fault(column, f"one entry is longer than {limit} characters")
                continue
            if item:
                found.append(item)
        return list(dict.fromkeys(found))

    def one_of(
        self, column: str, choices: Collection[str], *, default: str = ""
    ) -> str:
        found = self.values.get(column, "").strip() or default
        if found not in choices:
            listed = ", ".join(sorted(choices)[:_MOST_LISTED])
            self.fault(column, f"“{found}” is not one of: {listed}")
            return default or min(choices)
        return found

    def languages(self, column: str) -> list[str]:
        found = self.items(column)
        for language in found:
            if language not in LANGUAGE_CODES:
                self.fault(column, f"“{language}” is none of: en, hi, mr, it")
        if not found:
            self.fault(column, "name at least one language")
        return [one for one in found if one in LANGUAGE_CODES] or ["en"]

    def flag(self, column: str, *, default: bool = False) -> bool:
        raw = self.values.get(column, "").strip().lower()
        if raw not in ("yes", "no", ""):
            self.fault(column, f"“{raw}” is neither yes nor no")
        return raw == "yes" if raw else default

    def number(
        self, column: str, *, default: int | None = None, low: int = 1, high: int
    ) -> int | None:
        raw = self.values.get(column, "").strip()
        if not raw:
            if default is None:
                self.fault(column, "must not be empty")
            return default
        try:
            found = int(raw)
        except ValueError:
            self.fault(column, f"“{raw}” is no whole number")
            return default
        if not low <= found <= high:
            self.fault(column, f"{found} is not between {low} and {high}")
        return found

    def money(self, column: str, *, needed: bool = True) -> Decimal | None:
        raw = self.text(column, limit=20, needed=needed)
        if not raw:
            return None
        if not _MONEY.fullmatch(raw) or not Decimal(raw):
            self.fault(column, f"“{raw}” is no sum of money, as in 100 or 99.50")
            return None
        return Decimal(raw)

    def day(self, column: str, *, needed: bool = False) -> date | None:
        raw = self.values.get(column, "").strip()
        if not raw:
            if needed:
                self.fault(column, "must not be empty")
            return None
        return self.as_day(column, raw)

    def as_day(self, column: str, raw: str) -> date | None:
        try:
            found = date.fromisoformat(raw)
        except ValueError:
            self.fault(column, f"“{raw}” is no date, as in 2026-04-01")
            return None
        if not 1950 <= found.year <= 2100:
            self.fault(column, f"the year {found.year} cannot be meant")
        return found

    def clock(self, column: str, default: time) -> time:
        raw = self.values.get(column, "").strip()
        if not raw:
            return default
        try:
            return time.fromisoformat(raw)
        except ValueError:
            self.fault(column, f"“{raw}” is no time of day, as in 21:00")
            return default

    def hours(self, column: str, *, always: bool = False) -> str:
        """Weekly hours as officers/calendar.py reads them; "always" where allowed."""
        raw = self.text(column, limit=300, needed=False)
        if not raw or (always and raw == "always"):
            return raw
        try:
            if not parse_hours(raw):
                self.fault(column, "no hours found, as in mon-fri 10:00-18:00")
        except BadHours as error:
            self.fault(column, str(error))
        return raw

    def zone(self, column: str) -> str:
        found = self.text(column, limit=40)
        try:
            ZoneInfo(found or "UTC")
        except (ZoneInfoNotFoundError, ValueError):
            self.fault(column, f"“{found}” is no time zone, as in Asia/Kolkata")
        return found

    def phone(self, column: str, country: str = "IN") -> str:
        raw = self.values.get(column, "").strip()
        if not raw:
            return ""
        try:
            return parse_phone(raw, country)
        except BadPhone:
            self.fault(column, f"“{raw}” is no telephone number")
            return ""

    def email(self, column: str) -> str:
        raw = self.values.get(column, "").strip()
        if not raw:
            return ""
        try:
            return parse_email(raw)
        except BadEmail:
            self.fault(column, f"“{raw}” is no e-mail address")
            return ""
