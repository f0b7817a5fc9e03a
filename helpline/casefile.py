"""All that the complaint page shows beside the timeline, read with a fixed count."""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from complaints.actors import Actor
from complaints.models import Complaint, Custody, FailedReaction
from complaints.people import email_of, masked_contact, phone_of
from complaints.phones import masked, masked_email
from complaints.scope import ComplaintQuerySet, readable_until
from complaints.services.guards import may
from escalation.claims.claim_words import Shown, shown
from escalation.claims.compensation import claim_of
from escalation.decisions import routing
from escalation.learning.shown import Suggested, suggested_for
from escalation.models import Claim
from escalation.promise import clock, sums
from feedback.models import Doubt, FollowUp
from helpline import doubts, timeline
from helpline.access import MAY_REVEAL
from helpline.models import Reveal
from incidents.models import Incident, Membership
from incidents.nearby import look_before
from notices.kinds import CODE_KINDS
from notices.models import Notice
from officers.models import Officer

SHOWN_FOR = timedelta(minutes=10)
MOST = 20
# A citizen's link to their page or rating, and a code: whoever has one acts as them.
_LINK = re.compile(r"(/[sf]/)[\w-]{8,}")
_CODE = re.compile(r"\b\d{6}\b")
RELATED = (
    "category", "office", "organisation", "received_by", "department", "owner",
    "responsible", "citizen", "connection", "source", "area", "parent", "cause",
    "reject_reason", "resolved_by",
)  # fmt: skip


@dataclass
class CaseFile:
    story: list[timeline.Entry]
    custody: list[Custody]
    notices: list[Notice]
    routed: str
    routed_aloud: str  # in short, to read out in the citizen's language
    clock: list[str]
    sum: list[str]  # the promise, counted line by line
    aloud: str  # the same to read out, in the citizen's language
    contact: str
    may_reveal: bool
    revealed: bool
    name: str
    children: list[Complaint] = field(default_factory=list)
    similar: list[Complaint] = field(default_factory=list)
    follow_up: FollowUp | None = None
    skipped: str = ""
    failed: int = 0
    incident: Incident | None = None
    divided: list[Complaint] = field(default_factory=list)
    learned: list[Suggested] = field(default_factory=list)
    doubts: list[tuple[Doubt, str]] = field(default_factory=list)
    claim: Shown | None = None
    may_claim: bool = False
    may_decide: bool = False


def readable(actor: Actor) -> ComplaintQuerySet:
    """The complaints this person may open, with all their page reads of them."""
    rows = Complaint.objects.visible_to(actor).select_related(*RELATED)
    return rows.prefetch_related("citizen__contacts")


def gather(
    complaint: Complaint, officer: Officer, actor: Actor, at: datetime
) -> CaseFile:
    trusted = bool(actor.roles_on(complaint) & MAY_REVEAL)
    revealed = trusted and is_revealed(complaint, officer, at)
    citizen = complaint.citizen
    until = readable_until(actor, complaint)
    story = timeline.entries(complaint, until)
    routed, routed_aloud = routing.both(complaint, complaint.language)
    return CaseFile(
        story=story,
        custody=list(
            Custody.objects.filter(complaint=complaint)
            .select_related("organisation", "office", "department", "officer")
            .order_by("from_at", "pk")
        ),
        notices=[] if until else _notices(complaint, full=revealed),
        routed=routed,
        routed_aloud=routed_aloud,
        clock=clock.explain(complaint),
        sum=sums.lines(complaint),
        aloud=sums.aloud(complaint),
        skipped=_skipped(complaint, story),
        contact=contact_of(complaint, full=revealed),
        may_reveal=trusted and citizen is not None and not revealed,
        revealed=revealed,
        name=citizen.name if citizen and trusted else "",
        children=_children(complaint, actor),
        similar=_similar(complaint, actor, at),
        follow_up=_follow_up(complaint),
        failed=FailedReaction.objects.filter(
            event__complaint=complaint, done_at=None
        ).count(),
        incident=_incident(complaint, story),
        divided=_divided(story, actor),
        learned=_learned(complaint),
        doubts=[] if until else doubts.of_complaint(complaint, actor),
        **({} if until else _claim(complaint, actor, story, at)),
    )


def _follow_up(complaint: Complaint) -> FollowUp | None:
    rows = FollowUp.objects.filter(complaint=complaint).select_related("rating")
    return rows.order_by("-pk").first()


