"""The three questions, and what a "no" to each of them becomes."""

from django.db.models import Exists, OuterRef
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.models import Category, Connection
from complaints.reference import REFERENCE
from feedback.models import PanelItem, PanelSeat
from officers.models import Organisation
from officers.trees import organisation_path
from operations.generation import ReferenceCache

Item = PanelItem.Item
Answer = PanelSeat.Answer
ITEMS = (Item.SUPPLY, Item.READING, Item.BILL)
QUESTIONS: dict[str, str | Promise] = {
    Item.SUPPLY: _("Did you have good electricity supply this month?"),
    Item.READING: _("Was your meter read this month, and read correctly?"),
    Item.BILL: _("Did your bill come in time?"),
}


has_questions = ReferenceCache(REFERENCE, PanelItem.objects.exists)


def category_for(item: str, organisation: Organisation) -> Category | None:
    """As the organisation says, or the nearest above it; None is for people to sort."""
    rows = PanelItem.objects.filter(
        item=item, organisation__in=organisation_path(organisation.pk)
    ).select_related("category")
    found = {row.organisation_id: row.category for row in rows}
    path = organisation_path(organisation.pk)
    return next((found[pk] for pk in path if pk in found), None)


def with_panel() -> list[Organisation]:
    """Who has consumers and questions; where a parent has both, its panel is all's."""
    asking = set(PanelItem.objects.values_list("organisation_id", flat=True))
    if not asking:
        return []
    theirs = Connection.objects.filter(organisation=OuterRef("pk"))
    rows = list(
        Organisation.objects.filter(Exists(theirs), valid_to=None).order_by("pk")
    )
    keys = {row.pk for row in rows}
    return [
        row
        for row in rows
        if asking & set(organisation_path(row.pk))
        and not keys & set(organisation_path(row.pk)[1:])
    ]
