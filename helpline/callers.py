"""Who is on the line: known by number, e-mail, consumer number or name."""

from dataclasses import dataclass, field

from complaints.actors import Actor
from complaints.models import Citizen, Complaint, Connection, ContactPoint
from complaints.people import EMAIL, PHONE, connections_of
from complaints.phones import BadEmail, BadPhone, parse_email, parse_phone
from complaints.search import digits_of, hits, terms_of
from complaints.text import fold
from helpline.queues import organisations_of
from officers.trees import root_of

MOST_CANDIDATES = 6


@dataclass
class Caller:
    """What the desk knows of the person; empty where nobody was asked for."""

    typed: str = ""
    phone: str = ""  # E.164
    email: str = ""
    citizen: Citizen | None = None
    connection: Connection | None = None
    connections: list[Connection] = field(default_factory=list)
    complaints: list[Complaint] = field(default_factory=list)
    # Several people of that name: the agent asks and picks.
    candidates: list[Citizen] = field(default_factory=list)

    @property
    def contact_typed(self) -> bool:
        return bool(self.phone or self.email)


def find(
    typed: str,
    actor: Actor,
    *,
    chosen: int | None = None,
    connection_number: str = "",
    country: str = "IN",
) -> Caller:
    """Look one field up in the order phone, e-mail, consumer number, name."""
    caller = Caller(typed=typed.strip())
    roots = {root_of(pk) for pk in organisations_of(actor)}
    _read_contact(caller, country)
    number = digits_of(connection_number) or connection_number.strip()
    if not number and not caller.contact_typed:
        number = digits_of(caller.typed)
    caller.connection = _connection(number, actor)
    caller.citizen = _person(caller, roots, chosen)
    if caller.citizen is None and not caller.contact_typed and not number:
        caller.candidates = _by_name(caller.typed, roots)
        if len(caller.candidates) == 1:
            caller.citizen = caller.candidates.pop()
    _fill(caller, actor)
    return caller


def _read_contact(caller: Caller, country: str) -> None:
    try:
        caller.phone = parse_phone(caller.typed, country)
    except BadPhone:
        try:
            caller.email = parse_email(caller.typed)
        except BadEmail:
            pass


def _connection(number: str, actor: Actor) -> Connection | None:
    if not number:
        return None
    return (
        Connection.objects.filter(
            number=number, organisation_id__in=organisations_of(actor)
        )
        .select_related("citizen", "area", "organisation")
        .first()
    )


def _person(caller: Caller, roots: set[int], chosen: int | None) -> Citizen | None:
    if chosen is not None:
        found = Citizen.objects.filter(pk=chosen, root_id__in=roots, erased_at=None)
        return found.first()
    if caller.contact_typed:
        channel = PHONE if caller.phone else EMAIL
        point = (
            ContactPoint.objects.filter(
                root_id__in=roots,
                channel=channel,
                address=caller.phone or caller.email,
            )
            .select_related("citizen")
            .first()
        )
        if point:
            return point.citizen
    return caller.connection.citizen if caller.connection else None


def _by_name(typed: str, roots: set[int]) -> list[Citizen]:
    """People whose name holds every word, by way of their complaints' index."""
    words = fold(typed).split()
    if not words or len(max(words, key=len)) < 2:
        return []
    ids = hits(terms_of(typed))[:200]
    people = Citizen.objects.filter(
        pk__in=Complaint.objects.filter(pk__in=ids).values("citizen_id"),
        root_id__in=roots,
    ).order_by("-pk")[:50]
    named = [p for p in people if all(word in p.search_text for word in words)]
    return named[:MOST_CANDIDATES]


def _fill(caller: Caller, actor: Actor) -> None:
    if caller.citizen is None:
        return
    # Shown, not taken: a pothole is seldom where the caller's meter is.
    caller.connections = connections_of(caller.citizen)
    caller.complaints = list(
        Complaint.objects.visible_to(actor)
        .open()
        .filter(citizen=caller.citizen)
        .select_related("category", "office", "organisation")
        .order_by("-registered_at")[:5]
    )