def _learned(complaint: Complaint) -> list[Suggested]:
    """What people made of texts like it; no query on a desk that never learned."""
    if not complaint.is_open:
        return []
    return suggested_for([complaint.pk]).get(complaint.pk, [])


def _skipped(complaint: Complaint, story: list[timeline.Entry]) -> str:
    """Who was passed over when it was raised last."""
    if not complaint.is_open:
        return ""
    raised = [entry.skipped for entry in story if entry.kind == "escalated"]
    return raised[-1] if raised else ""


def _incident(complaint: Complaint, story: list[timeline.Entry]) -> Incident | None:
    """Asked only of those that ever joined one."""
    if not any(entry.kind == "joined_incident" for entry in story):
        return None
    rows = Membership.objects.filter(complaint=complaint, left_at=None)
    member = rows.select_related("incident__category", "incident__area").first()
    return member.incident if member else None


def _claim(
    complaint: Complaint, actor: Actor, story: list[timeline.Entry], at: datetime
) -> dict[str, Any]:
    """Asked only of those that were offered one."""
    if not any(entry.kind == "claim_offered" for entry in story):
        return {}
    found = claim_of(complaint)
    if found is None:
        return {}
    return {
        "claim": shown(found, at),
        "may_claim": found.state == Claim.State.OFFERED
        and may(complaint, "claim", actor),
        "may_decide": found.state == Claim.State.CLAIMED
        and may(complaint, "decide_claim", actor),
    }


def _divided(story: list[timeline.Entry], actor: Actor) -> list[Complaint]:
    """The other half of what was two things; asked only of those that were."""
    keys = [entry.other for entry in story if entry.other]
    if not keys:
        return []
    rows = Complaint.objects.visible_to(actor).filter(pk__in=keys)
    return list(rows.select_related("category").order_by("pk"))


def reveal(complaint: Complaint, officer: Officer, at: datetime) -> None:
    """Write down who looks before the number is shown."""
    Reveal.objects.create(complaint=complaint, officer=officer, at=at)


def is_revealed(complaint: Complaint, officer: Officer, at: datetime) -> bool:
    return Reveal.objects.filter(
        complaint=complaint, officer=officer, at__gt=at - SHOWN_FOR
    ).exists()


def contact_of(complaint: Complaint, *, full: bool) -> str:
    if not full:
        return masked_contact(complaint.citizen)
    return phone_of(complaint.citizen) or email_of(complaint.citizen)


def _notices(complaint: Complaint, *, full: bool) -> list[Notice]:
    rows = list(
        Notice.objects.filter(complaint=complaint)
        .select_related("officer")
        .order_by("-created_at", "-pk")[:MOST]
    )
    for row in rows:
        hide = masked_email if row.channel == "email" else masked
        row.recipient = hide(row.recipient) if row.officer_id is None else ""
        row.text = _without_secrets(row)
        if not full:
            row.text = _without_contact(row.text, complaint)
    return rows


def _without_secrets(notice: Notice) -> str:
    """An officer with the link could confirm and rate the own work."""
    text = _LINK.sub(r"\1•••", notice.text)
    return _CODE.sub("•••", text) if notice.kind in CODE_KINDS else text


def _without_contact(text: str, complaint: Complaint) -> str:
    """An officer's message may hold the citizen's number; here it is asked for."""
    phone, email = phone_of(complaint.citizen), email_of(complaint.citizen)
    for address, hidden in ((phone, masked(phone)), (email, masked_email(email))):
        if address:
            text = text.replace(address, hidden)
    return text


def _children(complaint: Complaint, actor: Actor) -> list[Complaint]:
    rows = Complaint.objects.visible_to(actor).filter(parent=complaint)
    return list(rows.select_related("category", "area").order_by("pk")[:MOST])


def _similar(complaint: Complaint, actor: Actor, at: datetime) -> list[Complaint]:
    if not complaint.is_open or not complaint.category or not complaint.area:
        return []
    point = None
    if complaint.latitude is not None and complaint.longitude is not None:
        point = (complaint.latitude, complaint.longitude)
    found = look_before(
        organisation=complaint.organisation,
        category=complaint.category,
        area=complaint.area,
        point=point,
        text=complaint.text,
        at=at,
    )
    ids = {row.pk for row in found} - {complaint.pk, complaint.parent_id}
    return list(
        Complaint.objects.visible_to(actor)
        .filter(pk__in=ids)
        .select_related("category", "area", "organisation", "office")
        .order_by("pk")
    )
