"""One action on many complaints, each through its service, each with its own answer."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints import services
from complaints.actors import Actor
from complaints.models import Complaint
from complaints.models.category import Criticality, Horizon
from complaints.number import WrongNumber, check
from complaints.refusals import Invalid, Refused
from complaints.services.guards import may
from escalation.decisions import duty
from helpline.casefile import readable
from helpline.deed_forms import Case
from helpline.fields import PickField, WordsField
from officers.models import Area, Officer

MOST_AT_ONCE = 50


@dataclass(frozen=True)
class Outcome:
    number: str
    refused: str = ""


class BulkForm(forms.Form):
    """The bar under the queue; which fields matter depends on the action."""

    office = PickField()
    text = WordsField(limit=1000, required=False)
    reason = WordsField(limit=500, required=False)
    criticality = forms.ChoiceField(choices=Criticality.choices, required=False)
    horizon = forms.ChoiceField(choices=Horizon.choices, required=False)
    number = WordsField(limit=40, required=False)

    def __init__(self, data: Any, offices: list[Area]) -> None:
        super().__init__(data)
        field = self.fields["office"]
        assert isinstance(field, PickField)  # noqa: S101 (for the type only)
        field.choices = [("", ""), *((row.pk, str(row)) for row in offices)]
        self.offices = {row.pk: row for row in offices}


@dataclass(frozen=True)
class Hand:
    """Who acts on the marked rows, and with what."""

    officer: Officer
    actor: Actor
    at: datetime
    said: dict[str, Any]
    office: Area | None = None

    def given(self, version: int) -> dict[str, Any]:
        return {"actor": self.actor, "at": self.at, "version": version}


def _assign(complaint: Complaint, version: int, hand: Hand) -> None:
    """To the chosen office, or to somebody else of the one that has it."""
    case = Case(complaint, hand.officer, hand.actor, hand.at)
    office = hand.office or complaint.office or complaint.area
    if office is None:
        raise Invalid(_("Choose an office."), field="office")
    organisation = case.organisation_of(office)
    department = complaint.department
    if department is None and complaint.category is not None:
        department = complaint.category.department
    owner = duty.choose(
        organisation, office, department, hand.at, category=complaint.category,
        but=services.false_closers(complaint),
    )  # fmt: skip
    moved = hand.office is not None and hand.office.pk != complaint.office_id
    if moved or not may(complaint, "reassign", hand.actor):
        services.assign(
            complaint, organisation=organisation, office=office,
            department=department, owner=owner, **hand.given(version),
        )  # fmt: skip
    elif owner is None:
        raise Invalid(_("Nobody is posted at this office."), field="office")
    else:
        services.reassign(complaint, owner=owner, **hand.given(version))


def _note(complaint: Complaint, version: int, hand: Hand) -> None:
    text = hand.said["text"]
    services.note(complaint, text=text, actor=hand.actor, at=hand.at)


def _priority(complaint: Complaint, version: int, hand: Hand) -> None:
    services.set_priority(
        complaint,
        criticality=hand.said["criticality"] or complaint.criticality,
        horizon=hand.said["horizon"] or complaint.horizon,
        reason=hand.said["reason"],
        **hand.given(version),
    )


def _merge(complaint: Complaint, version: int, hand: Hand) -> None:
    try:
        number = check(hand.said["number"])
    except WrongNumber:
        raise Invalid(
            _("Check the number: it has 12 digits, and one may be wrong."),
            field="number",
        ) from None
    parent = readable(hand.actor).filter(number=number).first()
    if parent is None:
        raise Invalid(
            _("No complaint with this number is open to you."), field="number"
        )
    services.merge(complaint, parent=parent, **hand.given(version))


@dataclass(frozen=True)
class BulkDeed:
    label: str | Promise
    run: Callable[[Complaint, int, Hand], None]


BULK = {
    "assign": BulkDeed(_("Send to an office"), _assign),
    "note": BulkDeed(_("Note"), _note),
    "priority": BulkDeed(_("Priority"), _priority),
    "merge": BulkDeed(_("Join to another"), _merge),
}


def run(deed: BulkDeed, marked: dict[str, int], hand: Hand) -> list[Outcome]:
    """`marked`: number → the version that was on the screen. In key order, so that
    two bars pressed at once wait for each other and never lock each other out."""
    numbers = list(marked)[:MOST_AT_ONCE]
    found = readable(hand.actor).filter(number__in=numbers).order_by("pk")
    outcomes = []
    for complaint in found:
        try:
            deed.run(complaint, marked[complaint.number], hand)
            outcomes.append(Outcome(complaint.number))
        except Refused as refused:
            outcomes.append(Outcome(complaint.number, str(refused)))
    return outcomes
