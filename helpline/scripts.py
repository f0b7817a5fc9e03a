"""What the agent says, in the caller's language whatever language the agent reads."""

from dataclasses import dataclass

from django.utils import translation
from django.utils.translation import gettext as _

from complaints.models import Category, Complaint
from complaints.number import grouped
from complaints.times import moment
from incidents.current import incident_of
from incidents.models import Incident
from officers.models import Officer, Organisation
from officers.names import localised


@dataclass(frozen=True)
class Script:
    language: str
    greeting: str
    danger: str  # the safety question
    ask: str  # the one question of this category
    place: str
    close: str


def of(
    organisation: Organisation,
    officer: Officer,
    language: str,
    category: Category | None = None,
) -> Script:
    with translation.override(language):
        return Script(
            language=language,
            greeting=_("Hello, this is %(org)s. I am %(name)s. How can I help you?")
            % {"org": organisation.name, "name": officer.first_name or officer},
            danger=_("First: is anybody in danger right now?"),
            ask=localised(category.ask, language) if category else "",
            place=_("Where is it? An address, a landmark or the PIN code will do."),
            close=_("Is there anything else I can do for you?"),
        )


def safety(organisation: Organisation, language: str) -> str:
    text = localised(organisation.safety, language)
    return text.replace("{danger}", organisation.danger_number)


def read_back(complaint: Complaint) -> list[str]:
    """The sentences that end the call: number, office, date."""
    with translation.override(complaint.language):
        said = [
            _("Your complaint number is %(number)s.")
            % {"number": grouped(complaint.number)}
        ]
        if complaint.parent is not None:
            said.append(
                _("Others told us of the same thing. You will get the same news.")
            )
        elif complaint.office is not None:
            said.append(
                _("It is with %(office)s.") % {"office": complaint.office.office_name()}
            )
        else:
            said.append(_("We will send it to the right office within half an hour."))
        incident = incident_of(complaint)
        if incident is not None:
            said += _of_incident(incident)
        elif complaint.due_at is not None:
            when = moment(complaint.due_at, complaint.organisation)
            said.append(_("You will have an answer by %(when)s.") % {"when": when})
        said.append(_("Have you written the number down? Thank you for calling."))
        return said


def _of_incident(incident: Incident) -> list[str]:
    """A time that somebody gave, or none: never an invented one."""
    said = [_("It is a fault that we know of, and many have it.")]
    if incident.expected_at is not None:
        when = moment(incident.expected_at, incident.organisation)
        said.append(_("It should be repaired by %(when)s.") % {"when": when})
    return [*said, _("We tell you when this changes, and when it is repaired.")]
