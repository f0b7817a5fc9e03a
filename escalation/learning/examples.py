"""From what is learned: texts whose kind a person stood by, the newest first."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import F, QuerySet

from complaints.models import Complaint
from complaints.status import OPEN_STATUSES, SOLVED_STATUSES
from escalation.models import Correction
from officers.trees import organisation_subtree

MOST = 20_000
FEWEST = 100
FEWEST_OF_KIND = 5


class TooFew(Exception):
    def __init__(self, found: int, kinds: int) -> None:
        super().__init__(
            f"{found} solved or corrected complaints of {kinds} kinds are too few to "
            f"learn from: {FEWEST} are needed, of two kinds with {FEWEST_OF_KIND} each."
        )


@dataclass(frozen=True)
class Example:
    complaint: int
    category: int
    text: str


def of_root(root: int) -> list[Example]:
    """Kinds with a handful of texts are left out. Raises TooFew."""
    found: dict[int, Example] = {}
    for rows in (_confirmed(root), _corrected(root)):
        for pk, category, text in rows[:MOST]:
            found[pk] = Example(pk, category, text)
    newest = sorted(found.values(), key=lambda one: -one.complaint)[:MOST]
    of_kind = Counter(one.category for one in newest)
    kept = [one for one in newest if of_kind[one.category] >= FEWEST_OF_KIND]
    kinds = len({one.category for one in kept})
    if len(kept) < FEWEST or kinds < 2:
        raise TooFew(len(kept), kinds)
    return kept


def enough_for(root: int) -> bool:
    """Whether it is worth reading them; the kinds are counted only then."""
    found = 0
    for rows in (_confirmed(root), _corrected(root)):
        found += len(rows.values_list("pk")[:FEWEST])
    return found >= FEWEST


def _readable(root: int) -> QuerySet[Complaint]:
    """What was erased is gone for learning as well."""
    return Complaint.objects.filter(
        organisation_id__in=organisation_subtree(root),
        category__isnull=False,
        redacted_at=None,
    )


def _confirmed(root: int) -> "QuerySet[Complaint, tuple[int, int, str]]":
    """Called solved or closed under the kind that it has now."""
    rows = _readable(root).filter(status__in=SOLVED_STATUSES).order_by("-pk")
    return rows.values_list("pk", "category_id", "text")


def _corrected(root: int) -> "QuerySet[Complaint, tuple[int, int, str]]":
    """Still open, but a person said what it is about, and that stands."""
    named = Correction.objects.filter(
        event__kind="category_set", to_category=F("complaint__category")
    )
    rows = _readable(root).filter(
        status__in=OPEN_STATUSES, pk__in=named.values("complaint")
    )
    return rows.order_by("-pk").values_list("pk", "category_id", "text")
