"""GET /api/v1/complaints/: what may be asked, and one page of the answer.

Every filter has an index behind it, beginning with the organisation (see the model);
"closed between" has none and is not offered.
"""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from complaints.models import Category, Complaint, Source
from complaints.refusals import Invalid
from complaints.scope import ComplaintQuerySet
from complaints.search import LONGEST_QUERY, search
from complaints.status import Status
from escalation import reference
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
        help_text="`due`: by promised date; only open work, unless `status` is given.",
    )
    page_size = Whole(typed=True, min_value=1, max_value=LARGEST_PAGE, default=PAGE)
    cursor = Text(required=False, max_length=300)


def page(caller: Caller, asked: dict[str, Any]) -> dict[str, Any]:
    after, size = cursors.unseal(asked), asked["page_size"]
    rows = _by_time(_by_code(_seen(caller, asked), caller, asked), caller, asked)
    if "q" in asked:
        rows = search(rows, asked["q"], below=NEWEST.start(after), most=size + 1)
    keys = rows.only("pk", "due_at", "registered_at")
    found = _order(caller, asked).page(keys, after=after, size=size)
    return {
        "results": _rows([each.pk for each in found.rows], caller),
        "next": cursors.seal(asked, found.after),
    }


def _rows(keys: list[int], caller: Caller) -> list[dict[str, Any]]:
    """All that a row tells, joined for the rows of this page alone."""
    rows = showing.with_names(Complaint.objects.filter(pk__in=keys)).in_bulk()
    return [showing.row(rows[pk], caller.at) for pk in keys]


def _order(caller: Caller, asked: dict[str, Any]) -> Keyset:
    if asked["order"] == "due":
        if "q" in asked:
            raise Invalid(_("What is searched for comes newest first."), field="order")
        return DUE
    one = len(_organisations(caller, asked)) == 1 and asked["held"] == "now"
    return NEWEST_OF_ONE if one and "q" not in asked else NEWEST


def _seen(caller: Caller, asked: dict[str, Any]) -> ComplaintQuerySet:
    seen = Complaint.objects
    now = asked["held"] == "now"
    rows = seen.held_by(caller.actor) if now else seen.visible_to(caller.actor)
    if "organisation" in asked:
        rows = rows.filter(organisation_id__in=_organisations(caller, asked))
    if "external_id" in asked:
        rows = rows.filter(pk__in=_registered_as(caller, asked["external_id"]))
    return rows


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
