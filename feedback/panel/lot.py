"""The lot: every consumer draws a number in the order of their keys, the lowest win.

Pure, so that whoever has the seed and the same consumers finds the same seats again.
No more of them is kept than could win, however many walk by.
"""

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from heapq import heappush, heappushpop
from math import ceil

# The office's area; whether the place is urban or rural, and the kind of connection.
Group = tuple[int, str, str]
# Where many of a group cannot be asked, others of it stand by.
SPARE = 10


@dataclass(frozen=True, slots=True)
class Drawn:
    connection_id: int
    citizen_id: int


class Lot:
    def __init__(
        self, seed: str, consumers: Mapping[Group, int], places: Mapping[int, int]
    ) -> None:
        """`consumers`: how many each group has; `places`: seats of each area."""
        self._dice = random.Random(seed)  # noqa: S311 (can be drawn again, no secret)
        self._consumers = consumers
        self._in_area: dict[int, int] = defaultdict(int)
        for (area, *_rest), n in consumers.items():
            self._in_area[area] += n
        self._places = places
        # as a heap, the worst on top: (-number, connection, citizen)
        self._kept: dict[Group, list[tuple[float, int, int]]] = defaultdict(list)

    def number(self) -> float:
        """The next consumer's; who cannot be asked draws one too, and keeps the order
        of the others as it is."""
        return self._dice.random()

    def enter(self, group: Group, number: float, who: Drawn) -> None:
        kept, entry = self._kept[group], (-number, who.connection_id, who.citizen_id)
        if len(kept) < self._room(group):
            heappush(kept, entry)
        else:
            heappushpop(kept, entry)

    def _room(self, group: Group) -> int:
        area = group[0]
        n, whole = self._consumers.get(group, 0), self._in_area[area]
        share = ceil(self._places.get(area, 0) * n / whole) if whole else 0
        return max(1, 2 * share + SPARE)

    def seated(self) -> Iterator[tuple[int, list[Drawn]]]:
        """Area by area in the order of their keys, nobody twice."""
        taken: set[int] = set()
        for area in sorted(self._places):
            chosen: list[Drawn] = []
            for who in self._in_order(area):
                if len(chosen) == self._places[area]:
                    break
                if who.citizen_id not in taken:
                    taken.add(who.citizen_id)
                    chosen.append(who)
            yield area, chosen

    def _in_order(self, area: int) -> Iterable[Drawn]:
        """Each group in proportion, whatever length is cut off: the i-th of n stands
        where the i-th part of its group ends."""
        ranked = []
        for group in sorted(key for key in self._kept if key[0] == area):
            best = sorted(self._kept[group], reverse=True)
            for place, (number, connection, citizen) in enumerate(best):
                where = (place + 0.5) / max(self._consumers.get(group, 0), 1)
                ranked.append((where, -number, Drawn(connection, citizen)))
        ranked.sort(key=lambda each: each[:2])
        return (who for _where, _number, who in ranked)
