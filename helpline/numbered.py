"""A list of what waits, in which one number can be looked up."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from django.db.models import Model, QuerySet

from complaints.number import WrongNumber
from helpline.access import Desk
from helpline.keyset import Keyset, Page

M = TypeVar("M", bound=Model)


def asked_for(
    at: Desk,
    typed: str,
    *,
    numbered: Callable[[str], Iterable[M]],
    waiting: QuerySet[M],
    order: Keyset,
) -> tuple[Page[M], bool]:
    """A page of what waits, or what has the number that was typed; and whether that is
    none. `numbered` may raise WrongNumber."""
    if typed:
        try:
            return Page(rows=list(numbered(typed))), False
        except WrongNumber:
            return Page(rows=[]), True
    query = at.request.GET
    found = order.page(
        waiting, after=query.get("after", ""), before=query.get("before", "")
    )
    return found, False
