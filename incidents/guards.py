"""The checks that the doors of an incident make."""

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from complaints.actors import Actor
from complaints.models import Attachment, Category, Cause
from complaints.refusals import Invalid, NotAllowed, missing
from complaints.wording import words
from incidents.models import NOTE_LIMIT, Incident
from incidents.scope import may_manage, near
from officers.models import Area, Organisation
from officers.trees import organisation_path

LATEST = timedelta(days=60)


def fits(organisation: Organisation, area: Area, category: Category) -> None:
    if area.organisation_id not in near(organisation.pk):
        raise Invalid(_("This place belongs to another organisation."), field="area")
    if category.organisation_id not in organisation_path(organisation.pk):
        raise Invalid(
            _("This category belongs to another organisation."), field="category"
        )
    if category.confidential:
        raise Invalid(_("A confidential kind cannot be an incident."), field="category")


def managed(incident: Incident, actor: Actor) -> None:
    if not may_manage(
        actor,
        organisation=incident.organisation,
        area=incident.area,
        category=incident.category,
    ):
        raise NotAllowed(_("This is decided by a manager of that place."))


def cause_of(cause: Cause | None, organisation: Organisation) -> Cause | None:
    if cause and cause.organisation_id not in organisation_path(organisation.pk):
        raise Invalid(_("This cause belongs to another organisation."), field="cause")
    return cause


def note_of(note: str) -> str:
    return words(note, "note", limit=NOTE_LIMIT) if note.strip() else ""


def ahead(expected_at: datetime | None, at: datetime) -> datetime | None:
    if expected_at is not None and not at < expected_at <= at + LATEST:
        raise Invalid(
            _("The expected time must lie ahead, at most 60 days."), field="expected_at"
        )
    return expected_at


def proven(
    incident: Incident, cause: Cause | None, files: tuple[Attachment, ...]
) -> Cause:
    """What a resolution of this kind needs, shown here once for all members."""
    if cause is None:
        raise missing("cause")
    if incident.category.photo_required and not files:
        raise Invalid(
            _("This kind of work needs a photo of the result."),
            code="photo_required",
            field="photo",
        )
    return cause
