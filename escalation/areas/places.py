"""Where it is: one area from everything that tells a place.

Each clue that is there says an area; the first in this order wins, a later one may name
a smaller area inside it, and those that lie elsewhere are kept for the explanation:
the connection, the map point, the area a person chose, the PIN code, names in the text.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from complaints.models import Connection
from escalation import reference
from escalation.areas.boundaries import boundaries
from escalation.areas.gazetteer import gazetteer, related
from escalation.language.phrases import Named
from officers.models import Area, Organisation
from officers.trees import (
    area_path,
    area_subtree,
    organisation_path,
    organisation_subtree,
)

CONNECTION, POINT, NAMED, PIN, WORDS = "connection", "point", "named", "pin", "words"


@dataclass(frozen=True)
class Clue:
    """What one input says; `others` are areas it could mean as well."""

    how: str
    area_id: int
    others: tuple[int, ...] = ()
    words: tuple[str, ...] = ()
    metres: int = 0


@dataclass(frozen=True)
class Place:
    """`how` names the clue that won ("" for none); `others` what else it could be."""

    area: Area | None
    how: str = ""
    others: tuple[Area, ...] = ()
    words: tuple[str, ...] = ()
    metres: int = 0
    pin: str = ""
    agree: tuple[str, ...] = ()
    against: tuple[tuple[str, Area], ...] = ()


NOWHERE = Place(None)


def find(
    organisation: Organisation,
    *,
    text: str = "",
    pin: str = "",
    connection: Connection | None = None,
    point: tuple[float, float] | None = None,
    named: Area | None = None,
    day: date | None = None,
) -> Place:
    """`point` is (latitude, longitude); `day` leaves out areas not in force then."""
    scope = _Scope(organisation.pk, day)
    pin = pin or next(iter(gazetteer.get().pins_in(text)), "")
    words = scope.from_words(text)
    clues = [
        scope.from_area(CONNECTION, connection.area_id if connection else None),
        scope.from_point(point),
        scope.from_area(NAMED, named.pk if named else None),
        scope.from_pin(pin, words),
        words,
    ]
    return _weigh([clue for clue in clues if clue is not None], pin)


class _Scope:
    """The areas of an organisation, of those below it and of those above it."""

    def __init__(self, organisation_id: int, day: date | None) -> None:
        self.asked = organisation_id
        self.organisations = organisation_subtree(organisation_id) | set(
            organisation_path(organisation_id)
        )
        self.day = day

    def area(self, pk: int | None) -> Area | None:
        """The area, or what replaced it, if it is ours and in force."""
        for _step in range(5):
            area = reference.area(pk)
            if area is None or area.organisation_id not in self.organisations:
                return None
            if self._in_force(area):
                return area
            pk = area.replaced_by_id
        return None

    def _in_force(self, area: Area) -> bool:
        if self.day is None:
            return area.valid_to is None
        return reference.in_force(area.valid_to, self.day, area.valid_from)

    def ours(self, pks: Iterable[int]) -> list[int]:
        found = (self.area(pk) for pk in pks)
        return list(dict.fromkeys(area.pk for area in found if area is not None))

    def meant(self, pks: Iterable[int]) -> list[int]:
        """Of areas with one name or PIN those of the organisation that is asked: a
        ministry's circle and its post's may both be called Maharashtra."""
        found = self.ours(pks)
        own = [pk for pk in found if self._is_own(pk)]
        return own or found

    def _is_own(self, pk: int) -> bool:
        area = reference.area(pk)
        return area is not None and area.organisation_id == self.asked

    def from_area(self, how: str, pk: int | None) -> Clue | None:
        area = self.area(pk)
        return Clue(how, area.pk) if area else None

    def from_point(self, point: tuple[float, float] | None) -> Clue | None:
        if point is None:
            return None
        hit = boundaries.get().find(*point, frozenset(self.organisations))
        if hit is None:
            return None
        area = self.area(hit.area_id)
        if area is None:
            return None
        return Clue(POINT, area.pk, tuple(self.ours(hit.overlaps)), metres=hit.metres)

    def from_pin(self, pin: str, words: Clue | None) -> Clue | None:
        """Of several areas the one that the text names, else the one that holds all
        others, else the first by code."""
        found = self.meant(gazetteer.get().pin(pin)) if pin else []
        if not found:
            return None
        told = [pk for pk in found if words and related(pk, words.area_id)]
        holding = [pk for pk in found if area_subtree(pk).issuperset(found)]
        best = (told or holding or found)[0]
        return Clue(PIN, best, tuple(pk for pk in found if pk != best))

    def from_words(self, text: str) -> Clue | None:
        named = gazetteer.get().names_in(text) if text else []
        scores = self._scores(named)
        # "Pune" in a complaint to Pune tells nothing while another name is there.
        inner = {
            pk: score for pk, score in scores.items() if not reference.is_whole(pk)
        }
        scores = inner or scores
        if not scores:
            return None
        ranked = sorted(scores, key=lambda pk: (scores[pk], _code(pk)))
        best = ranked[0]
        others = [pk for pk in ranked[1:] if not related(pk, best)]
        if any(scores[pk][::2] == scores[best][::2] for pk in others):
            return None  # one name, several places: nothing is known
        said = tuple(each.words for each in named if _supports(each, best))
        return Clue(WORDS, best, tuple(others), said)

    def _scores(self, named: list[Named]) -> dict[int, tuple[int, int, int]]:
        """Best first when sorted: most names that fit, deepest, named first."""
        meant = {pk: each for each in reversed(named) for pk in self.meant(each.ids)}
        return {
            pk: (
                -len({name.words for name in named if _supports(name, pk)}),
                -len(area_path(pk)),
                each.position,
            )
            for pk, each in meant.items()
        }


def _supports(name: Named, pk: int) -> bool:
    return not name.ids.isdisjoint(area_path(pk))


def _code(pk: int) -> str:
    area = reference.area(pk)
    return area.code if area else ""


def _weigh(clues: list[Clue], pin: str) -> Place:
    if not clues:
        return NOWHERE
    won, area_id = clues[0], clues[0].area_id
    agree: list[str] = []
    against: list[tuple[str, Area]] = []
    for clue in clues[1:]:
        if not related(clue.area_id, area_id):
            against += [(clue.how, each) for each in _areas([clue.area_id])]
            continue
        agree.append(clue.how)
        inside = clue.area_id in area_subtree(area_id)
        if inside and won.how != CONNECTION and not clue.metres:
            area_id = clue.area_id
    return Place(
        area=reference.area(area_id),
        how=won.how,
        others=_areas(won.others),
        words=next((clue.words for clue in clues if clue.how == WORDS), ()),
        metres=won.metres,
        pin=pin,
        agree=tuple(agree),
        against=tuple(against),
    )


def _areas(pks: Iterable[int]) -> tuple[Area, ...]:
    found = (reference.area(pk) for pk in pks)
    return tuple(area for area in found if area is not None)
