"""Rules of the desk: which one fits a complaint. deciding.py does what it says.

Kept in each process with patterns, borders and phrases read once; a change in the
admin bumps the generation of prescribed times and rules (`reference.LEVELS`).
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from complaints.text import fold
from escalation import reference
from escalation.decisions.question import Question
from escalation.desk_rules.rule_parts import PREFETCH, Parts
from escalation.desk_rules.rule_shapes import (
    Unreadable,
    read_border,
    read_hours,
    read_pattern,
)
from escalation.language.reading import Reading
from escalation.language.words import Lexicon
from escalation.models import RoutingRule
from officers.calendar import Hours, is_open
from officers.hours import of_week
from officers.trees import area_path, organisation_path
from operations.generation import ReferenceCache

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

MOST_READ = 10_000  # characters that a pattern looks at
MOST_SHOWN = 60  # of what it found
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Ruled:
    """The rule that fits, and the citizen's words that made it."""

    rule: RoutingRule
    words: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Prepared:
    """What could not be read is None, and a condition on it never holds."""

    rule: RoutingRule
    parts: Parts
    lexicon: Lexicon
    hashtags: frozenset[str]
    kinds: frozenset[str]
    accounts: frozenset[str]
    pattern: Any = None
    border: "BaseGeometry | None" = None
    week: dict[int, Hours] | None = None


def first(
    question: Question, at: datetime, *, instead: RoutingRule | None = None
) -> Ruled | None:
    """The first rule that fits, of the nearest organisation.

    `instead` takes the place of the row it is a draft of, as if it were in force.
    """
    return first_of(Reading(question, at), kept(instead) if instead else None)


def matches(
    rule: RoutingRule, question: Question, at: datetime
) -> tuple[str, ...] | None:
    """The words that made it fit, () where none had to; None where it does not fit."""
    return met(kept(rule), Reading(question, at))


def first_of(reading: Reading, instead: Prepared | None = None) -> Ruled | None:
    table = _rules.get()
    for organisation_id in organisation_path(reading.question.organisation.pk):
        rules = table.get(organisation_id, ())
        for prepared in _with(rules, instead, organisation_id):
            parts = prepared.parts
            in_force = prepared is instead or reference.in_force(
                parts.valid_to, reading.day, parts.valid_from
            )
            words = met(prepared, reading) if in_force else None
            if words is not None:
                return Ruled(prepared.rule, words)
    return None


def _with(
    rules: Iterable[Prepared], instead: Prepared | None, organisation_id: int
) -> Iterable[Prepared]:
    if instead is None:
        return rules
    others = [each for each in rules if each.rule.pk != instead.rule.pk]
    if instead.parts.organisation_id != organisation_id:
        return others
    return sorted([*others, instead], key=lambda each: each.parts.order)


# Prepared once --------------------------------------------------------------------


def kept(rule: RoutingRule) -> Prepared:
    """Kept on the object: load the row anew after changing it."""
    known = rule.__dict__.get("_prepared")
    if isinstance(known, Prepared):
        return known
    parts = Parts.of(rule)
    prepared = _prepare(rule, parts, _lexicon([parts]))
    rule.__dict__["_prepared"] = prepared
    return prepared


def _prepare(rule: RoutingRule, parts: Parts, lexicon: Lexicon) -> Prepared:
    return Prepared(
        rule=rule,
        parts=parts,
        lexicon=lexicon,
        hashtags=frozenset(map(fold, parts.hashtags)),
        kinds=frozenset(map(fold, parts.connection_kinds)),
        accounts=frozenset(code for code, _name in parts.accounts),
        pattern=_read(rule, parts.pattern, read_pattern),
        border=_read(rule, parts.polygon, read_border),
        week=_read(rule, parts.hours, read_hours),
    )


def _read(rule: RoutingRule, text: str, how: Callable[[str], Any]) -> Any:
    try:
        return how(text) if text else None
    except Unreadable:
        # rule_checks refuses it: a program wrote it past them
        log.exception("rule %s cannot be read and never holds", rule.pk)
        return None


def _key(parts: Parts) -> str:
    return str(parts.pk)


def _lexicon(rules: Iterable[Parts]) -> Lexicon:
    return Lexicon((_key(parts), "", p, 1.0) for parts in rules for p in parts.words)


def _build() -> dict[int, list[Prepared]]:
    """By organisation, as they are tried. One dictionary hears the words of all."""
    rows = list(RoutingRule.objects.filter(active=True).prefetch_related(*PREFETCH))
    read = [(Parts.of(row), row) for row in rows]
    read.sort(key=lambda each: each[0].order)
    lexicon = _lexicon(parts for parts, _row in read)
    found: dict[int, list[Prepared]] = defaultdict(list)
    for parts, row in read:
        prepared = _prepare(row, parts, lexicon)
        row.__dict__["_prepared"] = prepared
        found[row.organisation_id].append(prepared)
    return dict(found)


