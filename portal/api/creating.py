"""POST /api/v1/complaints/: what a program tells, and the one door it goes through."""

from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from complaints import attachments
from complaints import reference as ways_in
from complaints.actors import Actor
from complaints.models import Attachment, Complaint, Connection
from complaints.models.complaint import Kind
from complaints.phones import BadEmail, BadPhone, parse_email, parse_phone
from complaints.refusals import Invalid
from complaints.services import Intake, register
from complaints.services.guards import is_outside
from complaints.services.register import BY_PROGRAM
from complaints.wording import LONGEST_TEXT
from complaints.workflow import DESK
from incidents.services import join
from notices.links import status_url
from officers.models import Organisation
from officers.names import LANGUAGE_CODES
from officers.trees import organisation_subtree
from operations.idempotency import Answer
from portal.api import codes, known, showing
from portal.api.authentication import Caller
from portal.api.errors import Taken
from portal.api.inputs import (
    Choice,
    Code,
    Codes,
    Decimal,
    Moment,
    Strict,
    Text,
    Whole,
)
from portal.fields import digits
from portal.forms import PIN_LENGTHS
from portal.models import ExternalNumber

FILE = r"^[A-Za-z0-9_-]{1,64}$"
MOST_FILES = 3
_ANY_PIN = tuple(range(3, 11))


class New(Strict):
    """A complaint. Only `text` must be there; the office is found by what is."""

    text = Text(min_length=3, max_length=LONGEST_TEXT)
    organisation = Code(required=False, help_text="Your own, or one below it.")
    kind = Choice(choices=Kind.values, default=Kind.COMPLAINT.value)
    category = Code(required=False)
    area = Code(required=False)
    place = Text(required=False, allow_blank=True, max_length=300)
    pin = Text(required=False, allow_blank=True, max_length=20)
    latitude = Decimal(required=False, min_value=-90, max_value=90)
    longitude = Decimal(required=False, min_value=-180, max_value=180)
    connection = Text(
        required=False, allow_blank=True, max_length=40, help_text="Consumer number."
    )
    name = Text(required=False, allow_blank=True, max_length=200)
    phone = Text(required=False, allow_blank=True, max_length=40)
    email = Text(required=False, allow_blank=True, max_length=254)
    language = Choice(
        choices=LANGUAGE_CODES, required=False, help_text="We write to them in it."
    )
    source = Code(  # type: ignore[assignment]  # a name, not DRF's attribute
        required=False, help_text="How it came to you; else `api`."
    )
    external_id = Code(required=False, help_text="Your own number, used once.")
    attachments = Codes(child=Code(FILE), required=False, max_length=MOST_FILES)
    received_at = Moment(required=False)
    incident = Whole(
        required=False,
        min_value=1,
        help_text="An open incident that it is part of: `incidents` of an answer.",
    )


def make(caller: Caller, given: dict[str, Any]) -> tuple[Complaint, Answer]:
    """Registered, and named as the program calls it, or neither."""
    intake = _intake(caller, given)
    actor = Actor(
        kind="officer", officer=caller.officer, postings=caller.actor.postings,
        by=BY_PROGRAM,
    )  # fmt: skip
    external_id = given.get("external_id", "")
    incident = known.asked_for(intake.organisation, given.get("incident"))
    if not external_id and incident is None:
        # No transaction of ours round the door's: it would cost a savepoint.
        complaint = register(intake, actor=actor, at=caller.at)
    else:
        with transaction.atomic():
            complaint = register(intake, actor=actor, at=caller.at)
            if external_id:
                _keep_name(caller, complaint, external_id)
            if incident is not None:
                join(complaint, incident, actor=actor, at=caller.at, by="api")
    told = _told(complaint, external_id)
    return complaint, Answer(
        201, told | {"incidents": known.fitting(complaint, caller.at)}
    )


def link(complaint: Complaint, caller: Caller) -> str:
    """The citizen's own link only to a desk that has no part in the office.

    Whoever holds it can confirm and rate the work as the citizen, which an office must
    not do with its own; a desk may record their word anyway.
    """
    desk = caller.actor.roles_on(complaint) & frozenset(DESK)
    if desk and is_outside(complaint, caller.actor):
        return status_url(complaint)
    page = reverse("portal:status", args=[complaint.number])
    return f"{settings.PUBLIC_URL}{page}"


