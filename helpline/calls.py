"""Calls: taken down as a complaint, or answered at once; each saved once."""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from complaints.actors import Actor
from complaints.models import Citizen, Complaint
from complaints.refusals import Conflict, Invalid, NotAllowed
from complaints.services import Intake, merge, register
from complaints.unit import conflict
from complaints.workflow import REGISTERING_ROLES
from escalation.decisions.two_things import TwoThings
from feedback.calls import Said, told
from helpline import drafts, triage
from helpline.models import Call, WrapUpCode
from incidents.models import Incident, Membership
from incidents.services import join as join_incident
from notices.models import Article
from officers.models import Officer, Organisation

HOW = Membership.How.KEY
REGISTERED, JOINED, INFORMED = "W01", "W02", "W05"


@dataclass(frozen=True)
class Line:
    """The call itself, apart from what it was about."""

    key: str
    officer: Officer
    organisation: Organisation
    source: str
    language: str
    started_at: datetime
    phone: str = ""
    citizen: Citizen | None = None


def take_complaint(
    line: Line,
    intake: Intake,
    *,
    join: Complaint | None = None,
    incident: Incident | None = None,
    two: TwoThings | None = None,
    actor: Actor,
    at: datetime,
) -> Call:
    """Register, and join to an open one or to an incident, or divide, if asked. A
    second Save finds the first."""
    done = _saved_before(line)
    if done is not None:
        return done
    try:
        # Not one unit of work: routing must be done before it is joined.
        with transaction.atomic():
            call = _open(line, at)
            complaint = register(intake, actor=actor, at=at)
            if join is not None:
                complaint.refresh_from_db()
                merge(complaint, parent=join, actor=actor, at=at)
            if incident is not None:
                join_incident(complaint, incident, actor=actor, at=at, by=HOW)
            if two is not None:
                _divide(complaint, two, actor, at)
            call.complaint = complaint
            call.citizen_id = complaint.citizen_id
            call.wrap_up = _code(JOINED if join or incident else REGISTERED)
            call.save(update_fields=["complaint", "citizen", "wrap_up"])
            drafts.discard(line.officer, line.key)
            return call
    except IntegrityError:
        done = _saved_before(line)
        if done is None:
            raise
        return done


def _divide(complaint: Complaint, two: TwoThings, actor: Actor, at: datetime) -> None:
    own, other = two.first.category, two.second
    triage.divide(
        complaint, own=own, text=other.text, category=other.category, actor=actor,
        at=at,
    )  # fmt: skip


def give_information(
    line: Line,
    *,
    article: Article | None,
    wrap_up: WrapUpCode | None,
    actor: Actor,
    at: datetime,
) -> Call:
    """A call that needs no complaint: what was told, and how it counts."""
    if not actor.roles() & REGISTERING_ROLES:
        raise NotAllowed(_("Your role does not allow taking calls."))
    code = wrap_up or _code(INFORMED)
    if code is None:
        raise Invalid(_("Choose how the call ended."), field="wrap_up")
    done = _saved_before(line)
    if done is not None:
        return done
    try:
        with transaction.atomic():
            call = _open(line, at)
            call.article = article
            call.ended_at = at
            _count(call, code)
            call.save()
            drafts.discard(line.officer, line.key)
            return call
    except IntegrityError:
        done = _saved_before(line)
        if done is None:
            raise
        return done


def end(call: Call, *, wrap_up: WrapUpCode, actor: Actor, at: datetime) -> Call:
    """The agent's last key: how the call ended."""
    if actor.officer is None or call.officer_id != actor.officer.pk:
        raise NotAllowed(_("Only the agent who took this call can end it."))
    _count(call, wrap_up)
    call.ended_at = call.ended_at or at
    call.save(update_fields=["wrap_up", "first_contact", "ended_at"])
    return call


def record_answer(
    complaint: Complaint,
    said: Said,
    *,
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> None:
    """What the citizen said when called back; a call that was owed is made with it."""
    if version is not None and version != complaint.version:
        raise conflict(complaint)
    told(complaint, said, actor=actor, at=at)


def _open(line: Line, at: datetime) -> Call:
    return Call.objects.create(
        key=line.key,
        officer=line.officer,
        organisation=line.organisation,
        source=line.source,
        language=line.language,
        phone=line.phone,
        citizen=line.citizen,
        started_at=min(line.started_at, at),
    )


def _saved_before(line: Line) -> Call | None:
    call = Call.objects.filter(key=line.key).first()
    if call is not None and call.officer_id != line.officer.pk:
        raise Conflict(_("This page was opened by somebody else. Start a new call."))
    return call


def _count(call: Call, code: WrapUpCode) -> None:
    call.wrap_up = code
    call.first_contact = code.counts_as == WrapUpCode.CountsAs.FCR


def _code(code: str) -> WrapUpCode | None:
    return WrapUpCode.objects.filter(code=code).first()
