"""One door for an answer, by the link or on the phone: each seat answers once.

A "no" becomes a complaint, a suggestion becomes a suggestion, "partly" is a figure.
All in one transaction with the answer, so that each is made at most once.
"""

from dataclasses import dataclass
from datetime import datetime

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.actors import Actor
from complaints.models import Complaint
from complaints.models.complaint import Kind
from complaints.people import email_of, phone_of
from complaints.refusals import Conflict, Invalid
from complaints.services import Intake, register
from complaints.unit import door
from complaints.wording import words
from feedback.models import PanelSeat
from feedback.panel.asking import leave_in_peace
from feedback.panel.items import ITEMS, QUESTIONS, Answer, Item, category_for

SOURCE = "panel"
LONGEST_REMARK = 1000
State = PanelSeat.State
# Silent on the phone, then by the link after all: that counts, too.
MAY_ANSWER = (State.WAITING, State.UNREACHED)


@dataclass(frozen=True)
class _Said:
    seat: PanelSeat
    answers: dict[str, str]
    remark: str
    suggestion: bool


@door
def answer(
    seat: PanelSeat,
    *,
    supply: str,
    reading: str,
    bill: str,
    remark: str = "",
    suggestion: bool = False,
    channel: str,
    actor: Actor,
    at: datetime,
) -> list[Complaint]:
    """What it became. Raises Invalid; Conflict where the seat has answered."""
    given = {
        Item.SUPPLY.value: supply,
        Item.READING.value: reading,
        Item.BILL.value: bill,
    }
    said = _Said(seat, given, _remark(remark, suggestion), suggestion)
    _check(said, at)
    rows = PanelSeat.objects.filter(pk=seat.pk, state__in=MAY_ANSWER)
    if not rows.update(
        state=State.ANSWERED, answered_at=at, remark=said.remark,
        suggestion=suggestion, channel=channel, taken_until=None, **given,
    ):  # fmt: skip
        raise Conflict(gettext_lazy("This was answered already. Thank you."))
    made = _become(said, actor, at)
    PanelSeat.objects.filter(pk=seat.pk).update(made=[each.pk for each in made])
    leave_in_peace(seat.panel_area, seat.panel_area.panel.closes_at)
    return made


def _remark(typed: str, suggestion: bool) -> str:
    if not typed.strip():
        if suggestion:
            raise Invalid(gettext_lazy("Please write your suggestion."), field="remark")
        return ""
    return words(typed, "remark", least=3 if suggestion else 1, limit=LONGEST_REMARK)


def _check(said: _Said, at: datetime) -> None:
    for item, value in said.answers.items():
        if value not in Answer.values:
            raise Invalid(gettext_lazy("Choose yes, partly or no."), field=item)
    if at >= said.seat.panel_area.panel.closes_at:
        raise Invalid(gettext_lazy("The time for these questions is over."))


def _become(said: _Said, actor: Actor, at: datetime) -> list[Complaint]:
    language = said.seat.citizen.language
    with translation.override(language):
        taken = [
            _intake(said, item, _text(said, item))
            for item in ITEMS
            if said.answers[item] == Answer.NO
        ]
    if said.suggestion:
        taken.append(_intake(said, Item.SUGGESTION, said.remark))
    return [register(intake, actor=actor, at=at) for intake in taken]


def _text(said: _Said, item: Item) -> str:
    """For whoever works on it. A suggestion goes its own way."""
    month = date_format(said.seat.panel_area.panel.month, "F Y")
    lines = [
        _("Monthly panel, %(month)s. We asked: %(question)s Answer: no.")
        % {"month": month, "question": QUESTIONS[item]}
    ]
    if said.remark and not said.suggestion:
        lines.append(_("Remark: %(remark)s") % {"remark": said.remark})
    return "\n".join(lines)


def _intake(said: _Said, item: Item, text: str) -> Intake:
    seat, connection = said.seat, said.seat.connection
    return Intake(
        organisation=connection.organisation,
        text=text,
        source=SOURCE,
        language=seat.citizen.language,
        kind=Kind.SUGGESTION if item == Item.SUGGESTION else Kind.COMPLAINT,
        category=category_for(item, connection.organisation),
        area=connection.area,
        connection=connection,
        place=connection.address,
        phone=phone_of(seat.citizen),
        email=email_of(seat.citizen),
    )
