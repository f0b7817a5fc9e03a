"""What the parts of one loading share: the lines, the rows by code, the tally."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from complaints.models import Category
from officers.models import Area, Calendar, Department, Officer, Organisation
from presets.prepared import Prepared
from presets.reader import Preset
from presets.sync import Tally


@dataclass
class Stage:
    preset: Preset
    prepared: Prepared
    outside: dict[str, Organisation]  # named here, brought by other presets
    at: datetime
    # {table: keys} that an earlier loading of this preset wrote
    before: dict[str, set[str]]
    demo: bool
    tally: Tally = field(default_factory=Tally)
    keys: dict[str, list[str]] = field(default_factory=dict)

    organisations: dict[str, Organisation] = field(default_factory=dict)
    calendars: dict[str, Calendar] = field(default_factory=dict)
    departments: dict[str, Department] = field(default_factory=dict)
    areas: dict[str, Area] = field(default_factory=dict)
    categories: dict[str, Category] = field(default_factory=dict)
    officers: dict[str, Officer] = field(default_factory=dict)

    @property
    def last_day(self) -> date:
        """What is no longer in the files was valid until yesterday."""
        return self.at.date() - timedelta(days=1)

    def written(self, table: str, keys: list[str]) -> set[str]:
        """Note what this loading wrote; returns what has left the file since."""
        self.keys[table] = sorted(keys)
        return self.before.get(table, set()) - set(keys)

    def if_back(self, table: str, *key: Any) -> dict[str, Any]:
        """A row that comes back to the file is valid again.

        One that was there all along keeps the end that somebody gave it by hand.
        """
        there = joined(*key) in self.before.get(table, set())
        return {} if there else {"valid_to": None}

    def organisation_ids(self) -> list[int]:
        return [row.pk for row in self.organisations.values()]

    def organisation(self, code: str) -> Organisation:
        return self.organisations.get(code) or self.outside[code]

    def roots(self) -> list[Organisation]:
        """The tops that this folder brings; a part of another's tree has none."""
        return [
            self.organisations[row.code]
            for row in self.preset.organisations
            if not row.parent
        ]

    def root_id(self, code: str) -> int:
        parents = {row.code: row.parent for row in self.preset.organisations}
        while parents.get(code):
            code = parents[code]
        top = self.organisation(code)
        while top.parent is not None:
            top = top.parent
        return top.pk

    def department_id(self, code: str) -> int | None:
        return self.departments[code].pk if code else None

    def area_id(self, code: str) -> int | None:
        return self.areas[code].pk if code else None


def joined(*parts: Any) -> str:
    """A key as one text, for the list of what was loaded."""
    return "|".join("" if part is None else str(part) for part in parts)
