"""What the form offers: organisations, categories by group, areas by tree.

Rows are kept in the process; names are chosen when a page is made, in its language.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from django.conf import settings
from django.utils.translation import gettext as _

from complaints.models import Category
from officers.models import Area, Organisation
from officers.names import localised
from officers.trees import REFERENCE, organisation_path, organisation_subtree
from operations.generation import ReferenceCache

Choice: TypeAlias = tuple[str, str]
Choices: TypeAlias = list[Choice | tuple[str, list[Choice]]]
_INDENT = "\u00a0\u00a0\u00a0"


@dataclass(frozen=True)
class _Node:
    code: str
    names: Mapping[str, str]
    parent: int | None
    valid_to: date | None


def _roots() -> list[Organisation]:
    """A holding is offered once: its companies are found by the place."""
    return list(Organisation.objects.filter(parent=None, public=True).order_by("code"))


def _categories() -> dict[int, list[Category]]:
    found: dict[int, list[Category]] = defaultdict(list)
    for category in Category.objects.order_by("code"):
        found[category.organisation_id].append(category)
    return found


def _areas() -> dict[int, dict[int, _Node]]:
    """Without boundaries: they are large, and only the map needs them."""
    found: dict[int, dict[int, _Node]] = defaultdict(dict)
    rows = Area.objects.values_list(
        "pk", "code", "names", "parent_id", "valid_to", "organisation_id"
    )
    for pk, code, names, parent, until, owner in rows:
        found[owner][pk] = _Node(code, names, parent, until)
    return found


_kept_roots = ReferenceCache(REFERENCE, _roots)
_kept_categories = ReferenceCache("complaints", _categories)
_kept_areas = ReferenceCache(REFERENCE, _areas)


def organisations(on: date) -> list[Organisation]:
    return sorted(
        (each for each in _kept_roots.get() if _valid(each.valid_to, on)),
        key=lambda each: each.name,
    )


def organisation(code: str, on: date) -> Organisation | None:
    wanted = code.casefold()
    return next(
        (each for each in organisations(on) if each.code.casefold() == wanted), None
    )


def category(organisation: Organisation, code: str, on: date) -> Category | None:
    return next(
        (each for each in categories(organisation, on) if each.code == code), None
    )


def categories(organisation: Organisation, on: date) -> list[Category]:
    kept = _kept_categories.get()
    return [
        each
        for owner in organisation_path(organisation.pk)
        for each in kept.get(owner, ())
        if _valid(each.valid_to, on)
    ]


def category_choices(organisation: Organisation, on: date) -> Choices:
    groups: dict[str, list[Choice]] = {}
    for each in categories(organisation, on):
        label = localised(each.group_names) or _("Other")
        groups.setdefault(label, []).append((each.code, each.name))
    return [("", _("I don’t know: let the office sort it")), *groups.items()]


def area_choices(organisation: Organisation, on: date) -> Choices:
    """The tree as one list: second level as headings, the rest indented under it."""
    nodes = _area_nodes(organisation, on)
    children: dict[int | None, list[int]] = defaultdict(list)
    for pk, node in nodes.items():
        children[node.parent if node.parent in nodes else None].append(pk)
    for siblings in children.values():
        siblings.sort(key=lambda pk: localised(nodes[pk].names))

    def below(pk: int, depth: int) -> list[Choice]:
        own = (nodes[pk].code, _INDENT * depth + localised(nodes[pk].names))
        return [
            own,
            *(row for child in children[pk] for row in below(child, depth + 1)),
        ]

    choices: Choices = [("", _("I don’t know, or it is not in this list"))]
    for top in children[None]:
        for second in children[top] or [top]:
            name = localised(nodes[second].names)
            under = [row for child in children[second] for row in below(child, 0)]
            if under:
                choices.append((name, under))
            else:
                choices.append((nodes[second].code, name))
    return choices


def area(organisation: Organisation, code: str, on: date) -> Area | None:
    for pk, node in _area_nodes(organisation, on).items():
        if code and node.code == code:
            return Area.objects.defer("boundary").get(pk=pk)
    return None


def languages() -> list[Choice]:
    return list(settings.LANGUAGES)


def _area_nodes(organisation: Organisation, on: date) -> dict[int, _Node]:
    kept = _kept_areas.get()
    return {
        pk: node
        for each in organisation_subtree(organisation.pk)
        for pk, node in kept.get(each, {}).items()
        if _valid(node.valid_to, on)
    }


def _valid(until: date | None, on: date) -> bool:
    return until is None or until >= on
