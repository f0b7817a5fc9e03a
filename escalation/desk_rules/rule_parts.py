"""A rule of the desk as plain values: of a row, or of a form that is being typed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Model, Prefetch, prefetch_related_objects

from complaints.models import Category
from escalation.models import RoutingRule
from officers.models import Area, Officer

CONDITIONS = (
    "sources", "accounts", "languages", "connection_kinds", "hours", "hashtags",
    "polygon", "pattern", "words", "areas", "categories",
)  # fmt: skip
RESULTS = (
    "to_organisation", "to_category", "to_department", "to_office", "pool",
    "criticality", "horizon", "flags",
)  # fmt: skip
# Boundaries and key words are megabytes.
PREFETCH = (
    Prefetch("categories", Category.objects.only("pk")),
    Prefetch("areas", Area.objects.only("pk")),
    "sources",
    "accounts",
    Prefetch("pool", Officer.objects.only("pk", "username", "first_name", "last_name")),
)


@dataclass(frozen=True)
class Parts:
    """`accounts` and `pool` are pairs of code or key and name."""

    pk: int | None = None
    organisation_id: int | None = None
    name: str = ""
    position: int = 0
    active: bool = False
    valid_from: date | None = None
    valid_to: date | None = None
    # if
    hashtags: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    pattern: str = ""
    categories: tuple[int, ...] = ()
    areas: tuple[int, ...] = ()
    polygon: str = ""
    sources: tuple[str, ...] = ()
    accounts: tuple[tuple[str, str], ...] = ()
    hours: str = ""
    languages: tuple[str, ...] = ()
    connection_kinds: tuple[str, ...] = ()
    # then
    to_organisation: int | None = None
    to_category: int | None = None
    to_department: int | None = None
    to_office: int | None = None
    pool: tuple[tuple[int, str], ...] = ()
    criticality: str = ""
    horizon: str = ""
    flags: tuple[str, ...] = ()

    @cached_property
    def conditions(self) -> list[str]:
        return [name for name in CONDITIONS if getattr(self, name)]

    @property
    def results(self) -> list[str]:
        return [name for name in RESULTS if getattr(self, name)]

    @property
    def order(self) -> tuple[int, float]:
        """As rules are tried; a new one comes after those of its number."""
        return (self.position, self.pk or float("inf"))

    @classmethod
    def of(cls, rule: RoutingRule) -> "Parts":
        """Reads what the rule points at once and keeps it on the object."""
        many: dict[str, Iterable[Any]] = {}
        if rule.pk is not None:
            prefetch_related_objects([rule], *PREFETCH)
            many = {name: getattr(rule, name).all() for name in _MANY}
        values = {name: getattr(rule, name) for name in _PLAIN}
        values |= {name: getattr(rule, f"{name}_id") for name in _ONE}
        return cls._made(rule, values, many)

    @classmethod
    def typed(cls, rule: RoutingRule, cleaned: Mapping[str, Any]) -> "Parts":
        """What a form holds so far; what could not be read of it is left out."""
        values = {name: cleaned.get(name) for name in _PLAIN}
        values |= {name: _pk(cleaned.get(name)) for name in _ONE}
        if "active" not in cleaned:
            values["active"] = rule.active
        many = {name: cleaned.get(name) or () for name in _MANY}
        return cls._made(rule, values, many)

    @classmethod
    def _made(
        cls,
        rule: RoutingRule,
        values: Mapping[str, Any],
        many: Mapping[str, Iterable[Any]],
    ) -> "Parts":
        given = {name: value for name, value in values.items() if value is not None}
        organisation = given.pop("organisation", None)
        for name in _LISTS:
            given[name] = _texts(given.get(name))
        return cls(
            pk=rule.pk,
            organisation_id=organisation,
            categories=_keys(many.get("categories", ())),
            areas=_keys(many.get("areas", ())),
            sources=tuple(sorted(row.code for row in many.get("sources", ()))),
            accounts=tuple((row.code, str(row)) for row in many.get("accounts", ())),
            pool=tuple((row.pk, _person(row)) for row in many.get("pool", ())),
            **given,
        )


_LISTS = ("hashtags", "words", "languages", "connection_kinds", "flags")
_PLAIN = (
    "name", "position", "active", "valid_from", "valid_to", "pattern", "polygon",
    "hours", "criticality", "horizon", *_LISTS,
)  # fmt: skip
_ONE = (
    "organisation", "to_organisation", "to_category", "to_department", "to_office",
)  # fmt: skip
_MANY = ("categories", "areas", "sources", "accounts", "pool")


def _texts(value: Any) -> tuple[str, ...]:
    """A JSON field may hold anything that a program wrote into it."""
    if not isinstance(value, (list, tuple)):
        return ()
    texts = (str(each).strip() for each in value)
    return tuple(dict.fromkeys(text for text in texts if text))


def _keys(rows: Iterable[Model]) -> tuple[int, ...]:
    return tuple(sorted(int(row.pk) for row in rows))


def _pk(row: Model | None) -> int | None:
    return None if row is None else int(row.pk)


def _person(officer: Officer) -> str:
    return officer.get_full_name() or officer.username
