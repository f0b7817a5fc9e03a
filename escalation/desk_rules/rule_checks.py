"""What a rule of the desk must be before it may be switched on.

Each fault is said with what mends it. Two rules that can never be told apart, and a
rule that an earlier one leaves nothing to, are refused: the list in the admin promises
that every rule on it does something (docs/routing.md, "Rules of the desk").
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, time
from typing import Any

import regex
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from complaints.text import fold, tokens
from escalation import reference
from escalation.desk_rules.rule_parts import CONDITIONS, PREFETCH, Parts
from escalation.desk_rules.rule_shapes import (
    Unreadable,
    read_border,
    read_hours,
    read_pattern,
)
from escalation.language.wordforms import read
from escalation.models import RoutingRule
from officers.calendar import Hours
from officers.trees import area_path, organisation_path, root_of
from operations.generation import bump

MOST_VALUES = 200
LONGEST_WORDS = 100
_FLAG = regex.compile(r"[\p{L}\p{N}][\p{L}\p{M}\p{N}_-]{0,29}")


@dataclass(frozen=True)
class Fault:
    """`field` is the field of the form to mend, "" for the rule as a whole."""

    field: str
    message: str


def faults(parts: Parts, others: Iterable[Parts] | None = None) -> list[Fault]:
    """All that is wrong. `others`: the rules to tell it apart from, if it is active."""
    found = [*own_faults(parts), *_nothing(parts), *_strangers(parts)]
    if found or not parts.active:
        return found
    return rivals(parts, siblings(parts) if others is None else others)


def siblings(parts: Parts) -> list[Parts]:
    house = parts.organisation_id or 0
    rows = RoutingRule.objects.filter(organisation_id=house, active=True)
    others = rows.exclude(pk=parts.pk or 0).prefetch_related(*PREFETCH)
    return [Parts.of(row) for row in others]


def switch(rule: RoutingRule, *, on: bool) -> list[Fault]:
    """Switch it on or off; what is wrong with it is told and it stays as it is."""
    with transaction.atomic():
        if on:
            rule.active = True
            found = faults(Parts.of(rule))
            if found:
                rule.active = False
                return found
        rule.active = on
        rule.save(update_fields=["active"])
        bump(reference.LEVELS)
    return []


def wrong_ones() -> Iterator[tuple[RoutingRule, Fault]]:
    """Of the rules that are on, what would keep them from being switched on today."""
    rows = RoutingRule.objects.filter(active=True).prefetch_related(*PREFETCH)
    parts = {row: Parts.of(row) for row in rows.order_by("pk")}
    for row, each in parts.items():
        house = [one for one in parts.values() if one is not each]
        others = [one for one in house if one.organisation_id == each.organisation_id]
        for fault in faults(each, others):
            yield row, fault


# One rule by itself ---------------------------------------------------------------


def own_faults(parts: Parts) -> Iterator[Fault]:
    """Of what stands in the row itself: `RoutingRule.clean` asks for these."""
    for name, check in _CHECKS.items():
        value = getattr(parts, name)
        if not value:
            continue
        try:
            check(value)
        except Unreadable as error:
            yield Fault(name, str(error))
    begin, end = parts.valid_from, parts.valid_to
    if begin and end and end < begin:
        yield Fault("valid_to", _("It must end after it begins."))


def _check_hashtags(tags: tuple[str, ...]) -> None:
    _not_too_many(tags)
    for tag in tags:
        if not tag.startswith("#") or tokens(tag) != [fold(tag)]:
            raise Unreadable(
                _("“%(tag)s”: write one word with its #, as #PostalSewa.")
                % {"tag": tag}
            )


def _check_words(phrases: tuple[str, ...]) -> None:
    _not_too_many(phrases)
    for phrase in phrases:
        if len(phrase) > LONGEST_WORDS:
            raise Unreadable(
                _("“%(words)s…” is too long. Write a few words on each line.")
                % {"words": phrase[:30]}
            )
        if not read(phrase):
            raise Unreadable(
                _("“%(words)s” stands in any text. Write what it is about.")
                % {"words": phrase}
            )


def _check_flags(flags: tuple[str, ...]) -> None:
    _not_too_many(flags)
    for flag in flags:
        if not _FLAG.fullmatch(flag):
            raise Unreadable(
                _("“%(flag)s”: write one short word as a mark, as press.")
                % {"flag": flag[:40]}
            )


def _check_languages(codes: tuple[str, ...]) -> None:
    known = dict(settings.LANGUAGES)
    for code in codes:
        if code not in known:
            raise Unreadable(
                _("“%(code)s” is no language of this desk.") % {"code": code[:40]}
            )


def _check_accounts(accounts: tuple[tuple[str, str], ...]) -> None:
    for code, name in accounts:
        if not code:
            raise Unreadable(
                _("“%(name)s” has no code yet. Give it one, then name it here.")
                % {"name": name}
            )


def _not_too_many(values: tuple[str, ...]) -> None:
    if len(values) > MOST_VALUES:
        raise Unreadable(
            _("These are too many. Write at most %(count)s lines.")
            % {"count": MOST_VALUES}
        )


_CHECKS: dict[str, Callable[[Any], object]] = {
    "hashtags": _check_hashtags,
    "words": _check_words,
    "pattern": read_pattern,
    "polygon": read_border,
    "hours": read_hours,
    "languages": _check_languages,
    "connection_kinds": _not_too_many,
    "accounts": _check_accounts,
    "flags": _check_flags,
}


def _nothing(parts: Parts) -> Iterator[Fault]:
    if not parts.conditions:
        yield Fault("", _("Say when it holds: give at least one condition."))
    if not parts.results:
        yield Fault("", _("Say what it does: give at least one result."))


# Whom it may name -----------------------------------------------------------------


def _strangers(parts: Parts) -> Iterator[Fault]:
    """Everything it names stands under one root; what it sends to, in one house."""
    if parts.organisation_id is None:
        return
    root = root_of(parts.organisation_id)
    told = _("This belongs to another organisation. Choose one of your own.")
    for name, owners in _owners(parts):
        if any(root_of(owner) != root for owner in owners):
            yield Fault(name, told)
    office = reference.area(parts.to_office)
    if office is not None and not office.office:
        yield Fault("to_office", _("Nobody sits there. Choose an area with an office."))
    if parts.to_organisation is None or root_of(parts.to_organisation) != root:
        return
    above = set(organisation_path(parts.to_organisation))
    for name, owners in _owners(parts):
        if name in _IN_TARGET and not above.issuperset(owners):
            yield Fault(
                name, _("This does not belong to the organisation that you send it to.")
            )


_IN_TARGET = ("to_category", "to_department", "to_office")


def _owners(parts: Parts) -> Iterator[tuple[str, list[int]]]:
    """By field the organisations of what it names."""
    named: dict[str, Iterable[Any]] = {
        "categories": map(reference.category, parts.categories),
        "areas": map(reference.area, parts.areas),
        "to_category": [reference.category(parts.to_category)],
        "to_department": [reference.department(parts.to_department)],
        "to_office": [reference.area(parts.to_office)],
    }
    for name, rows in named.items():
        yield name, [row.organisation_id for row in rows if row is not None]
    if parts.to_organisation is not None:
        yield "to_organisation", [parts.to_organisation]


# Beside the others ----------------------------------------------------------------


def rivals(parts: Parts, others: Iterable[Parts]) -> list[Fault]:
    """Of rules that can be read; the others never hold."""
    if any(own_faults(parts)):
        return []
    readable = [each for each in others if not any(own_faults(each))]
    return list(_rivals(_Normal(parts), readable))


def _rivals(mine: "_Normal", others: Iterable[Parts]) -> Iterator[Fault]:
    for other in sorted(others, key=lambda each: each.order):
        theirs = _Normal(other)
        if not mine.overlaps(theirs):
            continue
        values = {"rule": other.name, "position": other.position}
        if mine.conditions == theirs.conditions:
            yield Fault(
                "",
                _(
                    "The rule “%(rule)s” (number %(position)s) holds for the very same."
                    " Only one of them would ever be used: change one or end it."
                )
                % values,
            )
        elif theirs.before(mine) and theirs.takes_all_of(mine):
            yield Fault(
                "position",
                _(
                    "The rule “%(rule)s” (number %(position)s) comes first and takes"
                    " all that this one would. Give this one a lower number."
                )
                % values,
            )
        elif mine.before(theirs) and mine.takes_all_of(theirs):
            yield Fault(
                "position",
                _(
                    "The rule “%(rule)s” (number %(position)s) would never be reached"
                    " behind this one. Give this one a higher number."
                )
                % values,
            )


class _Normal:
    """Its conditions in one spelling, so that two rules can be compared."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.conditions: dict[str, Any] = {
            name: _NORMAL.get(name, frozenset)(getattr(parts, name))
            for name in CONDITIONS
            if getattr(parts, name)
        }

    def overlaps(self, other: "_Normal") -> bool:
        first, last = self._days()
        begin, end = other._days()
        return first <= end and begin <= last

    def _days(self) -> tuple[date, date]:
        return (self.parts.valid_from or date.min, self.parts.valid_to or date.max)

    def before(self, other: "_Normal") -> bool:
        return self.parts.order < other.parts.order

    def takes_all_of(self, other: "_Normal") -> bool:
        """Whatever fits the other fits this one too, on every day of the other."""
        first, last = self._days()
        begin, end = other._days()
        return (
            first <= begin
            and end <= last
            and all(
                name in other.conditions
                and _WITHIN.get(name, _subset)(other.conditions[name], wanted)
                for name, wanted in self.conditions.items()
            )
        )


