"""What no machine could read, until a person has: try again, or make the complaint."""

import logging
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from channels_in.models import Inbound
from complaints.actors import Actor
from complaints.models import Complaint
from complaints.refusals import Conflict
from complaints.services import Intake, register
from complaints.workflow import DESK
from officers.trees import organisation_subtree

ROLES = frozenset(DESK)
BY_HAND = "by_hand"
State = Inbound.State
# Who did what with which row: kept at a level that is always written.
log = logging.getLogger(__name__)


def visible_to(actor: Actor) -> "QuerySet[Inbound]":
    """Those that came to an account of an organisation whose desk this person is."""
    reach = {
        pk
        for posting in actor.postings
        if posting.role in ROLES
        for pk in organisation_subtree(posting.organisation_id)
    }
    return Inbound.objects.filter(
        state=State.DEAD, account__organisation_id__in=reach
    ).select_related("account__organisation")


def try_again(row: Inbound, *, actor: Actor, at: datetime) -> None:
    """From the beginning, with all its tries."""
    won = Inbound.objects.filter(pk=row.pk, state=State.DEAD).update(
        state=State.WAITING, attempts=0, not_before=at, claim="", error=""
    )
    if not won:
        raise _gone()
    _note(row, "tried again", actor)


@transaction.atomic
def make_complaint(
    row: Inbound, intake: Intake, *, actor: Actor, at: datetime
) -> Complaint:
    """A person read what no machine could; the row is done with it, once."""
    complaint = register(intake, actor=actor, at=at)
    won = Inbound.objects.filter(pk=row.pk, state=State.DEAD).update(
        state=State.DONE,
        complaint=complaint,
        sender=intake.phone or row.sender,
        error=BY_HAND,
        done_at=at,
    )
    if not won:
        raise _gone()  # and with it the complaint
    _note(row, f"made complaint {complaint.pk}", actor)
    return complaint


def _gone() -> Conflict:
    return Conflict(_("Somebody else dealt with this message already."))


def _note(row: Inbound, deed: str, actor: Actor) -> None:
    who = actor.officer.pk if actor.officer else None
    log.warning("dead letter %s: %s by officer %s", row.pk, deed, who)
