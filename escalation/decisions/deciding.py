"""Where a complaint belongs: reads everything that tells it, writes nothing.

Danger → organisation and place → kind → office; a rule of the desk (ruling.py) has the
last word on each of these that it names. What is not sure is left to a person, with all
that is known.
"""

from copy import copy
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum
from functools import partial
from typing import Any, Final

from complaints.models import Category
from complaints.models.category import Criticality, Horizon
from escalation import reference
from escalation.areas.places import Place
from escalation.decisions import duty, rules
from escalation.decisions.offices import ROLES, Seat, office_of, seat_of
from escalation.decisions.question import Question as Question
from escalation.desk_rules.ruling import Ruled, first_of, kept, seen
from escalation.language.lexicons import MOST_GUESSES, Danger, Guess
from escalation.language.reading import Found, Reading, Where, where_of
from escalation.models import RoutingRule
from officers.models import Area, Department, Officer, Organisation
from officers.trees import organisation_path


class _Unset(Enum):
    UNSET = 0


UNSET: Final = _Unset.UNSET


@dataclass(frozen=True)
class Decision:
    """`rule` says why there, or why a person must sort it (`office` is None then)."""

    rule: str
    organisation: Organisation
    place: Place
    category: Category | None = None
    by: str = ""
    confidence: float = 0.0
    guesses: tuple[Guess, ...] = ()
    words: tuple[str, ...] = ()
    emergency: bool = False
    # what a rule or a hashtag of the desk asks for, "" for what the kind says
    criticality: str = ""
    horizon: str = ""
    seat: Seat = field(default_factory=lambda: Seat(""))
    inputs: dict[str, Any] = field(default_factory=dict)
    # the rule of the desk that fitted, and what else it asks for
    ruling: RoutingRule | None = None
    named: Department | None = None
    pool: tuple[int, ...] = ()
    flags: tuple[str, ...] = ()

    @property
    def office(self) -> Area | None:
        return self.seat.office

    @property
    def area(self) -> Area | None:
        return self.place.area

    @property
    def department(self) -> Department | None:
        if self.office is None:
            return None
        if self.named is not None or self.category is None:
            return self.named
        return reference.department(self.category.department_id)

    def owner(self) -> Officer | None:
        """Read when it is needed: a preview names the office, not the person."""
        horizon = self.horizon or (self.category.horizon if self.category else "")
        return duty.pick(
            self.seat.posts(),
            self.department,
            urgent=self.emergency or horizon == Horizon.IMMEDIATE,
            category=self.category,
            pool=self.pool,
        )


def decide(
    question: Question, at: datetime, *, ruled: Ruled | _Unset | None = UNSET
) -> Decision:
    """`ruled`: the rule that fits, where the caller knows it; None decides without."""
    reading = Reading(question, at)
    return decided(reading, first_of(reading) if ruled is UNSET else ruled)


def decided(reading: Reading, chosen: Ruled | None) -> Decision:
    """Of a complaint that is read already: a try decides the same one twice."""
    at = reading.at
    rule = chosen.rule if chosen else None
    where = _sent(reading, rule) if rule else reading.where
    found = _kind(reading, where, rule)
    department = _department(rule)
    seat = _named_seat(rule, where, found.best, at) or _seat(
        where, found.best, department, at
    )
    urge = [one for one in (rule, reading.where.named) if one is not None]
    said = [*(chosen.words if chosen else ()), *_matched(found, where, reading.danger)]
    return Decision(
        rule=seat.rule,
        organisation=seat.organisation or where.organisation,
        place=where.place,
        category=found.best,
        by=found.by,
        confidence=1.0 if seat.rule == rules.RULING else found.guesses.confidence,
        guesses=found.guesses.all,
        words=_as_typed(tuple(dict.fromkeys(said)), reading.said),
        emergency=_emergency(reading, found, rule),
        criticality=next((one.criticality for one in urge if one.criticality), ""),
        horizon=next((one.horizon for one in urge if one.horizon), ""),
        seat=seat,
        inputs=_inputs(found, where, reading.danger)
        | _command(where, reading.said)
        | (seen(chosen, reading) if chosen else {}),
        ruling=rule,
        named=department,
        pool=tuple(pk for pk, _name in kept(rule).parts.pool) if rule else (),
        flags=kept(rule).parts.flags if rule else (),
    )


def _emergency(reading: Reading, found: Found, rule: RoutingRule | None) -> bool:
    """A rule may make one, never undo one: what was found before it counts as well."""
    named = reading.where.named
    said = (
        rule.criticality if rule else "",
        named.criticality if named else "",
        *(kind.criticality for kind in (found.best, reading.kind.best) if kind),
    )
    return reading.danger is not None or Criticality.EMERGENCY in said


# What a rule of the desk names ------------------------------------------------------


def _sent(reading: Reading, rule: RoutingRule) -> Where:
    """Asked again as if the organisation that the rule names had received it: the place
    may then name a part of it."""
    target = _target(rule, reading.where.organisation)
    if target is None:
        return reading.where
    asked = replace(reading.question, organisation=target)
    return replace(where_of(asked, reading.at), by=rules.RULING)


