"""What a resolution must show: photo, meter reading, and the citizen's closing code.

Which of them, its category says. Who cannot get the code says why; that is kept, and
the call centre rings these citizens.
"""

import re
from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from complaints.models import Attachment, ClosingCode, Complaint
from complaints.refusals import Invalid
from complaints.services.closing_code import reachable, tried
from complaints.services.guards import photo_given


class Unreachable(models.TextChoices):
    """Why there is no closing code."""

    NO_ANSWER = "no_answer", _("No answer at the door or on the phone")
    OFF = "off", _("The phone is switched off")
    NOT_HOME = "not_home", _("Nobody was at home")
    WRONG_NUMBER = "wrong_number", _("The number is wrong")
    REFUSES = "refuses", _("The citizen does not give it")
    NO_CONTACT = "no_contact", _("No phone or e-mail is known")


@dataclass(frozen=True)
class Needed:
    """For a page that asks."""

    photo: bool
    reading: bool
    code: bool


def needed_for(complaint: Complaint) -> Needed:
    kind = complaint.category
    if kind is None:
        return Needed(photo=False, reading=False, code=False)
    return Needed(kind.photo_required, kind.reading_required, kind.code_required)


# As a meter shows it; a comma is what Italy writes for the point.
_READING = re.compile(r"(\d{1,10})(?:[.,](\d{1,3}))?")
_LONGEST = 40


@dataclass(frozen=True)
class Proof:
    code: ClosingCode | None = None
    unreachable: str = ""
    reading: str = ""

    def told(self) -> dict[str, str]:
        """For the event: codes and numbers."""
        kind = "unreachable" if self.unreachable else ""
        return {
            "proof": "code" if self.code else kind,
            "unreachable": self.unreachable,
            "reading": self.reading,
        }


def demanded(
    complaint: Complaint,
    *,
    files: tuple[Attachment, ...],
    reading: str,
    code: str | ClosingCode,
    unreachable: str,
    at: datetime,
) -> Proof:
    """What was shown, if it is all that this kind of work needs. Raises Invalid.

    The code comes last: nothing else that is missing costs a try."""
    photo_given(complaint, files)
    shown = _reading(complaint, reading)
    if isinstance(code, ClosingCode):
        return Proof(code, reading=shown)
    if code.strip():
        return Proof(tried(complaint, code, at), reading=shown)
    return Proof(None, _why_none(complaint, unreachable), shown)


def _reading(complaint: Complaint, typed: str) -> str:
    plain = "".join(
        str(int(one)) if one.isdecimal() else one
        for one in typed[:_LONGEST]
        if not one.isspace()
    )
    found = _READING.fullmatch(plain)
    if found is not None:
        return ".".join(part for part in found.groups() if part)
    if plain:
        raise Invalid(
            _("A meter reading has up to ten digits, as in 12345 or 12345.6."),
            code="reading_form",
            field="reading",
        )
    if needed_for(complaint).reading:
        raise Invalid(
            _("This kind of work needs the meter reading."),
            code="reading_required",
            field="reading",
        )
    return ""


def _why_none(complaint: Complaint, unreachable: str) -> str:
    if unreachable:
        return _known(complaint, unreachable)
    if not needed_for(complaint).code:
        return ""
    if not reachable(complaint):
        return Unreachable.NO_CONTACT.value
    raise Invalid(
        _("This kind of work needs the citizen's closing code, or why there is none."),
        code="code_required",
        field="code",
    )


def _known(complaint: Complaint, unreachable: str) -> str:
    if unreachable not in Unreachable.values:
        raise Invalid(_("Choose why there is no code."), field="unreachable")
    if unreachable == Unreachable.NO_CONTACT and reachable(complaint):
        raise Invalid(
            _("There is a phone or e-mail of the citizen. Choose another reason."),
            code="has_contact",
            field="unreachable",
        )
    return unreachable
