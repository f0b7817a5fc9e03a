"""One job as the phone shows it: place, person, words, and what may be done now."""

from dataclasses import dataclass
from urllib.parse import quote

from django.http import Http404
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.models import Complaint
from complaints.number import WrongNumber, check
from complaints.people import masked_contact, phone_of
from fieldwork import story
from fieldwork.access import Staff
from fieldwork.deeds import Deed, offered
from fieldwork.story import Story
from incidents.current import incident_of
from incidents.models import Incident

_RELATED = (
    "category__department", "office", "department", "area", "organisation", "owner",
    "citizen", "source", "cause", "connection",
)  # fmt: skip
_LARGE = (
    "search_text", "office__boundary", "office__words", "area__boundary", "area__words",
    "category__words",
)  # fmt: skip
# What must be known before one rings the bell.
BEGINS = ("take", "start", "resume")
FLAGS: dict[str, str | Promise] = {
    "senior": _("Senior citizen"),
    "life_support": _("Life support at home"),
}


class UnknownError(Http404):
    """No such job for this person; `mistyped` when the number itself is wrong."""

    def __init__(self, *, mistyped: bool) -> None:
        super().__init__()
        self.mistyped = mistyped


@dataclass(frozen=True)
class Contact:
    name: str
    masked: str
    tel: str  # the whole number, only on the own open job
    flags: list[str | Promise]


@dataclass(frozen=True)
class Place:
    text: str
    area: str
    pin: str
    geo: str  # opens the phone's own map
    map_url: str


@dataclass(frozen=True)
class Job:
    complaint: Complaint
    own: bool
    held: bool  # by an office of this person; else they only held it before
    contact: Contact
    place: Place
    story: Story
    big: list[Deed]
    others: list[Deed]
    incident: Incident | None

    @property
    def main(self) -> str:
        """The one button in colour: what begins the work, else what ends it."""
        names = [deed.name for deed in self.big]
        begins = [name for name in names if name in BEGINS]
        return (begins or names[-1:] or [""])[0]


def find(staff: Staff, number: str) -> Complaint:
    try:
        wanted = check(number)
    except WrongNumber:
        raise UnknownError(mistyped=True) from None
    found = (
        Complaint.objects.visible_to(staff.actor)
        .select_related(*_RELATED)
        .defer(*_LARGE)
        .filter(number=wanted)
        .first()
    )
    if found is None:
        raise UnknownError(mistyped=False)
    return found


def gather(complaint: Complaint, staff: Staff) -> Job:
    deeds = offered(complaint, staff)
    own = complaint.owner_id == staff.officer.pk
    held = bool(staff.actor.roles_on(complaint))
    return Job(
        complaint=complaint,
        own=own,
        held=held,
        contact=_contact(complaint, own=own and held, held=held),
        place=_place(complaint),
        story=story.tell(complaint),
        big=[deed for deed in deeds if deed.big],
        others=[deed for deed in deeds if not deed.big],
        incident=incident_of(complaint) if held else None,
    )


def _contact(complaint: Complaint, *, own: bool, held: bool) -> Contact:
    """Masked for everybody; who does the work may call until it is solved."""
    citizen = complaint.citizen
    return Contact(
        name=citizen.name if citizen and held else "",
        masked=masked_contact(citizen) if held else "",
        tel=phone_of(citizen) if own and complaint.is_open else "",
        flags=[
            FLAGS[flag] for flag in (citizen.flags if citizen and held else ())
            if flag in FLAGS
        ],
    )  # fmt: skip


def _place(complaint: Complaint) -> Place:
    connection = complaint.connection
    text = complaint.place or (connection.address if connection else "")
    area = complaint.area.name if complaint.area else ""
    latitude, longitude = complaint.latitude, complaint.longitude
    if latitude is None or longitude is None:
        named = ", ".join(filter(None, [text, area, complaint.pin]))
        # The words stay on the phone: no outside service is asked with them.
        geo = f"geo:0,0?q={quote(named)}" if named else ""
        return Place(text, area, complaint.pin, geo, "")
    point = f"{latitude:.6f},{longitude:.6f}"
    url = (
        f"https://www.openstreetmap.org/?mlat={latitude:.6f}&mlon={longitude:.6f}"
        f"#map=18/{latitude:.6f}/{longitude:.6f}"
    )
    return Place(text, area, complaint.pin, f"geo:{point}?q={point}", url)
