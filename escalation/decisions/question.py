"""What a complaint says, registered or not yet: all that routing may look at."""

from dataclasses import dataclass

from complaints.models import Category, Complaint, Connection
from complaints.models.complaint import Kind
from complaints.services import Intake
from escalation import reference
from officers.models import Area, Organisation


@dataclass(frozen=True)
class Question:
    """`organisation` is the one that received it; `account` the code of the number,
    handle or mailbox it was written to."""

    organisation: Organisation
    text: str
    kind: str = Kind.COMPLAINT
    category: Category | None = None
    area: Area | None = None
    connection: Connection | None = None
    place: str = ""
    pin: str = ""
    point: tuple[float, float] | None = None
    source: str = ""
    account: str = ""
    language: str = ""
    connection_kind: str = ""

    @classmethod
    def asked(cls, intake: Intake) -> "Question":
        return cls(
            organisation=intake.organisation,
            text=intake.text,
            kind=intake.kind,
            category=intake.category,
            area=intake.area,
            connection=intake.connection,
            place=intake.place,
            pin=intake.pin,
            point=_point(intake.latitude, intake.longitude),
            source=intake.source,
            account=intake.account,
            language=intake.language,
            connection_kind=_kind(intake.connection),
        )

    @classmethod
    def registered(cls, complaint: Complaint, account: str = "") -> "Question":
        """Its keys are looked up in the process's caches, not in the database."""
        return cls(
            organisation=reference.organisation(complaint.organisation_id),
            text=complaint.text,
            kind=complaint.kind,
            category=reference.category(complaint.category_id),
            area=reference.area(complaint.area_id),
            connection=complaint.connection,
            place=complaint.place,
            pin=complaint.pin,
            point=_point(complaint.latitude, complaint.longitude),
            source=reference.source_code(complaint.source_id),
            account=account,
            language=complaint.language,
            connection_kind=_kind(complaint.connection),
        )


def _kind(connection: Connection | None) -> str:
    return connection.kind if connection else ""


def _point(
    latitude: float | None, longitude: float | None
) -> tuple[float, float] | None:
    if latitude is None or longitude is None:
        return None
    return (latitude, longitude)
