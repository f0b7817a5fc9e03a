"""Areas by the names that people write, and by PIN code."""

from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise

from complaints.text import fold, tokens
from escalation.language.phrases import Named, Names
from escalation.reference import areas
from officers.models import Area, AreaPin
from officers.trees import REFERENCE, area_path
from operations.generation import ReferenceCache

INDIAN_PIN = 6


class Gazetteer:
    def __init__(
        self, rows: Iterable[Area], pins: Iterable[tuple[str, int, str]]
    ) -> None:
        self._names = Names()
        for area in rows:
            for name in {*area.names.values(), *map(str, area.words)}:
                self._names.add(name, area.pk)
        self._pins: dict[str, list[int]] = defaultdict(list)
        for pin, area_id, _code in sorted(pins, key=lambda row: (row[0], row[2])):
            self._pins[pin_key(pin)].append(area_id)

    def pin(self, typed: str) -> list[int]:
        """The areas of a PIN code, by their code."""
        return list(self._pins.get(pin_key(typed), ()))

    def pins_in(self, text: str) -> list[str]:
        """Six figures in a text that are a PIN code of ours: 411038 or 411 038."""
        words = tokens(text)
        pairs = (first + second for first, second in pairwise(words))
        return [
            word
            for word in (*words, *pairs)
            if len(word) == INDIAN_PIN and word in self._pins
        ]

    def names_in(self, text: str) -> list[Named]:
        return self._names.find(text)


def pin_key(typed: str) -> str:
    return fold(typed).replace(" ", "").replace("-", "")


def related(one: int, other: int) -> bool:
    """The same area, or one lies in the other."""
    return one in area_path(other) or other in area_path(one)


def _build() -> Gazetteer:
    pins = AreaPin.objects.values_list("pin", "area_id", "area__code")
    return Gazetteer(areas.get().values(), pins)


gazetteer = ReferenceCache(REFERENCE, _build)
