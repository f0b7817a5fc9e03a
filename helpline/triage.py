"""Sorting by hand: what routing guessed, and taking a guess with one key."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from complaints import services
from complaints.actors import Actor
from complaints.models import Category, Complaint
from complaints.refusals import Invalid
from complaints.services.guards import may
from complaints.status import Status
from escalation.decisions import duty, telling
from escalation.decisions.offices import seat_of
from escalation.models import RoutingDecision
from helpline import choices
from officers.models import Area

MOST_GUESSES = 3


@dataclass(frozen=True)
class Guess:
    category: Category
    share: int  # of a hundred

    @property
    def pk(self) -> int:
        return self.category.pk

    @property
    def name(self) -> str:
        return self.category.name


@dataclass(frozen=True)
class Guesses:
    """What routing was nearest to, best first, and how sure of it it was, in words."""

    best: tuple[Guess, ...] = ()
    sure: str = ""

    def __iter__(self) -> Iterator[Guess]:
        return iter(self.best)

    def __len__(self) -> int:
        return len(self.best)


def guesses_for(complaints: Sequence[Complaint]) -> dict[int, Guesses]:
    """The kinds each was nearest to, by one query for the page."""
    decisions = (
        RoutingDecision.objects.filter(complaint_id__in=[c.pk for c in complaints])
        .order_by("pk")
        .values_list("complaint_id", "category_id", "confidence", "runners_up")
    )
    found: dict[int, Guesses] = {}
    for complaint_id, best, confidence, runners_up in decisions:  # the latest stays
        others = {guess["category"]: guess["share"] for guess in runners_up}
        # The shares of all that were near make up the whole. Alone it has all of it,
        # which says nothing: then, and where a rule chose, how sure routing was.
        rest = round(1 - sum(others.values()), 2)
        own = rest if others and rest > 0 else confidence
        shares = ({best: own} if best else {}) | others
        rows = [(choices.category(pk), share) for pk, share in shares.items()]
        known = [Guess(row, round(100 * share)) for row, share in rows if row]
        sure = telling.how_sure(confidence) if known else ""
        found[complaint_id] = Guesses(tuple(known[:MOST_GUESSES]), sure)
    return found


def guesses_of(complaint: Complaint, actor: Actor) -> Guesses:
    """For the page of one that waits for sorting; none where it does not."""
    if complaint.status != Status.TRIAGE or not may(complaint, "set_category", actor):
        return Guesses()
    return guesses_for([complaint]).get(complaint.pk, Guesses())


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
    owner = duty.choose(
        organisation, seat.office, kind.department, at, category=kind,
        but=services.false_closers(complaint),
    )  # fmt: skip
    services.assign(
        complaint, organisation=organisation, office=seat.office,
        department=kind.department, owner=owner, actor=actor, at=at,
    )  # fmt: skip


# Two things in one text -------------------------------------------------------------


def divide(
    complaint: Complaint,
    *,
    text: str,
    category: Category,
    area: Area | None = None,
    own: Category | None = None,
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> Complaint:
    """Give the second matter a number of its own, and send both to their offices.

    `own`: what the first is about, if that was not sure because of the second.
    """
    with transaction.atomic():
        if own is not None and complaint.status == Status.TRIAGE:
            _name(complaint, own, area, actor, at, version)
            version = None
        return services.split(
            complaint, text=text, category=category, area=area, actor=actor, at=at,
            version=version,
        )  # fmt: skip


def _name(
    complaint: Complaint,
    own: Category,
    area: Area | None,
    actor: Actor,
    at: datetime,
    version: int | None,
) -> None:
    try:
        with transaction.atomic():
            sort_out(
                complaint, category=own, area=area, actor=actor, at=at, version=version
            )
    except Invalid as refused:
        if refused.field != "area":
            raise
        # No office is known without a place: it stays to be sorted, by that alone.
        complaint.refresh_from_db()
        services.set_category(
            complaint, category=own, actor=actor, at=at, version=version
        )
