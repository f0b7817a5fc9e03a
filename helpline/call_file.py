"""What an agent has before them in a call that is owed, and what they read out."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import override

from complaints.models import Complaint, Message
from complaints.number import grouped
from complaints.times import moment
from feedback.call_backs import Side
from feedback.models import CallBack, ContactTry
from helpline import casefile
from helpline.access import Desk

MOST_TRIES = 20


@dataclass(frozen=True)
class CallFile:
    call_back: CallBack
    complaint: Complaint
    name: str
    language: str
    contact: str
    revealed: bool
    text: str  # what was done, in the office's words
    said: str  # the citizen's "not solved"
    tries: list[ContactTry]
    aloud: list[str]


def gather(call_back: CallBack, at: Desk) -> CallFile:
    complaint = call_back.complaint
    citizen = complaint.citizen
    language = complaint.language or (citizen.language if citizen else "en")
    words = _words(complaint)
    revealed = casefile.is_revealed(complaint, at.officer, at.at)
    return CallFile(
        call_back=call_back,
        complaint=complaint,
        name=citizen.name if citizen else "",
        language=language,
        contact=casefile.contact_of(complaint, full=revealed),
        revealed=revealed,
        text=words.get(Message.Kind.ACTION_TAKEN, ""),
        said=words.get(Message.Kind.DISPUTE, ""),
        tries=_tries(call_back),
        aloud=script(call_back, at, language),
    )


def _words(complaint: Complaint) -> dict[str, str]:
    """The last of each kind."""
    kinds = (Message.Kind.ACTION_TAKEN, Message.Kind.DISPUTE)
    rows = Message.objects.filter(complaint=complaint, kind__in=kinds).order_by("pk")
    return dict(rows.values_list("kind", "text"))


def _tries(call_back: CallBack) -> list[ContactTry]:
    rows = ContactTry.objects.filter(event=call_back.event_id).select_related("officer")
    return list(rows.order_by("-at", "-pk")[:MOST_TRIES])


def script(call_back: CallBack, at: Desk, language: str) -> list[str]:
    """In the citizen's language, whatever the agent reads."""
    complaint = call_back.complaint
    with override(language):
        opening = [
            _("Hello, this is %(org)s. My name is %(name)s. Do you have two minutes?")
            % {
                "org": complaint.organisation.name_in(language),
                "name": at.officer.first_name or at.officer.username,
            },
            _("It is about your complaint %(number)s: %(what)s.")
            % {"number": grouped(complaint.number), "what": _what(complaint, language)},
        ]
        asks = _asks(complaint) if call_back.side == Side.DESK else _tells(complaint)
        return [*opening, *asks, _("Thank you for your time.")]


def _what(complaint: Complaint, language: str) -> str:
    if complaint.category is None:
        return _("your request")
    return complaint.category.name_in(language)


def _asks(complaint: Complaint) -> list[str]:
    said = []
    if complaint.resolved_at is not None:
        when = moment(complaint.resolved_at, complaint.organisation)
        said.append(_("The office says it was solved on %(when)s.") % {"when": when})
    return [
        *said,
        _("Is it really solved?"),
        _("How long did it take, from your complaint until it was solved?"),
        _("Did it cause you any trouble?"),
        _("How do you rate it, from 1, the lowest, to 5, the best?"),
    ]


def _tells(complaint: Complaint) -> list[str]:
    said = [_("We know that it is not solved yet. We are sorry for the wait.")]
    if complaint.step_due_at is not None:
        when = moment(complaint.step_due_at, complaint.organisation)
        said.append(_("The next step should be done by %(when)s.") % {"when": when})
    return said
