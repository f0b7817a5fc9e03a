"""The complaints behind a number: the same conditions as the number's own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import Http404
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from complaints.actors import Actor
from complaints.models import Category, Complaint
from complaints.scope import ComplaintQuerySet
from officers.models import Area
from operations.keyset import Keyset, Page
from reports.figures import NONE, narrowed, received_in
from reports.measures import EXPLAINED, LABELS, conditions
from reports.periods import Period

NEWEST = Keyset(("registered_at", "pk"), descending=True)
# What a line shows; boundaries and search texts are large and stay where they are.
RELATED = ("category", "office", "organisation")
LARGE = ("search_text", "text", "due_reason", "office__boundary", "office__words")
LONGEST_ID = 18


@dataclass(frozen=True)
class Listing:
    """One list: what it is called, what it counts, its rows in their order."""

    title: str | Promise
    explained: str | Promise
    rows: ComplaintQuerySet
    parts: Sequence[str] = ()
    keyset: Keyset = NEWEST

    def page(self, query: Mapping[str, str]) -> Page[Complaint]:
        return self.keyset.page(
            self._shown(), after=query.get("after", ""), before=query.get("before", "")
        )

    def first(self, size: int) -> Page[Complaint]:
        return self.keyset.page(self._shown(), size=size)

    def _shown(self) -> ComplaintQuerySet:
        return self.rows.select_related(*RELATED).defer(*LARGE)


def behind(
    actor: Actor, period: Period, at: datetime, query: Mapping[str, str]
) -> Listing:
    """The list of a cell of the tables. Raises Http404 for a cell that is none."""
    cell = query.get("cell", "received")
    if cell not in LABELS:
        raise Http404
    office = chosen_id(query.get("office", ""))
    category = chosen_id(query.get("category", ""))
    rows = received_in(actor, period).filter(conditions(at)[cell])
    rows = rows.filter(narrowed("office", office), narrowed("category", category))
    parts = [period.label()]
    if office:
        parts.append(office_named(office))
    if category:
        parts.append(category_named(category))
    return Listing(LABELS[cell], EXPLAINED[cell], rows, parts)


def chosen_id(typed: str) -> str:
    """A key as a link carries it, "none" or ""; Http404 for anything else."""
    if typed in ("", NONE):
        return typed
    if len(typed) > LONGEST_ID or not (typed.isascii() and typed.isdigit()):
        raise Http404
    return typed


def office_named(pk: str) -> str:
    if pk == NONE:
        return _("Not sent yet")
    found = Area.objects.only("names", "level_names").filter(pk=int(pk)).first()
    if found is None:
        raise Http404
    return found.office_name()


def category_named(pk: str) -> str:
    if pk == NONE:
        return _("Not sorted yet")
    found = Category.objects.only("names").filter(pk=int(pk)).first()
    if found is None:
        raise Http404
    return found.name
