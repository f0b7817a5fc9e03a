"""Citizens: found by how they can be reached, within one root organisation."""

from datetime import datetime
from typing import TYPE_CHECKING

from complaints.models import Citizen, Complaint, Connection, ContactPoint
from complaints.models.citizen import surest_first
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
    """Who is behind this phone or e-mail; a new person by name alone; or nobody.

    Two messages of one new person at the same moment: one raises IntegrityError, and
    `register` asks again.
    """
    name = words(intake.name, "name", limit=200) if intake.name.strip() else ""
    given = _given(intake)
    root = root_of(intake.organisation.pk)
    if not given:
        # A consumer number alone names nobody: anybody may have read it off a bill.
        return _create(root, name, intake.language, [], at) if name else None
    found = known_citizen(intake)
    if found is None:
        return _create(root, name, intake.language, given, at)
    if spoken_to:
        _learn(found, root, name, given)
    return found


def known_citizen(intake: "Intake") -> Citizen | None:
    root = root_of(intake.organisation.pk)
    for channel, address in _given(intake):
        found = by_contact(root, channel, address)
        if found:
            return found
    return None


def _given(intake: "Intake") -> list[tuple[str, str]]:
    contacts: list[tuple[str, str]] = [(PHONE, intake.phone), (EMAIL, intake.email)]
    return [(channel, address) for channel, address in contacts if address]


def by_contact(root: int, channel: str, address: str) -> Citizen | None:
    """Who is reached so, with all other ways to reach them, by one query."""
    points = ContactPoint.objects.filter(
        citizen__contacts__root_id=root,
        citizen__contacts__channel=channel,
        citizen__contacts__address=address,
    ).select_related("citizen")
    ways = surest_first(points)
    if not ways:
        return None
    citizen = ways[0].citizen
    citizen.ways = ways
    return citizen


def _create(
    root: int,
    name: str,
    language: str,
    given: list[tuple[str, str]],
    at: datetime,
) -> Citizen:
    citizen = Citizen.objects.create(
        root_id=root,
        name=name,
        language=language,
        search_text=search_text(name, *(a for _c, a in given)),
        created_at=at,
    )
    citizen.ways = ContactPoint.objects.bulk_create(
        ContactPoint(citizen=citizen, root_id=root, channel=channel, address=address)
        for channel, address in given
    )
    return citizen


def _learn(
    citizen: Citizen, root: int, name: str, given: list[tuple[str, str]]
) -> None:
    """A known person may give a further way to be reached, never take another's.

    Only to somebody who speaks with them: on a page, anybody could add their own
    e-mail to the phone number of a stranger.
    """
    known = {(way.channel, way.address) for way in citizen.ways}
    for channel, address in given:
        if (channel, address) not in known and not by_contact(root, channel, address):
            way = ContactPoint.objects.create(
                citizen=citizen, root_id=root, channel=channel, address=address
            )
            citizen.ways.append(way)
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
    return next((way.address for way in citizen.ways if way.channel == channel), "")


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
