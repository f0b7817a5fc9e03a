"""GET /api/v1/complaints/: what may be asked, and one page of the answer.

Every filter has an index behind it, beginning with the organisation (see the model);
"closed between" has none and is not offered.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from complaints.models import Category, Complaint, Source
from complaints.refusals import Invalid
from complaints.scope import ComplaintQuerySet
from complaints.search import LONGEST_QUERY, search
from complaints.status import OPEN_STATUSES, WAITING_STATUSES, Status
from escalation import reference
from notices.reference import with_names
from officers.models import Area, Department
from officers.trees import area_subtree, organisation_subtree
from operations.keyset import Keyset
from portal.api import codes, cursors, showing
from portal.api.authentication import Caller
from portal.api.inputs import Choice, Code, Moment, Strict, Text, Whole
from portal.models import ExternalNumber

PAGE, LARGEST_PAGE = 50, 200
DUE = Keyset(("due_at", "pk"))
NEWEST = Keyset(("pk",), descending=True)
# Of one organisation: along its own index, not through everybody's rows.
NEWEST_OF_ONE = Keyset(("registered_at", "pk"), descending=True)
# A page of rare filters looks at so many complaints and no more, then tells where to
# go on: two that hardly ever meet would walk through all there are.
MOST_KEYS = 20_000
_FILTERS = frozenset(
    {"status", "category", "area", "office", "department", "source", "late"}
)
# Of `held=ever`, where each hit is looked up in the ledger, hits for each row of the
# page; of thousands at a time PostgreSQL would read all legs of the caller's offices.
HITS_A_ROW, LEAST_HITS = 3, 300
_NOT_OPEN = frozenset(Status.values) - frozenset(OPEN_STATUSES)
# No index goes by the promised date of these, and nobody waits for it.
_DONE = _NOT_OPEN - frozenset(WAITING_STATUSES)


class Asked(Strict):
    status = Choice(choices=Status.values, required=False)
    category = Code(required=False)
    area = Code(required=False, help_text="The place and all below it.")
    office = Code(required=False, help_text="The office and all below it.")
    department = Code(required=False)
    source = Code(required=False)  # type: ignore[assignment]  # a name, not DRF's attribute
    organisation = Code(
        required=False, help_text="One of the caller's, with all below."
    )
    late = Choice(choices=["true"], required=False, help_text="Past the promised date.")
    held = Choice(
        choices=["now", "ever"],
        default="now",
        help_text="`ever`: also what was with the caller's office before. Slower.",
    )
    external_id = Code(required=False)
    registered_from = Moment(required=False)
    registered_to = Moment(required=False, help_text="Before this moment.")
    q = Text(
        required=False,
        max_length=LONGEST_QUERY,
        help_text="Words, a name, a number, a phone or consumer number; newest first.",
    )
    order = Choice(
        choices=["newest", "due"],
        default="newest",
        help_text="`due`: by promised date; only open work, unless `status` is given."
        " Not for what is done.",
    )
    page_size = Whole(typed=True, min_value=1, max_value=LARGEST_PAGE, default=PAGE)
    cursor = Text(required=False, max_length=300)


def page(caller: Caller, asked: dict[str, Any]) -> dict[str, Any]:
    after = cursors.unseal(asked)
    turned = Turned(caller, asked, _order(caller, asked), after)
    keys, following = turned.page()
    return {"results": _rows(keys, caller), "next": cursors.seal(asked, following)}


@dataclass(frozen=True)
class Turned:
    """One page of keys, and the cursor of the next ("" after the last)."""

    caller: Caller
    asked: dict[str, Any]
    order: Keyset
    after: str

    def page(self) -> tuple[list[int], str]:
        if "late" in self.asked and self.asked.get("status", "") in _NOT_OPEN:
            return [], ""  # what is done is not late
        if "q" in self.asked or "external_id" in self.asked:
            return self._plain(self._named(self._reach()))
        if self.asked["held"] == "ever":
            return self._ever()
        if self.order is DUE or not self._rare():
            return self._plain(self._named(self._reach()))
        return self._bounded(self._named(self._reach()))

    def _plain(self, rows: ComplaintQuerySet) -> tuple[list[int], str]:
        size = self.asked["page_size"]
        if "q" in self.asked:
            below = NEWEST.start(self.after)
            rows = search(rows, self.asked["q"], below=below, most=size + 1)
        found = self.order.page(self._keys(rows), after=self.after, size=size)
        return [row.pk for row in found.rows], found.after

    def _bounded(self, rows: ComplaintQuerySet) -> tuple[list[int], str]:
        """Two rare filters may meet in no row at all: it stops after MOST_KEYS."""
        rows, end = self._window(rows)
        keys, following = self._plain(rows)
        return keys, following or end

    def _window(self, rows: ComplaintQuerySet) -> tuple[ComplaintQuerySet, str]:
        """The newest MOST_KEYS below the cursor, of all complaints or of the one
        organisation's, and the cursor that goes on below them."""
        start, first = self.order.start(self.after), self.order.fields[0]
        keys = self._keys(Complaint.objects.all())
        if self.order is NEWEST_OF_ONE:
            one = _organisations(self.caller, self.asked)
            keys = keys.filter(organisation_id__in=one)
        if start is not None:
            keys = keys.filter(**{f"{first}__lt": start})
        keys = keys.order_by(*(f"-{name}" for name in self.order.fields))
        for last in keys[MOST_KEYS : MOST_KEYS + 1]:
            rows = rows.filter(**{f"{first}__gte": getattr(last, first)})
            if self.order is NEWEST_OF_ONE:
                last.pk = 0  # what came in the same moment is on this page
            return rows, self.order.cursor(last)
        return rows, ""

    def _ever(self) -> tuple[list[int], str]:
        """What the filters find, some at a time, held against the caller's rights."""
        rows, end = self._named(Complaint.objects.all()), ""
        if self.order is NEWEST and self._rare():
            rows, end = self._window(rows)
        size = self.asked["page_size"]
        most = max(size * HITS_A_ROW, LEAST_HITS)
        hits = self.order.page(self._keys(rows), after=self.after, size=most)
        readable = Complaint.objects.visible_to(self.caller.actor).order_by()
        keys = readable.filter(pk__in=[row.pk for row in hits.rows])
        among = set(keys.values_list("pk", flat=True))
        seen = [row for row in hits.rows if row.pk in among]
        if len(seen) > size:
            seen = seen[:size]
            return [row.pk for row in seen], self.order.cursor(seen[-1])
        return [row.pk for row in seen], hits.after or end

    def _rare(self) -> bool:
        return bool(self.asked.keys() & _FILTERS)

    def _keys(self, rows: ComplaintQuerySet) -> ComplaintQuerySet:
        return rows.only(*self.order.fields)

    def _reach(self) -> ComplaintQuerySet:
        seen, actor = Complaint.objects, self.caller.actor
        now = self.asked["held"] == "now"
        return seen.held_by(actor) if now else seen.visible_to(actor)

    def _named(self, rows: ComplaintQuerySet) -> ComplaintQuerySet:
        """What the filters leave of the rows."""
        caller, asked = self.caller, self.asked
        if "organisation" in asked:
            rows = rows.filter(organisation_id__in=_organisations(caller, asked))
        if "external_id" in asked:
            rows = rows.filter(pk__in=_registered_as(caller, asked["external_id"]))
        return _by_time(_by_code(rows, caller, asked), caller, asked)


