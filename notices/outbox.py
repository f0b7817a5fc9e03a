"""The outbox: what is owed to whom, written in the transaction of the change itself.

A notice is unique by (event, kind, recipient), so that a reaction tried again doubles
nothing. All notices of one unit of work are one statement, at its end.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from complaints.models import Complaint, Event, Message
from complaints.number import grouped
from complaints.people import email_of, phone_of
from complaints.unit import is_new, latest, owe, read_ahead
from notices import dlt
from notices.accounts import Leaves, leaves_from
from notices.blanks import names_in
from notices.kinds import CITIZEN, KINDS, STAFF, URGENT, Kind
from notices.models import Notice
from notices.quiet import closing, not_before
from notices.reference import with_names
from notices.render import EMAIL, SMS, Rendered, one_line, render
from notices.texts import Chosen, MissingTemplateError, chosen
from notices.values import Case, values_of
from officers.models import Officer, Organisation

# A complaint with more joined ones is an incident, whose news is a job of its own.
MOST_JOINED = 500
# Blanks filled by what somebody said.
SAID = frozenset({"text", "ask", "why"})
# What a citizen does by a message and waits to hear of, at whatever hour.
OWN_ACTS = frozenset({"disputed", "reopened", "appealed", "closed"})
VOICE = "voice"  # an automatic call; only where it is asked for by name
_POINTS_AT = (
    "organisation_id", "received_by_id", "office_id", "area_id", "category_id",
    "reject_reason_id", "source_id",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Recipient:
    channel: str
    address: str


def tell_citizen(
    event: Event, key: str, /, *, at: datetime | None = None, **values: object
) -> None:
    """Owe the citizen a message; those of joined complaints hear it as well.

    `values` fill blanks that the complaint cannot (see notices/kinds.py): texts,
    numbers, moments, or rows with names. An `url` given here is the citizen's alone.
    `at` is for what is told later than its event: hours and expiry count from it.
    """
    at = at or event.at
    kind = KINDS[key]
    about = _named(latest(event))
    said = _said(event) if kind.blanks & SAID else ""
    case = citizen_case(about, about, values, happened=event.kind, said=said)
    _owe(write(case, key, at=at, event=event))
    if not kind.joined:
        return
    shared = {name: value for name, value in values.items() if name != "url"}
    for other in _joined_to(about):
        case = citizen_case(other, about, shared, happened=event.kind, said=said)
        _owe(write(case, kind.joined, at=at, event=event))


def tell_officer(
    event: Event,
    officer: Officer,
    key: str,
    /,
    *,
    at: datetime | None = None,
    **values: object,
) -> None:
    """Owe an officer a message, by phone or else by e-mail."""
    if not officer.is_active:
        return
    complaint = _named(latest(event))
    wanted = KINDS[key].blanks
    case = Case(
        complaint=complaint,
        about=complaint,
        speaker=complaint.organisation,
        language=officer.language or complaint.organisation.default_language,
        happened=event.kind,
        said=_said(event) if wanted & SAID else "",
        phone=phone_of(complaint.citizen) if "ctel" in wanted else "",
        email=email_of(complaint.citizen) if "ctel" in wanted else "",
        officer=officer,
        given=values,
    )
    _owe(write(case, key, at=at or event.at, event=event))


def _named(complaint: Complaint) -> Complaint:
    """With its names; once, as long as it points at the same rows."""
    points_at = tuple(map(complaint.__dict__.get, _POINTS_AT))
    known = "organisation" in complaint._state.fields_cache  # not read again since
    if not known or complaint.__dict__.get("_named") != points_at:
        with_names(complaint)
        complaint.__dict__["_named"] = points_at
    return complaint


def _joined_to(about: Complaint) -> list[Complaint]:
    joined = read_ahead("parents", about.pk)
    if is_new(about) or (joined is not None and about.pk not in joined):
        return []
    rows = (
        Complaint.objects.filter(parent=about)
        .select_related("citizen")
        .prefetch_related("citizen__contacts")
        .order_by("pk")
    )
    return [with_names(row) for row in rows[:MOST_JOINED]]


def _said(event: Event) -> str:
    """The words that came with it; those of a change that is being made are at hand."""
    if event.said is None:
        rows = Message.objects.filter(event=event, complaint=event.complaint_id)
        event.said = rows.order_by("pk").values_list("text", flat=True).first() or ""
    return event.said


def citizen_case(
    complaint: Complaint,
    about: Complaint,
    values: Mapping[str, object],
    *,
    happened: str = "",
    said: str = "",
) -> Case:
    """One complaint as its citizen is told of it; `about` is the one worked on."""
    citizen = complaint.citizen
    language = complaint.language or (citizen.language if citizen else "")
    return Case(
        complaint=complaint,
        about=about,
        speaker=complaint.received_by,
        language=language or complaint.received_by.default_language,
        happened=happened,
        said=said,
        given=values,
    )


def _address(case: Case) -> _Recipient | None:
    if case.officer is not None:
        return _first(case.officer.phone, case.officer.email)
    citizen = case.complaint.citizen
    if case.by == VOICE:
        number = phone_of(citizen)
        return _Recipient(VOICE, number) if number else None
    phone = phone_of(citizen) if case.by in ("", SMS) else ""
    return _first(phone, email_of(citizen) if case.by in ("", EMAIL) else "")


def _first(phone: str, email: str) -> _Recipient | None:
    if phone:
        return _Recipient(SMS, phone)
    return _Recipient(EMAIL, email) if email else None


def write(
    case: Case, key: str, *, at: datetime, event: Event | None, cause: str = ""
) -> Notice | None:
    """The row, not saved; None where nobody can be reached, or an optional text is not
    there. `cause` takes the event's place for what no event brought about."""
    recipient = _address(case)
    kind = KINDS[key]
    if recipient is None:
        return None
    about, organisation = case.about, case.speaker
    leaves = leaves_from(recipient.channel, about.received_by, about.organisation)
    try:
        said, text = written(key, case, recipient.channel, leaves)
    except MissingTemplateError:
        if kind.optional:
            return None
        raise
    urgent = about.emergency
    awake = urgent or (kind.audience == CITIZEN and _has_just_written(event))
    start = at if awake else not_before(at, organisation, kind, recipient.channel)
    to_citizen = case.officer is None
    times = timed(kind, at, start, urgent=urgent)
    if kind.rings:
        end = closing(start, organisation, kind)
        times["expires_at"] = min(times["expires_at"], end)
    return Notice(
        complaint=case.complaint,
        event=event,
        cause=cause,
        kind=key,
        audience=CITIZEN if to_citizen else STAFF,
        citizen_id=case.complaint.citizen_id if to_citizen else None,
        officer=case.officer,
        account_id=leaves.pk if leaves else None,
        channel=recipient.channel,
        recipient=recipient.address,
        **worded(said, text, registered=leaves is not None and leaves.registered),
        **times,
    )


