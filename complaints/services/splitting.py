"""Two things in one text: the second becomes a complaint in its own right."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from complaints.actors import Actor
from complaints.models import Category, Complaint, Event
from complaints.refusals import Conflict, Invalid, Refused
from complaints.services.guards import permit
from complaints.services.register import Intake, register
from complaints.unit import change, door
from complaints.wording import words
from officers.models import Area
from officers.trees import organisation_path

MOST_PARTS = 4


def split(
    complaint: Complaint,
    *,
    text: str,
    category: Category,
    actor: Actor,
    at: datetime,
    area: Area | None = None,
    version: int | None = None,
) -> Complaint:
    """Register the second thing of a text: the complaint that it became.

    It has its own number and its own promise, from the moment the first came in. Each
    has an event with the other's key ("split", "registered"). Asked twice, the second
    time finds what the first made.
    """
    said = words(text, "text", least=3)
    done = _made_before(complaint, said, category)
    if done is not None:
        return done
    try:
        return _split(
            complaint, said, category, area, actor=actor, at=at, version=version
        )
    except Conflict:
        done = _made_before(complaint, said, category)
        if done is None:
            raise
        return done


@door
def _split(
    complaint: Complaint,
    said: str,
    category: Category,
    area: Area | None,
    *,
    actor: Actor,
    at: datetime,
    version: int | None,
) -> Complaint:
    permit(complaint, "split", actor, version)
    if category.organisation_id not in organisation_path(complaint.organisation_id):
        raise Invalid(
            _("This category belongs to another organisation."), field="category"
        )
    if len(others_of(complaint)) >= MOST_PARTS:
        raise Refused(_("It was divided often enough. Register a new complaint."))
    second = register(
        _second(complaint, said, category, area), actor=actor, at=at
    )  # fmt: skip
    change(complaint, "split", actor=actor, at=at, data={"other": second.pk})
    return second


def _second(
    complaint: Complaint, said: str, category: Category, area: Area | None
) -> Intake:
    """What is known of the first holds for the second, but for what it is about."""
    source = complaint.source
    return Intake(
        organisation=complaint.received_by,
        text=said,
        source=source.code,
        language=complaint.language,
        kind=complaint.kind,
        category=category,
        area=area or complaint.area,
        connection=complaint.connection,
        place=complaint.place,
        pin=complaint.pin,
        latitude=complaint.latitude,
        longitude=complaint.longitude,
        received_at=complaint.registered_at,
        account=_account(complaint),
        split_of=complaint,
    )


def _account(complaint: Complaint) -> str:
    """To which of our numbers it was written: a rule of the desk may ask for that."""
    first = Event.objects.filter(complaint=complaint, kind="registered")
    told = first.values_list("data", flat=True).first() or {}
    return str(told.get("account", ""))


def others_of(complaint: Complaint) -> list[int]:
    """Keys of the complaints that it was divided into, or out of."""
    rows = Event.objects.filter(complaint=complaint, kind__in=("registered", "split"))
    told = rows.order_by("seq").values_list("data", flat=True)
    keys = (data.get("other") or data.get("split_of") for data in told)
    return [key for key in keys if key]


def _made_before(
    complaint: Complaint, said: str, category: Category
) -> Complaint | None:
    made = Event.objects.filter(complaint=complaint, kind="split")
    keys = [data["other"] for data in made.values_list("data", flat=True)]
    if not keys:
        return None
    same = Complaint.objects.filter(pk__in=keys, text=said, category=category)
    return same.first()
