"""Where a complaint belongs: reads everything that tells it, writes nothing.

Danger → organisation and place → kind → office. What is not sure is left to a person,
with all that is known.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from complaints.models import Category, Complaint, Connection
from complaints.models.category import Criticality, Horizon
from complaints.models.complaint import Kind
from complaints.services import Intake
from escalation import duty, places, reference, rules
from escalation.lexicons import (
    MOST_GUESSES,
    Addressed,
    Danger,
    Guess,
    Guesses,
    find_danger,
    find_organisation,
    guess_category,
)
from escalation.offices import Seat, seat_of
from escalation.places import Place
from officers.models import Area, Department, Officer, Organisation
from officers.trees import organisation_path, organisation_subtree, root_of

CALL_CENTRE = "CC"
CERTAIN_PLACES = (places.CONNECTION, places.POINT, places.NAMED)
ASKED = (Kind.SUGGESTION, Kind.INFORMATION)


@dataclass(frozen=True)
class Question:
    """What a complaint says, registered or not yet."""

    organisation: Organisation
    text: str
    kind: str = Kind.COMPLAINT
    category: Category | None = None
    area: Area | None = None
    connection: Connection | None = None
    place: str = ""
    pin: str = ""
    point: tuple[float, float] | None = None

    @classmethod
    def asked(cls, intake: Intake) -> "Question":
        return cls(
            organisation=intake.organisation,
            text=intake.text,
            kind=intake.kind,
            category=intake.category,
            area=intake.area,
            connection=intake.connection,
            place=intake.place,
            pin=intake.pin,
            point=_point(intake.latitude, intake.longitude),
        )

    @classmethod
    def registered(cls, complaint: Complaint) -> "Question":
        """Its keys are looked up in the process's caches, not in the database."""
        return cls(
            organisation=reference.organisation(complaint.organisation_id),
            text=complaint.text,
            kind=complaint.kind,
            category=reference.category(complaint.category_id),
            area=reference.area(complaint.area_id),
            connection=complaint.connection,
            place=complaint.place,
            pin=complaint.pin,
            point=_point(complaint.latitude, complaint.longitude),
        )


def _point(
    latitude: float | None, longitude: float | None
) -> tuple[float, float] | None:
    if latitude is None or longitude is None:
        return None
    return (latitude, longitude)


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
    # what a hashtag of the desk asks for, "" for what the kind says
    criticality: str = ""
    horizon: str = ""
    seat: Seat = field(default_factory=lambda: Seat(""))
    inputs: dict[str, Any] = field(default_factory=dict)

    @property
    def office(self) -> Area | None:
        return self.seat.office

    @property
    def area(self) -> Area | None:
        return self.place.area

    @property
    def department(self) -> Department | None:
        if self.category is None or self.office is None:
            return None
        return reference.department(self.category.department_id)

    def owner(self) -> Officer | None:
        """Read when it is needed: a preview names the office, not the person."""
        horizon = self.horizon or (self.category.horizon if self.category else "")
        urgent = self.emergency or horizon == Horizon.IMMEDIATE
        return duty.pick(list(self.seat.posts), self.department, urgent=urgent)


def decide(question: Question, at: datetime) -> Decision:
    root = root_of(question.organisation.pk)
    danger = find_danger(f"{question.text}\n{question.place}", root)
    where = _where(question, at)
    found = _category(question, where.organisation, danger, root, at)
    emergency = danger is not None or (
        found.best is not None and found.best.criticality == Criticality.EMERGENCY
    )
    seat = _seat(where, found.best, at)
    said = f"{question.text}\n{question.place}"
    return Decision(
        rule=seat.rule,
        organisation=seat.organisation or where.organisation,
        place=where.place,
        category=found.best,
        by=found.by,
        confidence=found.guesses.confidence,
        guesses=found.guesses.all,
        words=_as_typed(_matched(found, where, danger), said),
        emergency=emergency,
        criticality=where.named.criticality if where.named else "",
        horizon=where.named.horizon if where.named else "",
        seat=seat,
        inputs=_inputs(found, where, danger) | _command(where, said),
    )


# Organisation and place -----------------------------------------------------------


