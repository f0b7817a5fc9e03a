"""Sorting by hand: what routing guessed, and taking a guess with one key."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from complaints import services
from complaints.actors import Actor
from complaints.models import Category, Complaint
from complaints.refusals import Invalid
from complaints.status import Status
from escalation import duty
from escalation.models import RoutingDecision
from escalation.offices import seat_of
from helpline import choices
from officers.models import Area

MOST_GUESSES = 3


def guesses_for(complaints: Sequence[Complaint]) -> dict[int, list[Category]]:
    """The kinds each was nearest to, best first, by one query for the page."""
    decisions = (
        RoutingDecision.objects.filter(complaint_id__in=[c.pk for c in complaints])
        .order_by("pk")
        .values_list("complaint_id", "category_id", "runners_up")
    )
    found: dict[int, list[Category]] = {}
    for complaint_id, best, runners_up in decisions:  # the latest one stays
        ids = [best, *(guess.get("category") for guess in runners_up)]
        rows = (choices.category(pk) for pk in dict.fromkeys(ids))
        found[complaint_id] = [row for row in rows if row][:MOST_GUESSES]
    return found


def place_options(organisation_id: int, day: date) -> SafeString:
    """A city's places, written once for a page with a list of them in every row."""
    return format_html_join(
        "",
        '<option value="{}">{}</option>',
        ((area.pk, area.name) for area in choices.areas_of(organisation_id, day)),
    )


def sort_out(
    complaint: Complaint,
    *,
    category: Category | None,
    area: Area | None,
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> Complaint:
    """Name the kind (and the place), and see that an office has it then.

    Routing takes it on from the new category by itself; where it still finds no sure
    office, the one that the category and place say is taken on the sorter's word.
    """
    kind = category or complaint.category
    if kind is None:
        raise Invalid(_("Choose what it is about."), field="category")
    with transaction.atomic():
        services.set_category(
            complaint, category=kind, area=area, actor=actor, at=at, version=version
        )
        complaint.refresh_from_db()
        if complaint.status == Status.TRIAGE:
            _send(complaint, kind, actor, at)
    return complaint


def _send(complaint: Complaint, kind: Category, actor: Actor, at: datetime) -> None:
    seat = seat_of(complaint.organisation, kind, complaint.area, at)
    if seat.office is None:
        raise Invalid(_("Choose the place as well: no office is known."), field="area")
    organisation = seat.organisation or complaint.organisation
    owner = duty.choose(organisation, seat.office, kind.department, at)
    services.assign(
        complaint, organisation=organisation, office=seat.office,
        department=kind.department, owner=owner, actor=actor, at=at,
    )  # fmt: skip
