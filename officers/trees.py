"""Subtrees of organisations and areas as id sets, from the process's cache."""

from collections import defaultdict
from collections.abc import Iterable

from officers.models import Area, Organisation
from operations.generation import ReferenceCache

# Bumped by whoever writes organisations, areas, departments or postings.
REFERENCE = "officers"


class Tree:
    """Parents and subtrees of one self-referring table."""

    def __init__(self, pairs: Iterable[tuple[int, int | None]]) -> None:
        self.parent: dict[int, int | None] = dict(pairs)
        self._children: dict[int, list[int]] = defaultdict(list)
        for node, parent in self.parent.items():
            if parent is not None:
                self._children[parent].append(node)
        self._subtrees: dict[int, frozenset[int]] = {}

    def subtree(self, node: int) -> frozenset[int]:
        if node not in self._subtrees:
            found, seen = [node], {node}
            for each in found:  # grows while we walk it, never in a circle
                below = [c for c in self._children.get(each, ()) if c not in seen]
                seen.update(below)
                found.extend(below)
            self._subtrees[node] = frozenset(seen)
        return self._subtrees[node]

    def upwards(self, node: int | None) -> list[int]:
        """The node and its parents, nearest first."""
        path: list[int] = []
        while node is not None and node not in path:
            path.append(node)
            node = self.parent.get(node)
        return path


_organisations = ReferenceCache(
    REFERENCE, lambda: Tree(Organisation.objects.values_list("pk", "parent_id"))
)
_areas = ReferenceCache(
    REFERENCE, lambda: Tree(Area.objects.values_list("pk", "parent_id"))
)


def organisation_subtree(pk: int) -> frozenset[int]:
    return _organisations.get().subtree(pk)


def organisation_path(pk: int) -> list[int]:
    return _organisations.get().upwards(pk)


def root_of(pk: int) -> int:
    return _organisations.get().upwards(pk)[-1]


def roots() -> list[int]:
    """Every organisation that stands above all others of its tree."""
    parents = _organisations.get().parent
    return [pk for pk, parent in parents.items() if parent is None]


def area_subtree(pk: int) -> frozenset[int]:
    return _areas.get().subtree(pk)


def area_path(pk: int | None) -> list[int]:
    return _areas.get().upwards(pk)
