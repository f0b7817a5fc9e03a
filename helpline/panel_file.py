"""What an agent has before them in a call of the area panel, and reads out."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import override

from complaints.people import masked_contact, phone_of
from feedback.models import PanelSeat
from feedback.panel.calling import is_mine
from feedback.panel.items import ITEMS, QUESTIONS
from helpline.access import Desk


@dataclass(frozen=True)
class PanelFile:
    seat: PanelSeat
    name: str
    language: str
    contact: str
    mine: bool
    opening: list[str]
    closing: str


def gather(seat: PanelSeat, at: Desk) -> PanelFile:
    """The number in full is only for who has taken the call."""
    citizen = seat.citizen
    mine = is_mine(seat, at.actor, at.at)
    return PanelFile(
        seat=seat,
        name=citizen.name,
        language=citizen.language,
        contact=phone_of(citizen) if mine else masked_contact(citizen),
        mine=mine,
        opening=opening(seat, at),
        closing=_closing(citizen.language),
    )


def opening(seat: PanelSeat, at: Desk) -> list[str]:
    """In the citizen's language, whatever the agent reads."""
    language = seat.citizen.language
    house = seat.panel_area.panel.organisation
    with override(language):
        return [
            _("Hello, this is %(org)s. My name is %(name)s.")
            % {
                "org": house.name_in(language),
                "name": at.officer.first_name or at.officer.username,
            },
            _("You were drawn by lot for three short questions about this month."),
            _("Is this the right number for connection %(number)s?")
            % {"number": ending(seat.connection.number)},
            *(str(QUESTIONS[item]) for item in ITEMS),
            _("Yes, partly or no? And what should we do better?"),
        ]


def _closing(language: str) -> str:
    with override(language):
        return _("Thank you. A “no” is a complaint now: you get its number by SMS.")


def ending(number: str) -> str:
    """Enough to know one's own connection, not enough to use another's."""
    return f"•••{number[-4:]}"