def _folded(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(map(fold, texts))


def _phrases(texts: Iterable[str]) -> frozenset[frozenset[str]]:
    return frozenset(frozenset(found.idea for found in read(text)) for text in texts)


def _tops(areas: Iterable[int]) -> frozenset[int]:
    """Without those that lie within another of them."""
    given = frozenset(areas)
    return frozenset(pk for pk in given if given.isdisjoint(area_path(pk)[1:]))


def _week(text: str) -> frozenset[tuple[int, Hours]]:
    return frozenset(read_hours(text).items())


def _border(text: str) -> Any:
    return read_border(text).normalize()


_NORMAL: dict[str, Callable[[Any], Any]] = {
    "hashtags": _folded,
    "words": _phrases,
    "connection_kinds": _folded,
    "areas": _tops,
    "hours": _week,
    "polygon": _border,
    "pattern": str,
}


def _subset(small: Any, large: Any) -> bool:
    return bool(small <= large)


def _lie_within(small: frozenset[int], large: frozenset[int]) -> bool:
    return all(not large.isdisjoint(area_path(pk)) for pk in small)


def _open_within(
    small: frozenset[tuple[int, Hours]], large: frozenset[tuple[int, Hours]]
) -> bool:
    week = dict(large)
    return all(
        any(_spans(span, other) for other in week.get(weekday, ()))
        for weekday, hours in small
        for span in hours
    )


def _spans(small: Any, large: Any) -> bool:
    """An interval that ends at 00:00 ends at 24:00."""
    midnight = time()
    later = large[1] == midnight or (small[1] != midnight and small[1] <= large[1])
    return bool(large[0] <= small[0] and later)


def _covered(small: Any, large: Any) -> bool:
    return bool(large.covers(small))


def _same(small: Any, large: Any) -> bool:
    return bool(small == large)


_WITHIN: dict[str, Callable[[Any, Any], bool]] = {
    "areas": _lie_within,
    "hours": _open_within,
    "polygon": _covered,
    "pattern": _same,
}
