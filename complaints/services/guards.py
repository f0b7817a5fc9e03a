"""The checks every door makes, and those of single actions."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from complaints.actors import Actor
from complaints.labels import stage_label
from complaints.models import Attachment, Cause, Complaint, Event
from complaints.models.category import Horizon
from complaints.models.complaint import ClosedHow
from complaints.refusals import Invalid, NotAllowed, Refused, WrongStage, missing
from complaints.unit import conflict
from complaints.workflow import (
    BY_ACTION,
    CITIZEN,
    HEADS,
    OFFICE,
    OUTSIDE,
    Transition,
)
from officers.models import Posting, Role
from officers.trees import area_subtree, organisation_subtree

# Whose word counts at which level of the ladder.
SECOND = 2
RANKS: dict[str, int] = {
    Role.SUPERVISOR: 2, Role.DEPT_HEAD: 2, Role.ZONE_HEAD: 3, Role.COMMISSIONER: 4,
}  # fmt: skip
# How far a level may promise: short work, and all other.
MOST_DAYS_TAKEN = (7, 30)
MOST_REOPENS = 2
MOST_BOUNCES = 2
OPENED_AGAIN = ("disputed", "reopened")
# "by" of the event that opened it again: not the citizen's word.
BY_PROOF = "proof"


def permit(
    complaint: Complaint, action: str, actor: Actor, version: int | None = None
) -> Transition:
    """The transition, if this actor may take it now. Raises Refused."""
    if version is not None and version != complaint.version:
        raise conflict(complaint)
    row = BY_ACTION[action]
    if not row.roles & actor.roles_on(complaint):
        raise NotAllowed(
            _("Your role does not allow this. Ask the office that holds it.")
        )
    if complaint.status not in row.sources:
        raise WrongStage(
            _("This cannot be done now: the complaint is at the stage “%(stage)s”."),
            {"stage": stage_label(complaint.status)},
        )
    if action in OUTSIDE:
        outside_only(complaint, actor)
    return row


def may(complaint: Complaint, action: str, actor: Actor) -> bool:
    """Would `permit` let them? For the buttons on a page."""
    row = BY_ACTION[action]
    if complaint.status not in row.sources or not row.roles & actor.roles_on(complaint):
        return False
    return action not in OUTSIDE or is_outside(complaint, actor)


def is_outside(complaint: Complaint, actor: Actor) -> bool:
    """Has this officer no part in the office that did the work? Others have none.

    By place alone: who may not read a confidential complaint of their own office, or
    has the field work of another job there, is no outsider to it.
    """
    officer = actor.officer
    if officer is None:
        return True
    took_part = (complaint.owner_id, complaint.responsible_id, complaint.resolved_by_id)
    if officer.pk in took_part:
        return False
    return not any(_of_the_office(posting, complaint) for posting in actor.postings)


def outside_only(complaint: Complaint, actor: Actor) -> None:
    if not is_outside(complaint, actor):
        raise NotAllowed(
            _(
                "You belong to the office that did this work."
                " Somebody outside it must take the citizen's word."
            ),
            code="own_office",
        )


def _of_the_office(posting: Posting, complaint: Complaint) -> bool:
    if posting.role not in (*OFFICE, Role.FIELD_STAFF):
        return False
    if complaint.organisation_id not in organisation_subtree(posting.organisation_id):
        return False
    if posting.area_id and complaint.office_id not in area_subtree(posting.area_id):
        return False
    departments = (None, complaint.department_id)
    return complaint.department_id is None or posting.department_id in departments


def is_head(complaint: Complaint, actor: Actor) -> bool:
    return bool(actor.roles_on(complaint) & set(HEADS))


def cause_given(complaint: Complaint, cause: Cause | None) -> Cause:
    if cause is None:
        raise missing("cause")
    return cause


def photo_given(complaint: Complaint, files: tuple[Attachment, ...]) -> None:
    """Categories one can photograph need the officer's photo of the finished work."""
    if complaint.category and complaint.category.photo_required and not files:
        raise Invalid(
            _("This kind of work needs a photo of the result."),
            code="photo_required",
            field="photo",
        )


def lies_ahead(new_date: datetime, at: datetime) -> None:
    if new_date <= at:
        raise Invalid(_("The new date must lie ahead."), field="new_date")
    if new_date > at + timedelta(days=730):
        raise Invalid(_("The new date is too far away."), field="new_date")