def _told(complaint: Complaint, external_id: str) -> dict[str, Any]:
    """Kept with the Idempotency-Key: codes and names of things, no secret."""
    return {
        "number": complaint.number,
        "status": str(complaint.status),
        "version": complaint.version,
        "registered_at": complaint.registered_at.isoformat(),
        "due_at": complaint.due_at.isoformat() if complaint.due_at else None,
        "organisation": showing.named(complaint.organisation),
        "office": showing.named_office(complaint.office),
        "category": showing.named(complaint.category),
        "external_id": external_id,
    }


def _keep_name(caller: Caller, complaint: Complaint, external_id: str) -> None:
    mine = ExternalNumber.objects.filter(
        officer=caller.officer, external_id=external_id
    )
    try:
        with transaction.atomic():
            ExternalNumber.objects.create(
                officer=caller.officer, external_id=external_id, complaint=complaint
            )
    except IntegrityError:
        raise Taken(mine.values_list("complaint__number", flat=True)[0]) from None


def _intake(caller: Caller, given: dict[str, Any]) -> Intake:
    actor, at = caller.actor, caller.at
    latitude, longitude = _point(given)
    organisation = codes.receiving(actor, given.get("organisation", ""))
    return Intake(
        organisation=organisation,
        text=given["text"],
        source=_source(given.get("source", "")),
        language=given.get("language") or organisation.default_language,
        kind=given["kind"],
        category=codes.category(organisation, given.get("category", ""), at),
        area=codes.area(organisation, given.get("area", ""), at),
        connection=_connection(organisation, given.get("connection", "")),
        place=given.get("place", ""),
        pin=_pin(organisation, given.get("pin", "")),
        latitude=latitude,
        longitude=longitude,
        name=given.get("name", ""),
        phone=_phone(organisation, given.get("phone", "")),
        email=_email(given.get("email", "")),
        files=claimed(given.get("attachments", [])),
        received_at=given.get("received_at"),
    )


def claimed(tokens: list[str]) -> tuple[Attachment, ...]:
    """Photos that were stored before; the door takes each only once."""
    found = [attachments.unclaimed(token) for token in tokens]
    if None in found:
        raise Invalid(
            _("This photo is no longer there. Please send it again."),
            code="photo_gone",
            field="attachments",
        )
    return tuple(each for each in found if each is not None)


def _source(code: str) -> str:
    if code and ways_in.source(code) is None:
        raise codes.unknown("source")
    return code or ("api" if ways_in.source("api") else "web")


def _point(given: dict[str, Any]) -> tuple[float | None, float | None]:
    """Half a point is none."""
    latitude, longitude = given.get("latitude"), given.get("longitude")
    if (latitude is None) != (longitude is None):
        field = "longitude" if longitude is None else "latitude"
        raise Invalid(_("Send latitude and longitude, or neither."), field=field)
    return latitude, longitude


def _phone(organisation: Organisation, typed: str) -> str:
    try:
        return parse_phone(typed, organisation.country) if typed else ""
    except BadPhone:
        raise Invalid(
            _(
                "This is not a phone number. "
                "From another country, start with + and its code."
            ),
            field="phone",
        ) from None


def _email(typed: str) -> str:
    try:
        return parse_email(typed) if typed else ""
    except BadEmail:
        raise Invalid(
            _("This is not an e-mail address. It looks like name@example.org."),
            field="email",
        ) from None


def _pin(organisation: Organisation, typed: str) -> str:
    found = digits(typed)
    lengths = PIN_LENGTHS.get(organisation.country, _ANY_PIN)
    if typed and len(found) not in lengths:
        raise Invalid(
            _("A PIN code has %(n)s digits. Please check it, or leave it empty."),
            {"n": lengths[0]},
            field="pin",
        )
    return found


def _connection(organisation: Organisation, typed: str) -> Connection | None:
    if not typed:
        return None
    number = "".join(typed.split()).upper()
    if digits(number) and not number.isascii():
        number = digits(number)
    found = (
        Connection.objects.filter(
            number=number,
            organisation_id__in=organisation_subtree(organisation.pk),
        )
        .select_related("area", "citizen")
        .first()
    )
    if found is None:
        raise Invalid(
            _("We do not know this consumer number. Check it, or leave it empty."),
            field="connection",
        )
    return found
