"""What a citizen may claim for a missed promise: offered once, claimed, decided.

The sum is the kind's amount for each day begun, or once; how late it is says
escalation/ladder/lateness.py. Source: UP pays by the day of delay, on a claim with a
number of its own (docs/clocks.md, "Compensation").
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from complaints.actors import SYSTEM_ACTOR, Actor
from complaints.models import Complaint, Event
from complaints.models.complaint import Kind
from complaints.refusals import Invalid, WrongStage
from complaints.services import decide_claim, make_claim, offer_claim
from complaints.services.guards import permit
from complaints.unit import conflict, door, latest, read_ahead
from complaints.wording import words
from escalation import reference
from escalation.claims import claim_number
from escalation.ladder.lateness import Lateness, between, lateness
from escalation.ladder.lateness import minutes_late as minutes_late
from escalation.models import Claim, Compensation, Step
from operations.generation import ReferenceCache

MINUTES_OF_DAY = 24 * 60
CENT = Decimal("0.01")
State = Claim.State
UNDECIDED = (State.OFFERED, State.CLAIMED)
LONGEST_REASON = 500
MISSED = "missed"


def _read() -> dict[int, list[Compensation]]:
    found = defaultdict(list)
    for row in Compensation.objects.order_by("-valid_from"):
        found[row.category_id].append(row)
    return dict(found)


compensations = ReferenceCache(reference.LEVELS, _read)


def compensation_of(complaint: Complaint) -> Compensation | None:
    """In force on the day of registration, the newest first."""
    rows = compensations.get().get(complaint.category_id or 0, ())
    if not rows or complaint.kind != Kind.COMPLAINT:
        return None
    day = reference.local_day(complaint.organisation_id, complaint.registered_at)
    fitting = (r for r in rows if reference.in_force(r.valid_to, day, r.valid_from))
    return next(fitting, None)


# What it comes to -------------------------------------------------------------------


@dataclass(frozen=True)
class Sums:
    lateness: Lateness
    days: int
    amount: Decimal


def sums(claim: Claim, at: datetime) -> Sums:
    """As of now; as it was decided once it is."""
    late = lateness(claim.complaint, at, claim.due_at)
    if claim.state not in UNDECIDED:
        waited = between(claim.due_at, claim.counted_to) - claim.minutes_late
        late = Lateness(claim.minutes_late, max(0, waited), claim.counted_to)
    days = -(-late.minutes // MINUTES_OF_DAY)
    return Sums(late, days, _amount(claim.compensation, days))


def _amount(row: Compensation, days: int) -> Decimal:
    times = days if row.per == Compensation.Per.DAY else min(days, 1)
    amount = row.amount * times
    return amount if row.most is None else min(amount, row.most)


def pay_by(claim: Claim) -> datetime | None:
    if claim.claimed_at is None:
        return None
    return claim.claimed_at + timedelta(days=claim.compensation.pay_within_days)


def claims() -> QuerySet[Claim]:
    """With all that the sums and their words read."""
    return Claim.objects.select_related(
        "compensation", "complaint__organisation", "complaint__parent", "decided_by"
    )


def claim_of(complaint: Complaint) -> Claim | None:
    found = claims().filter(complaint=complaint).first()
    if found is not None:
        found.complaint = complaint
    return found


# Offered ----------------------------------------------------------------------------


def offer(complaint: Complaint, at: datetime) -> Claim | None:
    """Once for ever. In the transaction of the change that found the promise missed:
    the complaint's row is ours, so that nobody else can be offering too."""
    row = compensation_of(complaint)
    if row is None or complaint.due_at is None or not _missed(complaint, at):
        return None
    known = read_ahead("claimed", complaint.pk)
    may_have_one = known is None or complaint.pk in known
    if may_have_one and Claim.objects.filter(complaint=complaint).exists():
        return None
    late = lateness(complaint, at)
    claim = Claim.objects.create(
        number=claim_number.new_number(),
        complaint=complaint,
        compensation=row,
        due_at=complaint.due_at,
        minutes_late=late.minutes,
        counted_to=late.until or at,
        offered_at=at,
    )
    offer_claim(
        complaint, claim=claim.number, minutes=late.minutes, actor=SYSTEM_ACTOR, at=at
    )
    return claim


def _missed(complaint: Complaint, at: datetime) -> bool:
    if lateness(complaint, at).minutes:
        return True
    running = complaint.is_open and complaint.paused_at is None
    return running and complaint.due_at is not None and complaint.due_at <= at


def refresh(claim: Claim, at: datetime) -> None:
    """Keep what is counted so far; a decided one stays as it was decided."""
    late = lateness(claim.complaint, at, claim.due_at)
    claim.minutes_late, claim.counted_to = late.minutes, late.until or at
    Claim.objects.filter(pk=claim.pk, state__in=UNDECIDED).update(
        minutes_late=claim.minutes_late, counted_to=claim.counted_to
    )


def look_again(event: Event) -> None:
    """Solved late before any sweep saw it, or not solved after all and late by now."""
    if not compensations.get():
        return
    if event.data.get("why") != "due":  # there steps.take_missed has offered
        complaint = latest(event)
        offer(complaint, event.at)
        _plan(complaint, event.at)
    recount(event)


