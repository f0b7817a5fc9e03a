"""Who may look at figures, and the complaints they count."""

from collections.abc import Callable, Collection
from functools import reduce
from operator import or_

from django.db.models import Exists, OuterRef, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.actors import Actor
from complaints.models import Complaint, Custody
from complaints.refusals import NotAllowed
from complaints.scope import ComplaintQuerySet
from complaints.workflow import HEADS
from officers.models import Posting, Role
from officers.trees import area_subtree, organisation_subtree
from reports.periods import Period

OFFICE_ROLES = frozenset({*HEADS, Role.MONITORING_TEAM, Role.AUDITOR})
REPORT_ROLES = OFFICE_ROLES | {Role.SUPERVISOR}
# Legs that end because the complaint went to somebody else.
SENT_ON = ("forwarded", "bounced")


def reporting(actor: Actor) -> Actor:
    """The actor with only the postings that may see reports. Raises NotAllowed."""
    return _only(
        actor,
        REPORT_ROLES,
        _("Reports are for heads of offices, supervisors and managers."),
    )


def heading(actor: Actor) -> Actor:
    """The actor with only the postings that see an office's figures."""
    return _only(
        actor, OFFICE_ROLES, _("The office page is for heads of offices and managers.")
    )


def _only(actor: Actor, roles: Collection[str], refusal: str | Promise) -> Actor:
    postings = tuple(p for p in actor.postings if p.role in roles)
    if not postings:
        raise NotAllowed(refusal)
    return Actor(kind="officer", officer=actor.officer, postings=postings)


def counted(actor: Actor) -> ComplaintQuerySet:
    """What the actor's offices answer for now: each complaint counts once, there."""
    return Complaint.objects.held_by(actor)


def sent_on(actor: Actor, period: Period) -> ComplaintQuerySet:
    """What left the actor's offices in the period for one that is not theirs.

    The ledger tells: a leg of ours ended at the moment the next one began elsewhere.
    """
    ours = _any(actor, _leg)
    ended = Custody.objects.filter(
        ours, complaint=OuterRef("complaint"), to_at=OuterRef("from_at")
    )
    elsewhere = Custody.objects.filter(
        ~ours,
        Exists(ended),
        why__in=SENT_ON,
        from_at__gte=period.start,
        from_at__lt=period.end,
    )
    # From the few legs to their complaints, not from all complaints to their legs.
    return Complaint.objects.visible_to(actor).filter(
        pk__in=elsewhere.values("complaint")
    )


def _any(actor: Actor, part: Callable[[Posting], Q]) -> Q:
    return reduce(or_, (part(posting) for posting in actor.postings))


def _leg(posting: Posting) -> Q:
    """The legs of the ledger that were this posting's."""
    scope = Q(organisation_id__in=organisation_subtree(posting.organisation_id))
    if posting.area_id:
        scope &= Q(office_id__in=area_subtree(posting.area_id))
    if posting.department_id:
        scope &= Q(department_id=posting.department_id)
    return scope