@dataclass(frozen=True)
class _Where:
    organisation: Organisation
    place: Place
    by: str = ""
    named: Addressed | None = None
    elsewhere: Place | None = None  # where the place lies if not with `organisation`

    @property
    def conflict(self) -> bool:
        return self.elsewhere is not None and self.elsewhere.how in CERTAIN_PLACES


def _where(question: Question, at: datetime) -> _Where:
    """Hashtag, then name, then place; but a certain place outdoes a mere name."""
    receiving = question.organisation
    place = _place(question, receiving, at)
    below = organisation_subtree(receiving.pk) - {receiving.pk}
    placed = place.area.organisation_id if place.area else None
    said = f"{question.text}\n{question.place}"
    day = reference.local_day(receiving.pk, at)
    named = find_organisation(said, receiving.pk, day)
    if named is None or named.organisation_id == receiving.pk:
        if placed in below and placed is not None:
            return _Where(reference.organisation(placed), place, rules.BY_PLACE, named)
        return _Where(receiving, place, named=named)
    chosen = reference.organisation(named.organisation_id)
    inside = _place(question, chosen, at)
    if placed not in below or _is_part(named.organisation_id, placed):
        return _Where(chosen, inside if inside.area else place, _by(named), named)
    if not named.by_hashtag and place.how in CERTAIN_PLACES:
        return _Where(reference.organisation(placed or 0), place, rules.BY_PLACE, named)
    return _Where(chosen, inside, _by(named), named, elsewhere=place)


def _by(named: Addressed) -> str:
    return rules.BY_HASHTAG if named.by_hashtag else rules.BY_NAME


def _is_part(organisation_id: int, placed: int | None) -> bool:
    """The place belongs to the named organisation, to one below it or above it."""
    return placed is not None and (
        placed in organisation_path(organisation_id)
        or organisation_id in organisation_path(placed)
    )


def _place(question: Question, organisation: Organisation, at: datetime) -> Place:
    return places.find(
        organisation,
        text=f"{question.place}\n{question.text}",
        pin=question.pin,
        connection=question.connection,
        point=question.point,
        named=question.area,
        day=reference.local_day(organisation.pk, at),
    )


# Category -------------------------------------------------------------------------


@dataclass(frozen=True)
class _Kind:
    best: Category | None
    by: str
    guesses: Guesses


def _category(
    question: Question,
    organisation: Organisation,
    danger: Danger | None,
    root: int,
    at: datetime,
) -> _Kind:
    day = reference.local_day(organisation.pk, at)
    allowed = reference.categories_of(organisation.pk, day)
    given = question.category
    if given is not None and given in allowed:
        return _Kind(reference.category(given.pk), rules.GIVEN, Guesses(confidence=1.0))
    if question.kind in ASKED:
        asked = _call_centre(allowed)
        if asked is not None:
            return _Kind(asked, rules.KIND, Guesses(confidence=1.0))
    guesses = guess_category(question.text, allowed, root)
    if guesses.best is not None:
        by = rules.HASHTAG if guesses.by_hashtag else rules.WORDS
        return _Kind(guesses.best, by, guesses)
    if danger is not None and danger.category_id is not None:
        known = reference.category(danger.category_id)
        if known in allowed:
            return _Kind(known, rules.DANGER, guesses)
    return _Kind(None, "", guesses)


def _call_centre(allowed: list[Category]) -> Category | None:
    """The call centre's own kind for questions and suggestions, if there is one."""
    found = [
        category
        for category in allowed
        if reference.department_code(category.department_id) == CALL_CENTRE
        and category.criticality == Criticality.LOW
        and not category.answered_elsewhere
    ]
    return min(found, key=lambda category: category.code, default=None)


# Office ---------------------------------------------------------------------------


def _seat(where: _Where, category: Category | None, at: datetime) -> Seat:
    if where.conflict:
        return Seat(rules.CONFLICT)
    if category is None:
        return Seat(rules.NO_CATEGORY)
    return seat_of(where.organisation, category, where.place.area, at)


def _matched(found: _Kind, where: _Where, danger: Danger | None) -> tuple[str, ...]:
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


def _inputs(found: _Kind, where: _Where, danger: Danger | None) -> dict[str, Any]:
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


def _command(where: _Where, said: str) -> dict[str, Any]:
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
