"""Who is acting, and what today's postings let them see and do."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal, Self
from zoneinfo import ZoneInfo

from complaints.workflow import CITIZEN, SYSTEM
from officers.models import Officer, Posting, Role
from officers.reference import organisations
from officers.trees import area_subtree, organisation_subtree

if TYPE_CHECKING:
    from complaints.models import Complaint

# Which roles are scoped how. ADMIN reads no complaints at all.
OWN_JOBS = frozenset({Role.FIELD_STAFF})
APPEALS = frozenset({Role.APPELLATE_AUTHORITY})
NO_COMPLAINTS = frozenset({Role.ADMIN})
# See confidential complaints (theft, conduct of staff) of every department.
TRUSTED = frozenset(
    {
        Role.AGENT, Role.SUPERVISOR, Role.DISPATCHER, Role.COMMISSIONER,
        Role.MONITORING_TEAM, Role.PRIVACY_OFFICER, Role.APPELLATE_AUTHORITY,
    }
)  # fmt: skip


@dataclass(frozen=True)
class Actor:
    """A person or the system at the door; `by` is how a desk heard it ("phone")."""

    kind: Literal["citizen", "officer", "system"]
    officer: Officer | None = None
    postings: tuple[Posting, ...] = ()
    citizen_id: int | None = None
    complaint_id: int | None = None  # a citizen who holds one complaint's link
    by: str = ""

    @classmethod
    def of(cls, officer: Officer, at: datetime) -> Self:
        """An officer with the postings of the day it is in their organisation."""
        held = Posting.objects.filter(officer=officer).order_by("pk")
        known = organisations.get()
        for posting in held:
            if posting.organisation_id in known:
                posting.organisation = known[posting.organisation_id]
        postings = tuple(posting for posting in held if _holds(posting, at))
        return cls(kind="officer", officer=officer, postings=postings)

    def roles(self) -> frozenset[str]:
        return frozenset(posting.role for posting in self.postings)

    def marks(self) -> list[str]:
        """A job that works for somebody keeps them: did a posting end since?"""
        return sorted(mark_of(posting) for posting in self.postings)

    def covering(self, complaint: "Complaint") -> Iterator[Posting]:
        return (p for p in self.postings if covers(p, complaint))

    def roles_on(self, complaint: "Complaint") -> frozenset[str]:
        """The roles that count for this one complaint."""
        if self.kind == "system":
            return frozenset({SYSTEM})
        if self.kind == "citizen":
            return frozenset({CITIZEN})
        return frozenset(p.role for p in self.covering(complaint))


SYSTEM_ACTOR = Actor(kind="system")


def mark_of(posting: Posting) -> str:
    """What the posting lets its holder see, in one code."""
    parts = (
        posting.pk, posting.role, posting.organisation_id, posting.area_id,
        posting.department_id,
    )  # fmt: skip
    return ":".join(str(part) for part in parts)


def _holds(posting: Posting, at: datetime) -> bool:
    """Both ends of a posting are days in the organisation's own time zone."""
    day = at.astimezone(ZoneInfo(posting.organisation.timezone)).date()
    if posting.valid_from and day < posting.valid_from:
        return False
    return not (posting.valid_to and day > posting.valid_to)


def covers(posting: Posting, complaint: "Complaint") -> bool:
    """Does this posting give its role over this complaint now?"""
    if posting.role in NO_COMPLAINTS:
        return False
    if complaint.organisation_id not in organisation_subtree(posting.organisation_id):
        return False
    if posting.role in OWN_JOBS:
        return complaint.owner_id == posting.officer_id
    if posting.role in APPEALS:
        return True
    if posting.area_id and complaint.office_id not in area_subtree(posting.area_id):
        return False
    if posting.department_id:
        return complaint.department_id == posting.department_id
    return not _hidden_from(posting, complaint)


def _hidden_from(posting: Posting, complaint: "Complaint") -> bool:
    if posting.role in TRUSTED:
        return False
    return bool(complaint.category and complaint.category.confidential)