def level_waits(complaint: Complaint, actor: Actor) -> None:
    """Is it at a level, whose word is awaited, and is this the word of that level?

    The officer whom the ladder named, or a head of that level or above: the second
    level cannot stop what has climbed past it.
    """
    if complaint.level < SECOND or complaint.step_reason != "level":
        raise Invalid(_("No level above the first is waited for now."), code="no_wait")
    heads = actor.roles_on(complaint) & RANKS.keys()
    if any(RANKS[role] >= complaint.level for role in heads):
        return
    if actor.officer is None or complaint.raised_to_id != actor.officer.pk:
        raise NotAllowed(
            _("It has climbed past this level: the next one must take it up.")
        )


def may_take_up(complaint: Complaint, actor: Actor) -> bool:
    """For the button on a page."""
    try:
        level_waits(complaint, actor)
    except Refused:
        return False
    return may(complaint, "take_up", actor)


def within_levels_reach(complaint: Complaint, until: datetime, at: datetime) -> None:
    short = complaint.horizon == Horizon.IMMEDIATE
    most = MOST_DAYS_TAKEN[0 if short else 1]
    if until <= at:
        raise Invalid(_("The new date must lie ahead."), field="until")
    if until > at + timedelta(days=most):
        raise Invalid(
            _("Choose a date within %(days)s days."), {"days": most}, field="until"
        )
    before = Event.objects.filter(complaint=complaint, kind="taken_up")
    if before.filter(data__level=complaint.level).exists():
        raise Invalid(
            _("This level took it up before. The next one decides."), code="taken"
        )


def reopen_until(complaint: Complaint) -> datetime | None:
    """Until when the citizen may say "not solved": end of that day, local time."""
    since = complaint.closed_at or complaint.resolved_at
    if since is None:
        return None
    days = complaint.organisation.reopen_days
    if complaint.category and complaint.category.reopen_days:
        days = complaint.category.reopen_days
    zone = ZoneInfo(complaint.organisation.timezone)
    day = (since + timedelta(days=days)).astimezone(zone)
    return day.replace(hour=23, minute=59, second=59, microsecond=0)


def within_window(complaint: Complaint, at: datetime) -> None:
    until = reopen_until(complaint)
    if until is not None and at > until:
        raise Refused(
            _("The time to open it again is over. You can make an appeal."),
            code="window_over",
        )


def reopens_left(complaint: Complaint) -> bool:
    """Twice; after an allowed appeal there is no limit any more.

    What an office found false itself is not taken from the citizen's two.
    """
    if complaint.appealed_at is not None or complaint.reopened < MOST_REOPENS:
        return True
    again = Event.objects.filter(complaint=complaint, kind__in=OPENED_AGAIN)
    return complaint.reopened - again.filter(data__by=BY_PROOF).count() < MOST_REOPENS


def reopens_used() -> Refused:
    return Refused(
        _("It was opened again twice already. You can make an appeal."),
        code="reopens_used",
    )


def not_final(complaint: Complaint) -> None:
    if complaint.closed_how == ClosedHow.DISMISSED:
        raise Refused(
            _("An appeal was decided already. It is final."), code="appeal_used"
        )


def bounces_left(complaint: Complaint, actor: Actor) -> None:
    """Sent back twice, it is sent back no more: the second level decides who has it."""
    if complaint.bounced < MOST_BOUNCES:
        return
    if is_head(complaint, actor):
        raise NotAllowed(
            _("It was sent back twice already. Take it up, or decide who has it.")
        )
    raise NotAllowed(
        _("It was sent back twice already: the office head must decide now.")
    )


def bounced_enough(complaint: Complaint) -> None:
    if complaint.bounced < MOST_BOUNCES:
        raise Refused(
            _("It was not sent back twice yet: take it up, or send it back."),
            code="bounces_left",
        )


def may_cancel(complaint: Complaint, actor: Actor) -> None:
    """A danger to others is not the caller's to withdraw."""
    dangerous = complaint.emergency or (
        complaint.category is not None and complaint.category.safety
    )
    roles = actor.roles_on(complaint)
    if dangerous and Role.SUPERVISOR not in roles and CITIZEN not in roles:
        raise NotAllowed(_("This may be dangerous: only a supervisor can withdraw it."))
    if dangerous and CITIZEN in roles:
        raise NotAllowed(
            _("This may be dangerous to others. Please call %(phone)s to withdraw it."),
            {"phone": complaint.organisation.phone},
        )
