"""What a complaint tells by itself, before any rule of the desk: danger, organisation,
place, kind. Each is read once, and only when somebody asks for it.
"""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from complaints.models import Category
from complaints.models.category import Criticality
from complaints.models.complaint import Kind
from complaints.text import tokens
from escalation import reference
from escalation.areas import places
from escalation.areas.places import Place
from escalation.decisions import rules
from escalation.decisions.question import Question
from escalation.language.lexicons import (
    Addressed,
    Danger,
    Guesses,
    find_danger,
    find_organisation,
    guess_category,
)
from escalation.language.words import Lexicon
from officers.models import Organisation
from officers.trees import organisation_path, organisation_subtree, root_of

CALL_CENTRE = "CC"
CERTAIN_PLACES = (places.CONNECTION, places.POINT, places.NAMED)
ASKED = (Kind.SUGGESTION, Kind.INFORMATION)


@dataclass(frozen=True)
class Where:
    organisation: Organisation
    place: Place
    by: str = ""
    named: Addressed | None = None
    elsewhere: Place | None = None  # where the place lies if not with `organisation`

    @property
    def conflict(self) -> bool:
        return self.elsewhere is not None and self.elsewhere.how in CERTAIN_PLACES


@dataclass(frozen=True)
class Found:
    """The kind of complaint; `best` is None where a person has to decide."""

    best: Category | None
    by: str
    guesses: Guesses


class Reading:
    def __init__(self, question: Question, at: datetime) -> None:
        self.question = question
        self.at = at
        self._heard: dict[int, dict[str, tuple[str, ...]]] = {}

    @cached_property
    def said(self) -> str:
        return f"{self.question.text}\n{self.question.place}"

    @cached_property
    def tags(self) -> frozenset[str]:
        """The hashtags of the text, folded."""
        return frozenset(word for word in tokens(self.said) if word.startswith("#"))

    def heard(self, lexicon: Lexicon) -> dict[str, tuple[str, ...]]:
        """Read once for each dictionary, whichever of its phrases are asked for."""
        known = self._heard.get(id(lexicon))
        if known is None:
            known = self._heard[id(lexicon)] = lexicon.whole(self.said)
        return known

    @cached_property
    def day(self) -> date:
        """Where it was received."""
        return reference.local_day(self.question.organisation.pk, self.at)

    @cached_property
    def danger(self) -> Danger | None:
        return find_danger(self.said, root_of(self.question.organisation.pk))

    @cached_property
    def where(self) -> Where:
        where = where_of(self.question, self.at)
        return where if where.by else _part_of_kind(self.question, where, self.at)

    @cached_property
    def kind(self) -> Found:
        return self.kind_in(self.where.organisation)

    def kind_in(self, organisation: Organisation) -> Found:
        return _kind_of(self.question, organisation, self.danger, self.at)


# Organisation and place -----------------------------------------------------------


def where_of(question: Question, at: datetime) -> Where:
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
            return Where(reference.organisation(placed), place, rules.BY_PLACE, named)
        return Where(receiving, place, named=named)
    chosen = reference.organisation(named.organisation_id)
    inside = _place(question, chosen, at)
    if placed not in below or _is_part(named.organisation_id, placed):
        return Where(chosen, inside if inside.area else place, _by(named), named)
    if not named.by_hashtag and place.how in CERTAIN_PLACES:
        return Where(reference.organisation(placed or 0), place, rules.BY_PLACE, named)
    return Where(chosen, inside, _by(named), named, elsewhere=place)


def _part_of_kind(question: Question, where: Where, at: datetime) -> Where:
    """A kind that one part alone answers for names it: parcels are the post's."""
    receiving = where.organisation
    day = reference.local_day(receiving.pk, at)
    own = reference.categories_of(receiving.pk, day)
    parts = reference.categories_below(receiving.pk, day)
    if not parts or question.category is not None or question.kind in ASKED:
        return where
    best = guess_category(question.text, [*own, *parts], root_of(receiving.pk)).best
    if best is None or best in own:
        return where
    part = reference.organisation(best.organisation_id)
    inside = _place(question, part, at)
    place = inside if inside.area else where.place
    return Where(part, place, rules.BY_KIND, where.named)


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


def _kind_of(
    question: Question, organisation: Organisation, danger: Danger | None, at: datetime
) -> Found:
    day = reference.local_day(organisation.pk, at)
    allowed = reference.categories_of(organisation.pk, day)
    given = question.category
    if given is not None and given in allowed:
        return Found(reference.category(given.pk), rules.GIVEN, Guesses(confidence=1.0))
    if question.kind in ASKED:
        asked = _call_centre(allowed)
        if asked is not None:
            return Found(asked, rules.KIND, Guesses(confidence=1.0))
    guesses = guess_category(question.text, allowed, root_of(organisation.pk))
    if guesses.best is not None:
        by = rules.HASHTAG if guesses.by_hashtag else rules.WORDS
        return Found(guesses.best, by, guesses)
    if danger is not None and danger.category_id is not None:
        known = reference.category(danger.category_id)
        if known in allowed:
            return Found(known, rules.DANGER, guesses)
    return Found(None, "", guesses)


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