def _target(rule: RoutingRule, found: Organisation) -> Organisation | None:
    """The organisation the rule names, or that of what it names; None for no other."""
    if rule.to_organisation_id is not None:
        return reference.organisation(rule.to_organisation_id)
    named = (
        reference.area(rule.to_office_id),
        reference.category(rule.to_category_id),
        reference.department(rule.to_department_id),
    )
    above = organisation_path(found.pk)
    owners = (each.organisation_id for each in named if each is not None)
    other = next((pk for pk in owners if pk not in above), None)
    return reference.organisation(other) if other is not None else None


def _kind(reading: Reading, where: Where, rule: RoutingRule | None) -> Found:
    if where.organisation == reading.where.organisation:
        before = reading.kind
    else:
        before = reading.kind_in(where.organisation)
    named = reference.category(rule.to_category_id) if rule else None
    day = reference.local_day(where.organisation.pk, reading.at)
    if named is None or not reference.in_force(named.valid_to, day):
        return before
    return Found(named, rules.RULING, replace(before.guesses, confidence=1.0))


def _department(rule: RoutingRule | None) -> Department | None:
    return reference.department(rule.to_department_id) if rule else None


def _named_seat(
    rule: RoutingRule | None, where: Where, category: Category | None, at: datetime
) -> Seat | None:
    """The office itself, whatever is not known of kind and place; but nobody is sent
    what is complained of them."""
    office = reference.area(rule.to_office_id) if rule else None
    if office is None or not office.office:
        return None
    if (
        category
        and category.answered_elsewhere
        and office == office_of(where.place.area)
    ):
        return None
    organisation = where.organisation
    if office.organisation_id not in organisation_path(organisation.pk):
        organisation = reference.organisation(office.organisation_id)
    day = reference.local_day(organisation.pk, at)
    if not reference.in_force(office.valid_to, day, office.valid_from):
        return None
    posts = partial(duty.posts, organisation, office, ROLES, at)
    return Seat(rules.RULING, office, organisation, posts)


# Office ---------------------------------------------------------------------------


def _seat(
    where: Where,
    category: Category | None,
    department: Department | None,
    at: datetime,
) -> Seat:
    if where.conflict:
        return Seat(rules.CONFLICT)
    asked = _of(department, category) if department else category
    if asked is None:
        return Seat(rules.NO_CATEGORY)
    return seat_of(where.organisation, asked, where.place.area, at)


def _of(department: Department, category: Category | None) -> Category:
    """The kind as if that department answered for it; never saved."""
    asked = copy(category) if category else Category()
    asked.department = department
    return asked


# What is kept ----------------------------------------------------------------------


def _matched(found: Found, where: Where, danger: Danger | None) -> tuple[str, ...]:
    said = [*found.guesses.words] if found.best is not None else []
    said += danger.words if danger else ()
    said += where.place.words
    said += (where.named.words, where.named.tag) if where.named else ()
    return tuple(word for word in dict.fromkeys(said) if word)


def _as_typed(words: tuple[str, ...], text: str) -> tuple[str, ...]:
    """“Kothrud”, not “kothrud”, where the folded word is found in the text."""
    lower = text.lower()
    if len(lower) != len(text):
        return words
    starts = ((word, lower.find(word)) for word in words)
    return tuple(
        text[start : start + len(word)] if start >= 0 else word
        for word, start in starts
    )


def _inputs(found: Found, where: Where, danger: Danger | None) -> dict[str, Any]:
    """Codes and keys only: the words themselves are kept apart, for erasure."""
    place = where.place
    inputs: dict[str, Any] = {
        "category": found.by,
        "place": place.how,
        "pin": place.pin,
        "agree": list(place.agree),
        "against": [[how, area.pk] for how, area in place.against],
        "others": [area.pk for area in place.others],
        "metres": place.metres,
        "organisation": where.by,
        "danger": danger is not None,
    }
    if where.elsewhere is not None and where.elsewhere.area is not None:
        inputs["against"].append([where.elsewhere.how, where.elsewhere.area.pk])
    return {name: value for name, value in inputs.items() if value}


def _command(where: Where, said: str) -> dict[str, Any]:
    """The hashtag as it was typed, and what it did."""
    named = where.named
    if named is None or not named.tag:
        return {}
    done: dict[str, Any] = {
        "tag": _as_typed((named.tag,), said)[0],
        "to": where.organisation.pk if where.by == rules.BY_HASHTAG else None,
        "criticality": named.criticality,
        "horizon": named.horizon,
    }
    return {name: value for name, value in done.items() if value}


def guesses_of(decision: Decision) -> list[dict[str, Any]]:
    """The kinds that were near, without the one that was chosen."""
    others = [
        guess for guess in decision.guesses if guess.category != decision.category
    ]
    return [
        {"category": guess.category.pk, "share": guess.share}
        for guess in others[:MOST_GUESSES]
    ]
