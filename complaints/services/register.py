"""The first door: a complaint comes in, by whatever way."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext_lazy as _

from complaints import reference
from complaints.actors import Actor
from complaints.models import (
    Attachment,
    Category,
    Complaint,
    Connection,
    Custody,
)
from complaints.models.complaint import Kind
from complaints.number import new_number
from complaints.people import find_or_create_citizen, known_citizen
from complaints.refusals import Invalid, NotAllowed
from complaints.services.ledger import attach, hand_over
from complaints.text import search_text
from complaints.unit import door, first_event
from complaints.wording import words
from complaints.workflow import REGISTERING_ROLES
from officers.models import Area, Organisation

OLDEST = timedelta(days=3 * 365)
NUMBER_TRIES = 5
# A program that takes complaints speaks with nobody, whoever it signs in as.
BY_PROGRAM = "api"
# 72 bits in 12 letters: a link of 22 would make every Hindi SMS one part longer.
# Guessing goes over the network, where it is counted; see docs/adr/0006.
TOKEN_BYTES = 9


@dataclass(frozen=True)
class Intake:
    """What a door knows when somebody complains. Only text and organisation must be.

    `phone` is E.164, `email` lower case (complaints/phones.py makes them so);
    `received_at` is for paper that came earlier than it was typed; `account` the code
    of the number, handle or mailbox that it was written to.
    """

    organisation: Organisation
    text: str
    source: str
    language: str = "en"
    kind: str = Kind.COMPLAINT
    category: Category | None = None
    area: Area | None = None
    connection: Connection | None = None
    place: str = ""
    pin: str = ""
    latitude: float | None = None
    longitude: float | None = None
    name: str = ""
    phone: str = ""
    email: str = ""
    files: tuple[Attachment, ...] = ()
    received_at: datetime | None = None
    account: str = ""
    # the complaint whose text spoke of this as well (complaints/services/splitting.py)
    split_of: Complaint | None = None


def register(intake: Intake, *, actor: Actor, at: datetime) -> Complaint:
    """Store the complaint, number it, and let routing, clock and notices react."""
    if actor.kind == "officer" and not actor.roles() & REGISTERING_ROLES:
        raise NotAllowed(_("Your role does not allow taking complaints."))
    text = words(intake.text, "text", least=3)
    received = _received(intake, at)
    for tries_left in reversed(range(NUMBER_TRIES)):
        number = new_number()
        try:
            with _undone_alone():
                return _register(intake, number, text, received, actor=actor, at=at)
        except IntegrityError:
            # Taken numbers and two messages of one new person at the same moment
            # are tried again; anything else would fail for ever.
            if not tries_left or not _may_pass(number, intake):
                raise
    raise AssertionError("unreachable: the last try returns or raises")


@contextmanager
def _undone_alone() -> Iterator[None]:
    """A try that failed can be made again: within a caller's transaction only where a
    savepoint stands before it, else the whole unit of work is the try."""
    with transaction.atomic() if connection.in_atomic_block else nullcontext():
        yield


@door
def _register(
    intake: Intake,
    number: str,
    text: str,
    received: datetime,
    *,
    actor: Actor,
    at: datetime,
) -> Complaint:
    complaint = _insert(intake, number, text, received, actor)
    event = first_event(
        complaint,
        "registered",
        actor=actor,
        at=at,
        data={"source": intake.source, "by": actor.by}
        | ({"account": intake.account} if intake.account else {})
        | _split_of(intake),
    )
    attach(event, intake.files)
    hand_over(complaint, Custody.Holder.DESK, "registered", complaint.registered_at)
    return complaint


def _split_of(intake: Intake) -> dict[str, int]:
    return {"split_of": intake.split_of.pk} if intake.split_of else {}


def _received(intake: Intake, at: datetime) -> datetime:
    received = intake.received_at or at
    if received > at + timedelta(minutes=5):
        raise Invalid(_("This date lies in the future."), field="received_at")
    if received < at - OLDEST:
        raise Invalid(
            _("This date is more than three years ago. Please check it."),
            field="received_at",
        )
    return received


def _may_pass(number: str, intake: Intake) -> bool:
    taken = Complaint.objects.filter(number=number).exists()
    return taken or bool(known_citizen(intake))


def _insert(
    intake: Intake, number: str, text: str, received: datetime, actor: Actor
) -> Complaint:
    spoken_to = actor.kind == "officer" and actor.by != BY_PROGRAM
    place = words(intake.place, "place", limit=300) if intake.place.strip() else ""
    if intake.split_of is not None:
        citizen = intake.split_of.citizen
    else:
        citizen = find_or_create_citizen(intake, received, spoken_to=spoken_to)
    source = reference.source(intake.source)
    if source is None:
        raise Invalid(
            _("The way in “%(code)s” is not known."),
            {"code": intake.source},
            field="source",
        )
    return Complaint.objects.create(
        number=number,
        token=secrets.token_urlsafe(TOKEN_BYTES),
        version=1,
        kind=intake.kind,
        organisation=intake.organisation,
        received_by=intake.organisation,
        citizen=citizen,
        connection=intake.connection,
        source=source,
        category=intake.category,
        **_gravity(intake.category),
        area=intake.area,
        place=place,
        pin=intake.pin,
        latitude=intake.latitude,
        longitude=intake.longitude,
        language=intake.language,
        text=text,
        search_text=search_text(
            number, text, place, citizen.search_text if citizen else ""
        ),
        registered_at=received,
    )


def _gravity(category: Category | None) -> dict[str, str]:
    """How bad and how long, as the category says; the defaults until one is known."""
    if category is None:
        return {}
    return {"criticality": category.criticality, "horizon": category.horizon}