def _rows(keys: list[int], caller: Caller) -> list[dict[str, Any]]:
    """All that a row tells; most names come from the process's caches."""
    wide = Complaint.objects.select_related("owner", "department")
    rows = wide.defer("search_text", "owner__password").in_bulk(keys)
    return [showing.row(with_names(rows[pk]), caller.at) for pk in keys]


def _order(caller: Caller, asked: dict[str, Any]) -> Keyset:
    if asked["order"] == "due":
        if "q" in asked:
            raise Invalid(_("What is searched for comes newest first."), field="order")
        if asked.get("status", "") in _DONE:
            raise Invalid(_("What is done has no date to go by."), field="order")
        return DUE
    one = len(_organisations(caller, asked)) == 1 and asked["held"] == "now"
    return NEWEST_OF_ONE if one and "q" not in asked else NEWEST


def _by_code(
    rows: ComplaintQuerySet, caller: Caller, asked: dict[str, Any]
) -> ComplaintQuerySet:
    where = codes.near(codes.below(caller.actor))
    if "status" in asked:
        rows = rows.filter(status=asked["status"])
    if "category" in asked:
        kinds = _coded(reference.categories.get().values(), asked["category"], where)
        rows = rows.filter(category_id__in=kinds)
    if "department" in asked:
        named = _coded(reference.departments.get().values(), asked["department"], where)
        rows = rows.filter(department_id__in=named)
    if "source" in asked:
        rows = rows.filter(source__in=Source.objects.filter(code=asked["source"]))
    for name in ("area", "office"):
        if name in asked:
            tops = _coded(reference.areas.get().values(), asked[name], where)
            below = {pk for top in tops for pk in area_subtree(top)}
            rows = rows.filter(**{f"{name}_id__in": below})
    return rows


def _by_time(
    rows: ComplaintQuerySet, caller: Caller, asked: dict[str, Any]
) -> ComplaintQuerySet:
    if "registered_from" in asked:
        rows = rows.filter(registered_at__gte=asked["registered_from"])
    if "registered_to" in asked:
        rows = rows.filter(registered_at__lt=asked["registered_to"])
    if "late" in asked:
        rows = rows.late(caller.at)
    if asked["order"] == "due":
        rows = rows.filter(due_at__isnull=False)
        rows = rows if "status" in asked else rows.open()
    return rows


def _organisations(caller: Caller, asked: dict[str, Any]) -> frozenset[int]:
    mine = codes.below(caller.actor)
    if "organisation" not in asked:
        return mine
    rows = reference.organisations.get()
    named = [pk for pk in mine if rows[pk].code == asked["organisation"]]
    return frozenset(pk for top in named for pk in organisation_subtree(top))


def _registered_as(caller: Caller, external_id: str) -> Any:
    rows = ExternalNumber.objects.filter(
        officer=caller.officer, external_id=external_id
    )
    return rows.values("complaint")


def _coded(
    rows: Iterable[Category | Department | Area], code: str, near: frozenset[int]
) -> list[int]:
    return [row.pk for row in rows if row.code == code and row.organisation_id in near]
