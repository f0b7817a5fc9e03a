"""The life of one complaint: where it stands at the end, and the way there."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from benchmarks.generator.reference import Kind
from complaints.models.complaint import ClosedHow
from complaints.status import OPEN_STATUSES, Status

MONTH = timedelta(days=30)
MINUTE = timedelta(minutes=1)
# What has not been closed: mostly open, and never twice alike by accident.
STANDING = (
    (0.03, Status.TRIAGE), (0.40, Status.ASSIGNED), (0.75, Status.IN_PROGRESS),
    (0.82, Status.NEED_INFO), (0.89, Status.ON_HOLD), (0.95, Status.FORWARDED),
    (1.0, Status.REOPENED),
)  # fmt: skip
ENDED = (
    (0.4, Status.REJECTED), (0.7, Status.MERGED), (0.85, Status.CANCELLED),
    (1.0, Status.RESOLVED),
)  # fmt: skip
CLOSED_SHARE, ENDED_SHARE = 0.80, 0.06
HOW = (
    (0.55, ClosedHow.UNCONFIRMED), (0.95, ClosedHow.CONFIRMED), (1.0, ClosedHow.CALLED)
)  # fmt: skip
NOT_SENT = frozenset({Status.TRIAGE, Status.CANCELLED})
NOT_STARTED = NOT_SENT | {Status.ASSIGNED, Status.FORWARDED, Status.REJECTED}
STEP_REASONS = {
    Status.TRIAGE: "triage", Status.NEED_INFO: "answer", Status.ON_HOLD: "held",
    Status.FORWARDED: "accept",
}  # fmt: skip
LAST_STEP = {
    Status.TRIAGE: "triaged", Status.NEED_INFO: "asked", Status.ON_HOLD: "held",
    Status.FORWARDED: "forwarded", Status.REOPENED: "reopened",
}  # fmt: skip


@dataclass(slots=True)
class Story:
    status: Status
    registered_at: datetime
    due_at: datetime
    level: int = 1
    step_due_at: datetime | None = None
    step_reason: str = ""
    paused_at: datetime | None = None
    started_at: datetime | None = None
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    closed_how: str = ""
    rating: int | None = None
    # (kind, at, stage after it)
    steps: list[tuple[str, datetime, str]] = field(default_factory=list)

    @property
    def open(self) -> bool:
        return self.status in OPEN_STATUSES

    @property
    def sent(self) -> bool:
        return self.status not in NOT_SENT


def tell(rng: Random, kind: Kind, registered: datetime, end: datetime) -> Story:
    age = end - registered
    due = registered + timedelta(hours=kind.hours * (1 + 0.4 * rng.random()))
    story = Story(_standing(rng, age), registered, due)
    story.steps.append(("registered", registered, Status.REGISTERED))
    if story.sent:
        story.steps.append(("assigned", _soon(registered, age), Status.ASSIGNED))
    if story.status not in NOT_STARTED:
        story.started_at = registered + age * (0.02 + 0.1 * rng.random())
        story.steps.append(("started", story.started_at, Status.IN_PROGRESS))
    if story.status in {Status.CLOSED, Status.RESOLVED, Status.REOPENED}:
        _solve(rng, story, kind, age, end)
    if story.open:
        _stand(rng, story, age, end)
    elif story.status in {Status.REJECTED, Status.MERGED, Status.CANCELLED}:
        story.steps.append(
            (story.status.value, registered + age * 0.2, story.status.value)
        )
    return story


def _standing(rng: Random, age: timedelta) -> Status:
    """Eight of ten are closed after thirty days; the youngest are with the office."""
    drawn, ripe = rng.random(), min(1.0, age / MONTH)
    if drawn < CLOSED_SHARE * ripe:
        return Status.CLOSED
    if drawn < (CLOSED_SHARE + ENDED_SHARE) * ripe:
        return _one(ENDED, rng.random())
    return _one(STANDING, rng.random())


def _one(table: "tuple[tuple[float, Status], ...]", drawn: float) -> Status:
    return next(status for share, status in table if drawn <= share)


def _soon(registered: datetime, age: timedelta) -> datetime:
    return registered + min(MINUTE, age * 0.01)


def _solve(
    rng: Random, story: Story, kind: Kind, age: timedelta, end: datetime
) -> None:
    """Three of four in time; a tenth of what is left by then is late by far."""
    took = timedelta(hours=kind.hours * (0.15 + 1.2 * rng.random() ** 1.5))
    solved = story.registered_at + min(took, age * 0.6)
    if story.status == Status.RESOLVED:
        # Silent for longer, and the sweep would have closed it.
        solved = max(solved, end - timedelta(days=6.9 * rng.random()))
    story.started_at = min(story.started_at or solved, solved)
    story.steps[-1] = ("started", story.started_at, Status.IN_PROGRESS)
    story.resolved_at = solved
    story.steps.append(("resolved", solved, Status.RESOLVED))
    if story.status == Status.CLOSED:
        waited = min(timedelta(days=7 * rng.random()), (end - solved) * 0.9)
        story.closed_at = solved + waited
        drawn = rng.random()
        story.closed_how = next(how for share, how in HOW if drawn <= share).value
        if drawn > 0.8:
            story.rating = 1 + int(rng.random() * 5)
        story.steps.append(("closed", story.closed_at, Status.CLOSED))


def _stand(rng: Random, story: Story, age: timedelta, end: datetime) -> None:
    """Open: what its stage waits for, and how high it has climbed."""
    since = max(end - age * 0.1 * rng.random(), story.steps[-1][1])
    if story.status == Status.NEED_INFO:
        story.paused_at = since
    if story.status in LAST_STEP:
        story.steps.append((LAST_STEP[story.status], since, story.status))
    if story.due_at < end and story.status != Status.NEED_INFO:
        story.level = 2 + int(rng.random() * 3)
        story.steps.append(("escalated", max(since, story.due_at), story.status.value))
    story.step_reason = STEP_REASONS.get(
        story.status, "level" if story.level > 1 else ""
    )
    if story.step_reason:
        story.step_due_at = end + timedelta(days=7 * rng.random(), seconds=1)
