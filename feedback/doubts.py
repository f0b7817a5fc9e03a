"""Proofs that contradict themselves: seen when a work is called solved, told to the
head of the office, never to the citizen.

A doubt is no verdict: it opens nothing and closes nothing until somebody has looked.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from math import asin, cos, radians, sin, sqrt

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from complaints.actors import Actor
from complaints.models import Attachment, Complaint, Event
from complaints.refusals import Conflict, Invalid, NotAllowed
from complaints.services import judge_proof
from complaints.services.guards import may
from complaints.unit import door
from complaints.workflow import BY_ACTION
from feedback.models import Doubt
from incidents.models import Membership
from notices.outbox import tell_officer
from officers.duty import head_of
from officers.models import Area, Officer
from officers.trees import organisation_subtree, root_of

Kind, Verdict = Doubt.Kind, Doubt.Verdict
JUDGES = BY_ACTION["judge_proof"].roles
# A point on a map is a street off, a village a field.
FAR_METRES, FAR_RURAL_METRES = 500, 2000
# Clocks of phones without a zone are hours off, and what was mended in the night is
# written down in the morning: a day is no contradiction.
BEFORE, AHEAD = timedelta(days=1), timedelta(hours=1)
MOST_ALIKE = 20
EARTH_METRES = 6_371_000.0


def look_at_proof(event: Event) -> None:
    """A repair for many was shown once, for all of them: incidents look at it."""
    if event.data.get("incident") or not event.data.get("photos"):
        return
    complaint = Complaint.objects.select_related("area", "department").get(
        pk=event.complaint_id
    )
    files = Attachment.objects.filter(event=event, complaint=complaint).order_by("pk")
    found = [doubt for file in files for doubt in _doubts(file, complaint, event)]
    if not found:
        return
    Doubt.objects.bulk_create(found, ignore_conflicts=True)
    head = _head(complaint, event)
    if head is not None:
        tell_officer(event, head, "staff_doubt", url=page_url())


def page_url() -> str:
    return f"{settings.PUBLIC_URL}/admin/doubts/"


def _head(complaint: Complaint, event: Event) -> Officer | None:
    """Of the office; of the level above where the head did the work."""
    for level in (2, 3, 4):
        head = head_of(
            level,
            organisation_id=complaint.organisation_id,
            office_id=complaint.office_id,
            department=complaint.department,
            at=event.at,
        )
        if head is None or head.pk != event.actor_id:
            return head
    return None


def _doubts(file: Attachment, complaint: Complaint, event: Event) -> Iterator[Doubt]:
    def doubt(kind: str, **more: object) -> Doubt:
        return Doubt(
            complaint=complaint, event=event, attachment=file, kind=kind,
            at=event.at, **more,
        )  # fmt: skip

    before = _used_before(file, complaint, event)
    if before is not None:
        yield doubt(Kind.SAME_PICTURE, other=before)
    metres = distance(file, complaint)
    if metres is not None and metres > _far(complaint.area):
        yield doubt(Kind.FAR_AWAY, metres=metres)
    if file.taken_at is None:
        return
    if file.taken_at < complaint.registered_at - BEFORE:
        yield doubt(Kind.OLD_PICTURE)
    elif file.taken_at > event.at + AHEAD:
        yield doubt(Kind.LATER_PICTURE)


def _far(area: Area | None) -> int:
    rural = area is not None and area.kind == Area.Kind.RURAL
    return FAR_RURAL_METRES if rural else FAR_METRES


def distance(file: Attachment, complaint: Complaint) -> int | None:
    """Metres along the great circle; None where either has no point."""
    if file.latitude is None or file.longitude is None:
        return None
    if complaint.latitude is None or complaint.longitude is None:
        return None
    up, up2 = radians(complaint.latitude), radians(file.latitude)
    across = radians(file.longitude - complaint.longitude)
    half = sin((up2 - up) / 2) ** 2 + cos(up) * cos(up2) * sin(across / 2) ** 2
    return round(2 * EARTH_METRES * asin(min(1.0, sqrt(half))))


def _used_before(
    file: Attachment, complaint: Complaint, event: Event
) -> Attachment | None:
    """As proof of another work of the same house, or of this one the time before.

    One picture may prove what was joined to one repair. One that looks like nothing
    has no fingerprint, and looks like no other.
    """
    if not file.fingerprint:
        return None
    house = organisation_subtree(root_of(complaint.organisation_id))
    rows = (
        # As the partial index has it: SQLite does not see that one implies the other.
        Attachment.objects.exclude(fingerprint="")
        .filter(
            fingerprint=file.fingerprint,
            event__kind="resolved",
            event__at__lte=event.at,
            complaint__organisation__in=house,
        )
        .exclude(event=event)
        .select_related("complaint")
        .order_by("pk")
    )
    alike = list(rows[:MOST_ALIKE])
    if not alike:
        return None
    together = _together_with(complaint)
    return next((each for each in alike if each.complaint_id not in together), None)


def _together_with(complaint: Complaint) -> set[int]:
    """Those with which one repair is shared: joined ones, and of one incident."""
    top = complaint.parent_id or complaint.pk
    joined = Complaint.objects.filter(Q(pk=top) | Q(parent=top))
    incidents = Membership.objects.filter(complaint=complaint).values("incident")
    members = Membership.objects.filter(incident__in=incidents)
    keys = {*joined.values_list("pk", flat=True)}
    keys |= {*members.values_list("complaint", flat=True)}
    return keys - {complaint.pk}


def doubts_for(actor: Actor) -> QuerySet[Doubt]:
    """Those of the offices that this person answers for, or watches; not of another
    office where the same person does the work."""
    judging = tuple(each for each in actor.postings if each.role in JUDGES)
    held = Complaint.objects.held_by(replace(actor, postings=judging))
    # From these few to their complaints: SQLite would list all complaints for "in".
    return Doubt.objects.filter(Exists(held.filter(pk=OuterRef("complaint"))))


def may_judge(doubt: Doubt, actor: Actor) -> bool:
    """For the buttons: never who showed the proof."""
    own = actor.officer is not None and actor.officer.pk == doubt.event.actor_id
    return not own and may(doubt.complaint, "judge_proof", actor)


@door
def judge(
    doubt: Doubt, *, done: bool, reason: str = "", actor: Actor, at: datetime
) -> int:
    """Once, for all doubts of that resolution; how many that were.

    Not done: the complaint is opened again, where it still rests on this proof.
    """
    if not done and not reason.strip():
        raise Invalid(_("Say why the work was not done."), field="reason")
    if actor.officer is not None and actor.officer.pk == doubt.event.actor_id:
        raise NotAllowed(_("This is your own work. Somebody else must look at it."))
    complaint = Complaint.objects.select_related(
        "category", "organisation", "office", "department", "area", "owner", "citizen"
    ).get(pk=doubt.complaint_id)
    last = Event.objects.filter(complaint=complaint, kind="resolved").latest("seq")
    won = Doubt.objects.filter(event=doubt.event_id, verdict="").update(
        verdict=Verdict.FINE if done else Verdict.FALSE,
        decided_by=actor.officer,
        decided_at=at,
    )
    if not won:
        raise Conflict(_("Somebody has decided this already."))
    judge_proof(
        complaint,
        doubt_id=doubt.pk,
        done=done,
        reason=reason,
        reopen=last.pk == doubt.event_id,
        actor=actor,
        at=at,
    )
    return won