def _plan(complaint: Complaint, at: datetime) -> None:
    """Above the first level no sweep looks for a missed promise: a step waits."""
    due_at = complaint.due_at
    if due_at is None or due_at <= at or complaint.level < 2 or not complaint.is_open:
        return
    if compensation_of(complaint) is not None:
        Step.objects.get_or_create(complaint=complaint, name=MISSED, for_at=due_at)


def take_planned(complaint: Complaint, at: datetime) -> bool:
    """By the sweep, when such a step has come. The promise may have moved since."""
    if not compensations.get():
        return False
    steps = Step.objects.filter(complaint=complaint, name=MISSED, at=None)
    if not steps.filter(for_at__lte=at).update(at=at):
        return False
    fresh = _locked(complaint.pk)
    offer(fresh, at)
    _plan(fresh, at)
    return True


def recount(event: Event) -> None:
    """Also of those that were joined to it: they wait for the same work."""
    known = read_ahead("claimed", event.complaint_id)
    none = known is not None and event.complaint_id not in known
    if none or not compensations.get():
        return
    mine = Q(complaint=event.complaint_id) | Q(complaint__parent=event.complaint_id)
    for claim in claims().filter(mine, state__in=UNDECIDED):
        refresh(claim, event.at)


def forget(event: Event) -> None:
    """Personal data is erased: the reason is somebody's words about somebody."""
    Claim.objects.filter(complaint=event.complaint_id).exclude(reason="").update(
        reason=""
    )


# Claimed and decided ----------------------------------------------------------------


@door
def claim(offered: Claim, *, actor: Actor, at: datetime) -> Claim:
    """The citizen asks for it, with the secret link or by word to the desk. Asked
    twice it is claimed once."""
    found = _taken(offered)
    complaint = found.complaint
    permit(complaint, "claim", actor)
    if found.state != State.OFFERED:
        return found
    refresh(found, at)
    _move(found, State.OFFERED, state=State.CLAIMED, claimed_at=at)
    make_claim(
        complaint, claim=found.number, minutes=found.minutes_late, actor=actor, at=at
    )
    return found


@door
def grant(claimed: Claim, *, amount: Decimal, actor: Actor, at: datetime) -> Claim:
    """All of what the sums say, or less where another limit holds (a share of the
    yearly charge, the price of the post)."""
    found = _taken(claimed)
    permit(found.complaint, "decide_claim", actor)
    if _decided_before(found, actor, State.GRANTED):
        return found
    most = sums(found, at).amount
    if not 0 < amount <= most or amount != amount.quantize(CENT):
        raise Invalid(
            _("Write a sum above 0 and not above %(most)s."),
            {"most": most},
            field="amount",
        )
    return _decide(found, State.GRANTED, actor, at, amount=amount)


@door
def refuse(claimed: Claim, *, reason: str, actor: Actor, at: datetime) -> Claim:
    """With a reason, which the citizen is told."""
    found = _taken(claimed)
    permit(found.complaint, "decide_claim", actor)
    if _decided_before(found, actor, State.REFUSED):
        return found
    said = words(reason, "reason", least=10, limit=LONGEST_REASON)
    return _decide(found, State.REFUSED, actor, at, reason=said)


def _taken(claim: Claim) -> Claim:
    """Read anew under the complaint's lock, which all other changes take first."""
    complaint = _locked(claim.complaint_id)
    found = claims().get(pk=claim.pk)
    found.complaint = complaint
    return found


def _locked(pk: int) -> Complaint:
    return Complaint.objects.select_for_update(of=("self",)).get(pk=pk)


def _decided_before(claim: Claim, actor: Actor, outcome: str) -> bool:
    """True for a second press of the same button; whoever comes late hears who was
    first."""
    if claim.state == State.OFFERED:
        raise WrongStage(
            _("The citizen has not claimed it: there is nothing to decide."),
            code="not_claimed",
        )
    if claim.state == State.CLAIMED:
        return False
    mine = actor.officer is not None and claim.decided_by_id == actor.officer.pk
    if mine and claim.state == outcome:
        return True
    raise conflict(claim.complaint)


def _decide(
    claim: Claim,
    outcome: State,
    actor: Actor,
    at: datetime,
    *,
    amount: Decimal | None = None,
    reason: str = "",
) -> Claim:
    refresh(claim, at)
    _move(
        claim, State.CLAIMED, state=outcome, decided_at=at, decided_by=actor.officer,
        amount=amount, reason=reason,
    )  # fmt: skip
    decide_claim(
        claim.complaint,
        claim=claim.number,
        granted=outcome == State.GRANTED,
        minutes=claim.minutes_late,
        actor=actor,
        at=at,
    )
    return claim


def _move(claim: Claim, before: State, **fields: object) -> None:
    """Compare and set: the state is what we read, or somebody else was first."""
    won = Claim.objects.filter(pk=claim.pk, state=before).update(**fields)
    if not won:
        raise conflict(claim.complaint)
    for name, value in fields.items():
        setattr(claim, name, value)
