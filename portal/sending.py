"""One press, one complaint: however often the button is pressed or the page sent."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from django.core import signing
from django.db import IntegrityError, transaction

from complaints.actors import SYSTEM_ACTOR, Actor
from complaints.links import citizen_actor
from complaints.models import Complaint
from complaints.refusals import Refused
from complaints.services import Intake, merge, register
from incidents.current import find_open
from incidents.models import Incident, Membership
from incidents.services import join
from officers.models import Organisation
from operations.idempotency import Answer, fingerprint, recall, remember

_SCOPE = "portal.send"
_SALT, _INCIDENT_SALT = "portal.similar", "portal.incident"
_CITIZEN = Actor(kind="citizen", by="web")


def sent_before(key: str, print_: str) -> Complaint | None:
    """The complaint that this form made already."""
    answer = recall(_SCOPE, _key(key, print_), print_)
    if answer is None:
        return None
    return Complaint.objects.filter(number=answer.body["number"]).first()


def send(
    intake: Intake,
    *,
    key: str,
    print_: str,
    follow: Complaint | None,
    at: datetime,
    incident: Incident | None = None,
) -> Complaint:
    """Register it and, when the citizen said "the same", join it to the other one, or
    to the incident.

    One transaction but two units of work: routing must see it registered, not joined.
    """
    if incident is not None and intake.category is None:
        intake = replace(intake, category=incident.category)
    try:
        with transaction.atomic():
            complaint = register(intake, actor=_CITIZEN, at=at)
            if follow is not None:
                complaint.refresh_from_db()
                merge(complaint, parent=follow, actor=SYSTEM_ACTOR, at=at)
            if incident is not None:
                _join(complaint, incident, at)
            answer = Answer(303, {"number": complaint.number})
            remember(_SCOPE, _key(key, print_), print_, answer, at=at)
    except IntegrityError:
        # A second press at the same moment was first: its complaint is the one.
        first = sent_before(key, print_)
        if first is None:
            raise
        return first
    return Complaint.objects.select_related("organisation").get(pk=complaint.pk)


def _join(complaint: Complaint, incident: Incident, at: datetime) -> None:
    actor = citizen_actor(complaint)
    try:
        join(complaint, incident, actor=actor, at=at, by=Membership.How.TAP)
    except Refused:
        pass  # it was repaired just now: the complaint goes its own way


def print_of(values: Iterable[tuple[str, str]]) -> str:
    """Two different texts from one page are two complaints."""
    return fingerprint(*(f"{name}={value}".encode() for name, value in sorted(values)))


def _key(key: str, print_: str) -> str:
    return f"{key[:64]}:{print_[:32]}"


def follow_mark(complaint: Complaint) -> str:
    """Names an open complaint of others on the page, without its number."""
    return signing.dumps(complaint.pk, salt=_SALT)


def followed(mark: str) -> Complaint | None:
    if not mark:
        return None
    try:
        pk = signing.loads(mark, salt=_SALT, max_age=24 * 3600)
    except signing.BadSignature:
        return None
    # The mark stands for a complaint that this visitor was shown as similar.
    return Complaint.objects.visible_to(SYSTEM_ACTOR).open().filter(pk=pk).first()


def incident_mark(incident: Incident) -> str:
    """Names an open incident that this visitor was shown."""
    return signing.dumps(incident.pk, salt=_INCIDENT_SALT)


def marked_incident(organisation: Organisation, mark: str) -> Incident | None:
    try:
        pk = signing.loads(mark, salt=_INCIDENT_SALT, max_age=24 * 3600)
    except signing.BadSignature:
        return None
    return find_open(organisation, pk)
