"""Citizens: found by how they can be reached, within one root organisation."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from complaints.models import Citizen, Complaint, Connection, ContactPoint
from complaints.phones import masked, masked_email
from complaints.text import search_text
from complaints.wording import words
from officers.trees import root_of

if TYPE_CHECKING:
    from complaints.services.register import Intake

PHONE = ContactPoint.Channel.PHONE
EMAIL = ContactPoint.Channel.EMAIL


def find_or_create_citizen(
    intake: "Intake", at: datetime, *, spoken_to: bool
) -> Citizen | None:
    """Who is behind this phone or e-mail; a new person by name alone; or nobody."""
    name = words(intake.name, "name", limit=200) if intake.name.strip() else ""
    contacts: list[tuple[str, str]] = [(PHONE, intake.phone), (EMAIL, intake.email)]
    given = [(channel, address) for channel, address in contacts if address]
    root = root_of(intake.organisation.pk)
    if not given:
        # A consumer number alone names nobody: anybody may have read it off a bill.
        return _create(root, name, intake.language, [], at) if name else None
    for channel, address in given:
        found = by_contact(root, channel, address)
        if found:
            if spoken_to:
                _learn(found, root, name, given)
            return found
    return _create(root, name, intake.language, given, at)


def by_contact(root: int, channel: str, address: str) -> Citizen | None:
    point = (
        ContactPoint.objects.filter(root_id=root, channel=channel, address=address)
        .select_related("citizen")
        .first()
    )
    return point.citizen if point else None


def _create(
    root: int,
    name: str,
    language: str,
    given: list[tuple[str, str]],
    at: datetime,
) -> Citizen:
    try:
        with transaction.atomic():
            citizen = Citizen.objects.create(
                root_id=root,
                name=name,
                language=language,
                search_text=search_text(name, *(a for _c, a in given)),
                created_at=at,
            )
            for channel, address in given:
                ContactPoint.objects.create(
                    citizen=citizen, root_id=root, channel=channel, address=address
                )
            return citizen
    except IntegrityError:
        # Two messages of one new person at the same moment: the other row is theirs.
        for channel, address in given:
            found = by_contact(root, channel, address)
            if found:
                return found
        raise


def _learn(
    citizen: Citizen, root: int, name: str, given: list[tuple[str, str]]
) -> None:
    """A known person may give a further way to be reached, never take another's.

    Only to somebody who speaks with them: on a page, anybody could add their own
    e-mail to the phone number of a stranger.
    """
    known = set(citizen.contacts.values_list("channel", "address"))
    for channel, address in given:
        if (channel, address) not in known and not by_contact(root, channel, address):
            ContactPoint.objects.create(
                citizen=citizen, root_id=root, channel=channel, address=address
            )
    if name and not citizen.name:
        citizen.name = name
        citizen.search_text = search_text(name, *(a for _c, a in given))
        citizen.save(update_fields=["name", "search_text"])


def phone_of(citizen: Citizen | None) -> str:
    return _address(citizen, PHONE)


def email_of(citizen: Citizen | None) -> str:
    return _address(citizen, EMAIL)


def _address(citizen: Citizen | None, channel: str) -> str:
    if citizen is None:
        return ""
    # .all() so that a prefetch serves lists
    return next((c.address for c in citizen.contacts.all() if c.channel == channel), "")


def masked_contact(citizen: Citizen | None) -> str:
    """What a list may show of how to reach somebody."""
    phone = phone_of(citizen)
    if phone:
        return masked(phone)
    email = email_of(citizen)
    return masked_email(email) if email else ""


def hinted_contact(citizen: Citizen | None) -> str:
    """For the citizen's page: enough to know one's own number, and two digits less
    than open a complaint by its number."""
    shown = masked_contact(citizen)
    if "@" in shown or len(shown) < 4:
        return shown
    return f"{shown[:-4]}••{shown[-2:]}"


def connections_of(citizen: Citizen) -> list[Connection]:
    return list(citizen.connections.select_related("area")[:10])


def open_complaints_of(citizen: Citizen) -> list[Complaint]:
    return list(
        Complaint.objects.filter(citizen=citizen)
        .open()
        .select_related("category", "office", "organisation")
        .order_by("-registered_at")[:5]
    )
