"""The outbox: what is owed to whom, written in the transaction of the change itself.

A notice is unique by (event, kind, recipient), so that a reaction tried again doubles
nothing. Two queries: the complaint with its contact, the rows.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import override

from complaints.actors import SYSTEM_ACTOR
from complaints.models import Complaint, ContactPoint, Event, Message
from complaints.number import grouped
from notices.accounts import account_for
from notices.blanks import names_in
from notices.kinds import CITIZEN, KINDS, STAFF, URGENT
from notices.models import Notice
from notices.quiet import not_before
from notices.reference import with_names
from notices.render import EMAIL, SMS, Rendered, one_line, render
from notices.texts import MissingTemplateError, choose
from notices.values import Case, values_of
from officers.models import Officer, Organisation

# A complaint with more joined ones is an incident, whose news is a job of its own.
MOST_JOINED = 50


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
    kind = KINDS[key]
    found = _complaints(event, joined=bool(kind.joined))
    about = found[0]
    shared = {name: value for name, value in values.items() if name != "url"}
    notices = []
    for complaint in found:
        joined = complaint.pk != about.pk
        case = _citizen_case(event, complaint, about, shared if joined else values)
        told = kind.joined if joined else key
        address = _citizen_address(complaint)
        notices.append(_notice(event, at or event.at, told, case, address))
    _owe(notices)


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
    complaint = _complaints(event, joined=False)[0]
    case = Case(
        complaint=complaint,
        about=complaint,
        speaker=complaint.organisation,
        language=officer.language or complaint.organisation.default_language,
        happened=event.kind,
        said=_said(complaint),
        phone=_annotated(complaint, "citizen_phone"),
        email=_annotated(complaint, "citizen_email"),
        officer=officer,
        given=values,
    )
    address = _first(officer.phone, officer.email)
    _owe([_notice(event, at or event.at, key, case, address)])


def _complaints(event: Event, *, joined: bool) -> list[Complaint]:
    """The event's complaint, and those joined to it, with all that a text may ask."""
    wanted = Q(pk=event.complaint_id)
    if joined:
        wanted |= Q(parent_id=event.complaint_id)
    said = Message.objects.filter(event=event, complaint=OuterRef("pk")).order_by("pk")
    rows = (
        Complaint.objects.visible_to(SYSTEM_ACTOR)
        .filter(wanted)
        .select_related("citizen", "owner")
        .annotate(
            citizen_phone=_contact(ContactPoint.Channel.PHONE),
            citizen_email=_contact(ContactPoint.Channel.EMAIL),
            said=Subquery(said.values("text")[:1]),
        )
        .order_by(
            models.Case(models.When(pk=event.complaint_id, then=0), default=1), "pk"
        )
    )
    return [with_names(row) for row in rows[: MOST_JOINED + 1]]


def _contact(channel: str) -> Subquery:
    points: models.QuerySet[ContactPoint] = ContactPoint.objects.filter(
        citizen=OuterRef("citizen_id"), channel=channel
    ).order_by(F("verified_at").desc(nulls_last=True), "pk")
    return Subquery(points.values("address")[:1])


def _annotated(complaint: Complaint, name: str) -> str:
    return str(complaint.__dict__.get(name) or "")


def _said(complaint: Complaint) -> str:
    return _annotated(complaint, "said")


def _citizen_case(
    event: Event,
    complaint: Complaint,
    about: Complaint,
    values: Mapping[str, object],
) -> Case:
    citizen = complaint.citizen
    language = complaint.language or (citizen.language if citizen else "")
    return Case(
        complaint=complaint,
        about=about,
        speaker=complaint.received_by,
        language=language or complaint.received_by.default_language,
        happened=event.kind,
        said=_said(about),
        given=values,
    )


def _citizen_address(complaint: Complaint) -> _Recipient | None:
    return _first(
        _annotated(complaint, "citizen_phone"), _annotated(complaint, "citizen_email")
    )


def _first(phone: str, email: str) -> _Recipient | None:
    if phone:
        return _Recipient(SMS, phone)
    return _Recipient(EMAIL, email) if email else None


def _notice(
    event: Event, at: datetime, key: str, case: Case, recipient: _Recipient | None
) -> Notice | None:
    """None where nobody can be reached, or an optional text is not there."""
    kind = KINDS[key]
    if recipient is None:
        return None
    try:
        written, language = _written(key, case, recipient.channel)
    except MissingTemplateError:
        if kind.optional:
            return None
        raise
    about, organisation = case.about, case.speaker
    urgent = about.emergency
    start = at
    if not urgent:
        start = not_before(at, organisation, kind, recipient.channel)
    to_citizen = case.officer is None
    return Notice(
        complaint=case.complaint,
        event=event,
        kind=key,
        audience=CITIZEN if to_citizen else STAFF,
        citizen_id=case.complaint.citizen_id if to_citizen else None,
        officer=case.officer,
        account_id=account_for(
            recipient.channel, about.received_by, about.organisation
        ),
        channel=recipient.channel,
        recipient=recipient.address,
        language=language,
        subject=written.subject,
        text=written.text,
        segments=written.segments,
        priority=min(kind.priority, URGENT) if urgent else kind.priority,
        created_at=at,
        not_before=start,
        expires_at=start + kind.keeps,
    )


def _written(key: str, case: Case, channel: str) -> tuple[Rendered, str]:
    text, language = choose(key, case.speaker, _other(case), case.language, channel)
    case = replace(case, language=language)
    with override(language):
        said = render(text, values_of(case, names_in(text)), channel)
        if channel == EMAIL:
            said = _as_letter(said, case)
    return said, language


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


def _owe(notices: Iterable[Notice | None]) -> None:
    rows: list[Any] = [notice for notice in notices if notice is not None]
    if rows:
        Notice.objects.bulk_create(rows, ignore_conflicts=True)
