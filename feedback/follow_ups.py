"""A rating below the average: somebody outside the office acts, then asks anew."""

import logging
from copy import copy
from datetime import datetime, timedelta
from functools import partial

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.actors import SYSTEM_ACTOR, Actor
from complaints.aside import Aside
from complaints.models import Complaint
from complaints.refusals import Conflict, Invalid, NotAllowed
from complaints.services import followed_up, low_rating
from complaints.services.guards import is_outside
from complaints.status import SOLVED_STATUSES
from complaints.unit import door
from complaints.wording import words
from feedback import owners
from feedback.models import FollowUp, Rating, RatingRequest
from feedback.reference import Reference
from feedback.working_days import working_days_after
from officers.models import Role

# Who said "not solved" or gave 1 or 2 is phoned within two working days, the others
# have a second message within the week at the latest.
PHONE_WITHIN_DAYS = 2
WRITE_WITHIN = timedelta(days=7)
WORST, MIDDLE, REST = 1, 2, 3
FOLLOWERS = frozenset({Role.SUPERVISOR, Role.AGENT, Role.QA, Role.MONITORING_TEAM})
BATCH = 20
# What could not be asked again must not hold up the others.
_aside = Aside("second question", timedelta(hours=1), logging.getLogger(__name__))


def is_low(rating: Rating, mean: float, complaint: Complaint) -> bool:
    """Below the mean, or not solved, or 1 or 2, however low the mean has sunk.

    An organisation may leave the 4s out: then they are not low, bring no event and no
    task, and stay in the figures.
    """
    if rank_of(rating.score, rating.solved) == WORST:
        return True
    if rating.score == 4 and not complaint.organisation.follow_up_fours:
        return False
    return rating.score < mean


def rank_of(score: int, solved: bool) -> int:
    """The order of the queue: not solved and 1 to 2, then 3, then 4 below the mean."""
    if not solved or score <= 2:
        return WORST
    return MIDDLE if score == 3 else REST


def open_follow_up(
    rating: Rating, complaint: Complaint, reference: Reference, at: datetime
) -> FollowUp:
    """One for each low rating; the owner is there before anybody is told."""
    rank = rank_of(rating.score, rating.solved)
    due = at + WRITE_WITHIN
    if rank == WORST:
        due = working_days_after(at, PHONE_WITHIN_DAYS, complaint.organisation)
    low_rating(
        complaint,
        rating=rating.score,
        reference=reference.mean,
        actor=SYSTEM_ACTOR,
        at=at,
    )
    return FollowUp.objects.create(
        rating=rating,
        complaint=complaint,
        reference=reference.mean,
        reference_n=reference.n,
        rank=rank,
        owner=owners.choose(complaint, at),
        created_at=at,
        due_at=due,
    )


# Acting on it -------------------------------------------------------------------------


def may_follow_up(actor: Actor, follow_up: FollowUp) -> bool:
    """Somebody of the desk, outside the office that was rated and the one it is at."""
    complaint = follow_up.complaint
    if not actor.roles_on(complaint) & FOLLOWERS:
        return False
    rated = copy(complaint)
    rated.office_id = follow_up.rating.office_id
    return is_outside(complaint, actor) and is_outside(rated, actor)


def may_take(actor: Actor, follow_up: FollowUp, at: datetime) -> bool:
    """What nobody has, what is overdue; a supervisor also what another one has."""
    if not may_follow_up(actor, follow_up) or _mine(actor, follow_up):
        return False
    free = follow_up.owner_id is None or follow_up.due_at < at
    return free or Role.SUPERVISOR in actor.roles_on(follow_up.complaint)


def _mine(actor: Actor, follow_up: FollowUp) -> bool:
    return actor.officer is not None and follow_up.owner_id == actor.officer.pk


def take_follow_up(follow_up: FollowUp, *, actor: Actor, at: datetime) -> None:
    """Put one's name on it; of two who saw it alike the first keeps it."""
    _allowed(actor, follow_up)
    if _mine(actor, follow_up):
        return
    seen = FollowUp.objects.filter(
        pk=follow_up.pk, owner=follow_up.owner_id, state=FollowUp.State.OPEN
    )
    free = may_take(actor, follow_up, at)
    if not free or not seen.update(owner=actor.officer):
        raise Conflict(_("Somebody else took this follow-up."))


@door
def close_follow_up(
    follow_up: FollowUp, *, reason: str, outcome: str, actor: Actor, at: datetime
) -> None:
    """What was behind the low rating and what was done; then the citizen is asked."""
    _allowed(actor, follow_up)
    if reason not in FollowUp.Reason.values:
        raise Invalid(_("Choose a reason."), field="reason")
    said = words(outcome, "outcome", least=5, limit=1000)
    won = FollowUp.objects.filter(pk=follow_up.pk, state=FollowUp.State.OPEN).update(
        state=FollowUp.State.DONE,
        reason=reason,
        outcome=said,
        done_at=at,
        owner=actor.officer,
    )
    if not won:
        raise Conflict(_("This follow-up was closed already."))
    _tell(follow_up, reason=reason, actor=actor, at=at)


def _allowed(actor: Actor, follow_up: FollowUp) -> None:
    if not may_follow_up(actor, follow_up):
        raise NotAllowed(
            _("A follow-up is done by the call centre, never by the office rated.")
        )


# The second question ------------------------------------------------------------------


def tick(at: datetime) -> int:
    """The second message of those that need no call and waited their whole time."""
    due = FollowUp.objects.filter(
        state=FollowUp.State.OPEN, asked_at=None, rank__gt=WORST, due_at__lte=at
    )
    _aside.take_back(at)
    found = _aside.oldest(due, "due_at", "pk", key="pk", most=BATCH)
    return sum(_aside.safely(pk, at, partial(_ask_again, pk, at)) for pk in found)


def _ask_again(pk: int, at: datetime) -> bool:
    follow_up = FollowUp.objects.select_related("rating").get(pk=pk)
    _tell(follow_up, reason="", actor=SYSTEM_ACTOR, at=at)
    return True


def _tell(follow_up: FollowUp, *, reason: str, actor: Actor, at: datetime) -> None:
    """The event, with the second question where none was put yet."""
    first = FollowUp.objects.filter(pk=follow_up.pk, asked_at=None).update(asked_at=at)
    complaint = Complaint.objects.get(pk=follow_up.complaint_id)
    ask = bool(first) and _can_be_asked(follow_up, complaint)
    if reason or ask:
        followed_up(
            complaint,
            follow_up=follow_up.pk,
            reason=reason,
            ask=ask,
            actor=actor,
            at=at,
        )


def _can_be_asked(follow_up: FollowUp, complaint: Complaint) -> bool:
    """Not while work goes on, nor beside the question of a later solving."""
    if complaint.status not in SOLVED_STATUSES:
        return False
    newer = RatingRequest.objects.filter(
        complaint=complaint, asked_at__gt=follow_up.rating.at
    )
    return not newer.exists()


def second_rated(rating: Rating) -> None:
    """The answer after a follow-up stands beside the first; it makes no new one.

    The question of a later solving is the second one too: what was opened again is
    asked by it, and by no other.
    """
    rows = FollowUp.objects.filter(complaint=rating.complaint_id, second_score=None)
    rows.filter(~Q(rating=rating)).update(second_score=rating.score)
