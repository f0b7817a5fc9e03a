"""Suggestions for a page: one query, and none on a desk that never learned."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from complaints.models import Category
from escalation import reference
from escalation.learning import store
from escalation.models import Suggestion


@dataclass(frozen=True)
class Suggested:
    category: Category
    percent: int


def suggested_for(complaint_ids: Iterable[int]) -> dict[int, list[Suggested]]:
    """The likeliest first; a kind that ended since is left out."""
    wanted = list(complaint_ids)
    if not wanted or not store.is_there():
        return {}
    rows = Suggestion.objects.filter(complaint_id__in=wanted).order_by("-share", "pk")
    found: dict[int, list[Suggested]] = defaultdict(list)
    for complaint_id, category_id, share in rows.values_list(
        "complaint_id", "category_id", "share"
    ):
        category = reference.category(category_id)
        if category is not None and category.valid_to is None:
            found[complaint_id].append(Suggested(category, round(100 * share)))
    return dict(found)
