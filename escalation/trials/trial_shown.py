"""A try as people read it: keys become names in the language that is active now."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.cells import csv_lines
from complaints.models.category import Criticality, Horizon
from escalation import reference
from escalation.trials.trial_result import COMPARED, Result, Where

# Of one table; what is rarer is counted in one line.
MOST_LINES = 30
TITLES: dict[str, str | Promise] = {
    "where": gettext_lazy("Where they would go"),
    "category": gettext_lazy("Their kind"),
    "horizon": gettext_lazy("How long they may take"),
    "criticality": gettext_lazy("How urgent they would be"),
}


@dataclass(frozen=True)
class Line:
    before: str
    after: str
    count: int


@dataclass(frozen=True)
class Table:
    title: str
    lines: list[Line]
    rest: int
    most: int  # what the longest bar stands for


def tables(summary: dict[str, Any]) -> list[Table]:
    """One for each thing that would be different; none for what stays."""
    return [
        _table(name, summary[name], summary["changed"])
        for name in COMPARED
        if summary[name]
    ]


def _table(name: str, counted: list[list[Any]], most: int) -> Table:
    lines = [
        Line(_said(name, before), _said(name, after), n)
        for before, after, n in counted[:MOST_LINES]
    ]
    return Table(
        str(TITLES[name]), lines, sum(n for *_keys, n in counted[MOST_LINES:]), most
    )


@dataclass(frozen=True)
class Row:
    number: str
    on: datetime
    changes: list[tuple[str, str, str]]  # what, before, after
    words: str


def rows(found: Iterable[dict[str, Any]], zone: str) -> list[Row]:
    return [
        Row(
            each["number"],
            _on(each, zone),
            [
                (str(TITLES[name]), _said(name, before), _said(name, after))
                for name in COMPARED
                for before, after in [each[name]]
                if before != after
            ],
            ", ".join(each["words"]),
        )
        for each in found
    ]


def csv(result: Result, zone: str) -> Iterator[str]:
    header = [_("Number"), _("Registered on")]
    for name in COMPARED:
        header += [f"{TITLES[name]}: {_('before')}", f"{TITLES[name]}: {_('after')}"]
    return csv_lines([*header, _("Words that matched")], _cells(result, zone))


def _cells(result: Result, zone: str) -> Iterator[list[Any]]:
    for each in result.rows():
        cells = [each["number"], _on(each, zone).replace(tzinfo=None)]
        for name in COMPARED:
            cells += [_said(name, key) for key in each[name]]
        yield [*cells, ", ".join(each["words"])]


def _on(row: dict[str, Any], zone: str) -> datetime:
    return datetime.fromisoformat(row["at"]).astimezone(ZoneInfo(zone))


def _said(name: str, key: Any) -> str:
    if name == "where":
        return where(tuple(key))
    if name == "category":
        category = reference.category(key)
        return category.name if category else _("not known")
    labels: dict[str, Any] = dict(
        Horizon.choices if name == "horizon" else Criticality.choices
    )
    return str(labels.get(key, _("not known")))


def where(key: Where) -> str:
    """ "Kothrud ward office, Roads (Pune city)", or that a person must sort it."""
    organisation = reference.organisation(key[0]).name
    office, department = reference.area(key[1]), reference.department(key[2])
    if office is None:
        return _("A person must sort it (%(organisation)s)") % {
            "organisation": organisation
        }
    parts = [office.office_name(), department.name if department else ""]
    return f"{', '.join(part for part in parts if part)} ({organisation})"