_rules = ReferenceCache(reference.LEVELS, _build)


# Conditions -----------------------------------------------------------------------

# The words that made it hold, () where none had to, None where it does not.
_Held = tuple[str, ...] | None


def met(prepared: Prepared, reading: Reading) -> _Held:
    """All that are given hold; a rule without any holds never."""
    given = prepared.parts.conditions
    said: list[str] = []
    for name in given:
        words = _CONDITIONS[name](prepared, reading)
        if words is None:
            return None
        said += words
    return tuple(dict.fromkeys(said)) if given else None


def _plainly(holds: bool) -> _Held:
    return () if holds else None


def _hashtags(prepared: Prepared, reading: Reading) -> _Held:
    return tuple(sorted(prepared.hashtags & reading.tags)) or None


def _words(prepared: Prepared, reading: Reading) -> _Held:
    return reading.heard(prepared.lexicon).get(_key(prepared.parts))


def _pattern(prepared: Prepared, reading: Reading) -> _Held:
    # A preview's text was not cleaned yet, and RE2 takes no half of a letter pair.
    text = reading.said[:MOST_READ].encode("utf-8", "replace").decode("utf-8")
    found = None
    with suppress(UnicodeError):
        found = prepared.pattern.search(text) if prepared.pattern else None
    if found is None:
        return None
    words = " ".join(found.group(0).split())[:MOST_SHOWN]
    return (words,) if words else ()


def _polygon(prepared: Prepared, reading: Reading) -> _Held:
    point, border = reading.question.point, prepared.border
    if point is None or border is None:
        return None
    from shapely import intersects_xy

    latitude, longitude = point
    return _plainly(bool(intersects_xy(border, longitude, latitude)))


def _areas(prepared: Prepared, reading: Reading) -> _Held:
    area = reading.where.place.area
    if area is None:
        return None
    return _plainly(not set(prepared.parts.areas).isdisjoint(area_path(area.pk)))


def _categories(prepared: Prepared, reading: Reading) -> _Held:
    best = reading.kind.best
    if best is None or best.pk not in prepared.parts.categories:
        return None
    return reading.kind.guesses.words


def _hours(prepared: Prepared, reading: Reading) -> _Held:
    """On the clock of the rule's own organisation; holidays are days like others."""
    week, house = prepared.week, prepared.parts.organisation_id
    if week is None or house is None:
        return None
    zone = reference.organisation(house).timezone
    return _plainly(is_open(reading.at, of_week(week, zone)))


def _sources(prepared: Prepared, reading: Reading) -> _Held:
    return _plainly(reading.question.source in prepared.parts.sources)


def _accounts(prepared: Prepared, reading: Reading) -> _Held:
    account = reading.question.account
    return _plainly(bool(account) and account in prepared.accounts)


def _languages(prepared: Prepared, reading: Reading) -> _Held:
    return _plainly(reading.question.language in prepared.parts.languages)


def _connection_kinds(prepared: Prepared, reading: Reading) -> _Held:
    kind = reading.question.connection_kind
    return _plainly(bool(kind) and fold(kind) in prepared.kinds)


_CONDITIONS: dict[str, Callable[[Prepared, Reading], _Held]] = {
    "sources": _sources,
    "accounts": _accounts,
    "languages": _languages,
    "connection_kinds": _connection_kinds,
    "hours": _hours,
    "hashtags": _hashtags,
    "polygon": _polygon,
    "pattern": _pattern,
    "words": _words,
    "areas": _areas,
    "categories": _categories,
}


# What is kept ---------------------------------------------------------------------


def seen(ruled: Ruled, reading: Reading) -> dict[str, Any]:
    """For the decision's row: codes and keys, so that a sentence can be made of them
    when the rule was changed long since. Its words are the first of those matched."""
    parts = kept(ruled.rule).parts
    return {
        "ruling": {
            "if": parts.conditions,
            "then": parts.results,
            "words": len(ruled.words),
            **dict(_saw(parts, reading)),
        }
    }


def _saw(parts: Parts, reading: Reading) -> Iterator[tuple[str, Any]]:
    question = reading.question
    if parts.categories and reading.kind.best is not None:
        yield "categories", reading.kind.best.pk
    if parts.areas and reading.where.place.area is not None:
        yield "areas", reading.where.place.area.pk
    for name, value in (
        ("sources", question.source),
        ("accounts", question.account),
        ("languages", question.language),
        ("connection_kinds", question.connection_kind),
    ):
        if getattr(parts, name):
            yield name, value