def _has_just_written(event: Event | None) -> bool:
    """Of what a citizen ends or opens again by a message the answer is awaited."""
    if event is None or event.kind not in OWN_ACTS:
        return False
    return event.actor_kind == CITIZEN and bool(event.data.get("by"))


def worded(said: Rendered, text: Chosen, *, registered: bool) -> dict[str, Any]:
    """The fields of a notice that hold what is said."""
    return {
        "language": text.language,
        "subject": said.subject,
        "text": said.text,
        "segments": said.segments,
        "template_id": text.registered_id if registered else "",
    }


def timed(
    kind: Kind, at: datetime, start: datetime, *, urgent: bool = False
) -> dict[str, Any]:
    """The fields of a notice that hold when it may leave, and before which others."""
    return {
        "priority": min(kind.priority, URGENT) if urgent else kind.priority,
        "created_at": at,
        "not_before": start,
        "expires_at": start + kind.keeps,
    }


def written(
    key: str, case: Case, channel: str, leaves: Leaves | None
) -> tuple[Rendered, Chosen]:
    """The words as they leave from that account. Raises MissingTemplateError."""
    text = chosen(key, case.speaker, _other(case), case.language, channel)
    if text.language != case.language:
        case = replace(case, language=text.language)
    wording, fit = text.text, None
    if leaves is not None and leaves.registered:
        wording, fit = dlt.fit(text.text, text.registered_text, leaves.variable_limit)
    with override(text.language):
        said = render(wording, values_of(case, names_in(wording)), channel, fit)
        if channel == EMAIL:
            said = _as_letter(said, case)
    return said, text


def _other(case: Case) -> Organisation:
    """Whose texts serve where the speaker's tree has none of this kind."""
    about = case.about
    return about.received_by if case.officer is not None else about.organisation


def _as_letter(said: Rendered, case: Case) -> Rendered:
    """A subject and a link for the texts that were written for SMS."""
    link = values_of(case, ["url"])["url"].text
    body = [said.text]
    if link not in said.text:
        body.append(_("Follow it here: %(url)s") % {"url": link})
    body.append(_("This message was sent by a machine. Please do not answer it."))
    subject = said.subject or _("%(organisation)s: complaint %(number)s") % {
        "organisation": case.speaker.name_in(case.language),
        "number": grouped(case.complaint.number),
    }
    return Rendered(one_line(subject), "\n\n".join(body), 0)


def _owe(notice: Notice | None) -> None:
    if notice is not None:
        owe(notice)
