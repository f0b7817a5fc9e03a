"""The doors of incidents: declare, update, join, leave, restore, close.

Keyword-only after the row, with `actor` and `at`, as the doors of complaints are. News
are written here and told by a job: an incident may have ten thousand members.
"""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from complaints.actors import Actor
from complaints.models import Attachment, Category, Cause
from complaints.refusals import Conflict, NotAllowed, Refused
from incidents import current, guards
from incidents.members import join as join
from incidents.members import leave as leave
from incidents.models import Incident, Update
from incidents.scope import may_manage
from officers.models import Area, Organisation
from operations.jobs import enqueue

TELL, JOIN = "tell_incident", "join_incident"
UNSET: Any = object()
State, Kind = Incident.State, Update.Kind


@transaction.atomic
def declare(
    *,
    organisation: Organisation,
    area: Area,
    category: Category,
    cause: Cause | None = None,
    note: str = "",
    expected_at: datetime | None = None,
    join_open: bool = False,
    actor: Actor,
    at: datetime,
) -> Incident:
    """One fault for a whole place; with `join_open` what is open there joins it."""
    if not may_manage(actor, organisation=organisation, area=area, category=category):
        raise NotAllowed(_("An incident is declared by a manager of that place."))
    guards.fits(organisation, area, category)
    try:
        with transaction.atomic():
            incident = Incident.objects.create(
                organisation=organisation,
                area=area,
                category=category,
                cause=guards.cause_of(cause, organisation),
                note=guards.note_of(note),
                expected_at=guards.ahead(expected_at, at),
                declared_by=actor.officer,
                declared_at=at,
            )
    except IntegrityError:
        raise Conflict(
            _("This is declared for that place already."), field="area"
        ) from None
    news = _write_down(incident, Kind.DECLARED, actor, at)
    current.changed()
    if join_open:
        _ask(JOIN, {"update": news.pk}, actor, at)
    return incident


@transaction.atomic
def update(
    incident: Incident,
    *,
    expected_at: datetime | None = UNSET,
    cause: Cause | None = UNSET,
    note: str = UNSET,
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> Incident:
    """A new expected time, cause or words; every member is told once."""
    guards.managed(incident, actor)
    given: dict[str, Any] = {}
    if expected_at is not UNSET and expected_at != incident.expected_at:
        given["expected_at"] = guards.ahead(expected_at, at)
    if cause is not UNSET and cause != incident.cause:
        given["cause"] = guards.cause_of(cause, incident.organisation)
    if note is not UNSET and guards.note_of(note) != incident.note:
        given["note"] = guards.note_of(note)
    if not given:
        raise Refused(_("Nothing is different. Change the time, cause or words."))
    _write(incident, version, (State.OPEN,), **given)
    kind = Kind.EXPECTED if "expected_at" in given else Kind.CAUSE
    _tell(incident, kind, actor, at)
    return incident


@transaction.atomic
def restore(
    incident: Incident,
    *,
    cause: Cause | None = UNSET,
    note: str = UNSET,
    files: tuple[Attachment, ...] = (),
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> Incident:
    """Repaired: each member becomes solved, and its citizen is asked whether it is.

    What the kind of work demands in proof is shown here, once for all: the cause, and
    a photo where one is needed.
    """
    guards.managed(incident, actor)
    found = guards.proven(incident, incident.cause if cause is UNSET else cause, files)
    given: dict[str, Any] = {} if note is UNSET else {"note": guards.note_of(note)}
    _write(
        incident,
        version,
        (State.OPEN,),
        state=State.RESTORED,
        restored_at=at,
        cause=guards.cause_of(found, incident.organisation),
        **given,
    )
    photos = [file.pk for file in files]
    _tell(incident, Kind.RESTORED, actor, at, photos=photos)
    return incident


@transaction.atomic
def close(
    incident: Incident, *, actor: Actor, at: datetime, version: int | None = None
) -> Incident:
    """Over. Members that are still open go on as complaints of their own."""
    guards.managed(incident, actor)
    _write(
        incident,
        version,
        (State.OPEN, State.RESTORED),
        state=State.CLOSED,
        closed_at=at,
    )
    _tell(incident, Kind.CLOSED, actor, at)
    return incident


# What they write ----------------------------------------------------------------------


def _write(
    incident: Incident, version: int | None, states: tuple[str, ...], **fields: Any
) -> None:
    """Compare-and-set: of two at once one wins, the other is told who it was."""
    seen = incident.version if version is None else version
    won = Incident.objects.filter(
        pk=incident.pk, version=seen, state__in=states
    ).update(version=F("version") + 1, **fields)
    if not won:
        raise _conflict(incident)
    for name, value in fields.items():
        setattr(incident, name, value)
    incident.version = seen + 1
    current.changed()


def _conflict(incident: Incident) -> Conflict:
    rows = Update.objects.filter(incident=incident).select_related("by")
    last = rows.order_by("-pk").first()
    return Conflict(
        _("%(who)s was first: %(what)s. Look at the incident again, then decide."),
        {
            "who": (last and last.by) or _("the system"),
            "what": last.get_kind_display() if last else "",
        },
    )


def _write_down(incident: Incident, kind: str, actor: Actor, at: datetime) -> Update:
    return Update.objects.create(
        incident=incident,
        kind=kind,
        expected_at=incident.expected_at,
        cause=incident.cause,
        at=at,
        by=actor.officer,
    )


def _tell(
    incident: Incident,
    kind: str,
    actor: Actor,
    at: datetime,
    photos: list[int] | None = None,
) -> None:
    news = _write_down(incident, kind, actor, at)
    _ask(TELL, {"update": news.pk, "photos": photos or []}, actor, at)


def _ask(kind: str, args: dict[str, Any], actor: Actor, at: datetime) -> None:
    asked_by = actor.officer.pk if actor.officer else None
    enqueue(kind, args=args, requested_by=asked_by, at=at)
