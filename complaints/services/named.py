"""Whom and what a door may name: an office, its people, and how much one may have."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from complaints.actors import Actor
from complaints.models import Complaint
from complaints.refusals import Invalid, Refused
from officers.models import Area, Department, Officer, Organisation, Posting
from officers.trees import area_path, organisation_path


def where(
    office: Area | None,
    department: Department | None,
    owner: Officer | None,
) -> dict[str, int | None]:
    return {
        "office": office.pk if office else None,
        "department": department.pk if department else None,
        "officer": owner.pk if owner else None,
    }


def area_of(office: Area | None, organisation: Organisation) -> None:
    if office and office.organisation_id not in organisation_path(organisation.pk):
        raise Invalid(
            _("This office does not belong to that organisation."), field="office"
        )


def belongs(
    owner: Officer | None, organisation: Organisation, office: Area, at: datetime
) -> None:
    """An owner must hold a posting that covers the office on that day."""
    area_of(office, organisation)
    if owner is None:
        return
    day = at.astimezone(ZoneInfo(organisation.timezone)).date()
    posted = Posting.objects.on(day).filter(
        officer=owner, organisation_id__in=organisation_path(organisation.pk)
    )
    areas = set(area_path(office.pk))
    if not any(p.area_id is None or p.area_id in areas for p in posted):
        raise Invalid(_("This officer has no posting at that office."), field="owner")


def has_room(owner: Officer | None, actor: Actor) -> None:
    """Nobody hoards: above a limit one takes no more from others by oneself."""
    most: int = settings.MOST_OPEN_PER_OFFICER
    if owner is None or actor.officer is None or owner.pk != actor.officer.pk:
        return
    mine = Complaint.objects.open().filter(owner=owner)
    if most and len(mine.values_list("pk", flat=True)[:most]) >= most:
        raise Refused(
            _("%(n)s open complaints are with you, the most that one person may have."
              " Finish some, or let a colleague take this one."),
            {"n": most},
            code="too_much_open",
        )  # fmt: skip
