"""Which action leads from which stage to which, and who may take it.

Data only; the checks that need a look at the complaint are in services/guards.py.
Source: CPGRAMS, DIGIT PGR, UPPCL and Pune practice, gathered in docs/workflow.md.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from complaints.status import OPEN_STATUSES, Status
from officers.models import Role

# Actors that hold no posting.
CITIZEN = "citizen"
SYSTEM = "system"

ANY = tuple(Status)
DESK = (Role.AGENT, Role.SOCIAL_DESK, Role.SUPERVISOR, Role.DISPATCHER)
L1 = (Role.OFFICER, Role.PARTNER)
HEADS = (Role.DEPT_HEAD, Role.ZONE_HEAD, Role.COMMISSIONER)
OFFICE = (*L1, *HEADS)
# The citizen's word, told to staff, what takes work off an office's list, and the
# judgement on an appeal: never by somebody of the office concerned
# (guards.outside_only).
OUTSIDE = frozenset(
    {
        "confirm",
        "dispute",
        "appeal_unsolved",
        "rate",
        "withdraw",
        "link_duplicate",
        "allow",
        "dismiss",
    }
)
SAME = None


@dataclass(frozen=True)
class Transition:
    action: str
    sources: tuple[Status, ...]
    target: Status | None  # None: the stage stays as it is
    roles: frozenset[str]


def _row(
    action: str,
    sources: Iterable[Status],
    target: Status | None,
    *roles: str,
) -> Transition:
    return Transition(action, tuple(sources), target, frozenset(roles))


S = Status
BEFORE_WORK = (S.REGISTERED, S.TRIAGE, S.ASSIGNED, S.IN_PROGRESS)
TRANSITIONS = (
    _row("auto_assign", (S.REGISTERED, S.TRIAGE, S.REOPENED), S.ASSIGNED, SYSTEM),
    _row("no_rule", (S.REGISTERED,), S.TRIAGE, SYSTEM),
    _row(
        "assign", (S.REGISTERED, S.TRIAGE, S.REOPENED), S.ASSIGNED,
        *DESK, *HEADS,
    ),
    # A change of hands inside the office leaves the stage alone.
    _row(
        "reassign", (S.ASSIGNED, S.IN_PROGRESS, S.ON_HOLD), SAME,
        SYSTEM, Role.SUPERVISOR, Role.DISPATCHER, Role.OFFICER, *HEADS,
    ),
    _row(
        "forward", BEFORE_WORK, S.FORWARDED,
        *OFFICE, Role.DISPATCHER, Role.SUPERVISOR,
    ),
    _row("accept", (S.FORWARDED,), S.ASSIGNED, *OFFICE, SYSTEM),
    _row("bounce", (S.FORWARDED,), S.TRIAGE, *OFFICE, SYSTEM),
    # Sent back twice already: who has it now is not asked again.
    _row("decide", (S.FORWARDED,), S.ASSIGNED, *HEADS, Role.SUPERVISOR, SYSTEM),
    _row("start", (S.ASSIGNED,), S.IN_PROGRESS, *OFFICE, Role.FIELD_STAFF),
    _row(
        "ask_citizen", (S.ASSIGNED, S.IN_PROGRESS), S.NEED_INFO,
        *OFFICE, Role.FIELD_STAFF, *DESK,
    ),
    _row("citizen_replied", (S.NEED_INFO,), S.IN_PROGRESS, CITIZEN, *DESK, SYSTEM),
    # An officer asks for a later date; the second level's word puts it on hold.
    _row("ask_hold", (S.ASSIGNED, S.IN_PROGRESS), SAME, *L1),
    _row("refuse_hold", (S.ASSIGNED, S.IN_PROGRESS), SAME, *HEADS),
    _row("interim_reply", (S.ASSIGNED, S.IN_PROGRESS), S.ON_HOLD, *HEADS),
    _row("resume", (S.ON_HOLD,), S.IN_PROGRESS, *OFFICE, SYSTEM),
    _row(
        "resolve", (S.ASSIGNED, S.IN_PROGRESS), S.RESOLVED, *OFFICE, Role.FIELD_STAFF
    ),
    _row("send_code", (S.ASSIGNED, S.IN_PROGRESS), SAME, *OFFICE, Role.FIELD_STAFF),
    # One repair ends an incident for all its members, whatever stage each was at.
    _row(
        "restore", tuple(s for s in OPEN_STATUSES if s != S.NEED_INFO), S.RESOLVED,
        SYSTEM, *HEADS, Role.DISPATCHER, Role.SUPERVISOR,
    ),
    _row("reject", (S.ASSIGNED, S.TRIAGE), S.REJECTED, *HEADS, Role.SUPERVISOR),
    _row("confirm", (S.RESOLVED,), S.CLOSED, CITIZEN, *DESK),
    _row("auto_close", (S.RESOLVED,), S.CLOSED, SYSTEM),
    _row("dispute", (S.RESOLVED,), S.REOPENED, CITIZEN, *DESK, Role.QA),
    _row("reopen", (S.CLOSED,), S.REOPENED, CITIZEN, *DESK),
    # A proof that contradicts itself: looked at by the head, never by who showed it.
    _row(
        "judge_proof", ANY, SAME,
        *HEADS, Role.SUPERVISOR, Role.QA, Role.MONITORING_TEAM,
    ),
    _row(
        "false_proof", (S.RESOLVED, S.CLOSED), S.REOPENED,
        *HEADS, Role.SUPERVISOR, Role.QA, Role.MONITORING_TEAM,
    ),
    _row("low_rating", (S.RESOLVED, S.CLOSED), SAME, SYSTEM),
    # What came of a low rating; the rated office has no part in it.
    _row("follow_up", ANY, SAME, SYSTEM, *DESK, Role.QA, Role.MONITORING_TEAM),
    _row("appeal", (S.CLOSED, S.REJECTED), S.APPEALED, CITIZEN, *DESK),
    # "Not solved" for the third time is the appeal by itself: services/unsolved.py.
    _row("appeal_unsolved", (S.RESOLVED,), S.APPEALED, CITIZEN, *DESK, Role.QA),
    _row("allow", (S.APPEALED,), S.REOPENED, Role.APPELLATE_AUTHORITY),
    _row("dismiss", (S.APPEALED,), S.CLOSED, Role.APPELLATE_AUTHORITY),
    # Unassigned work climbs too: in DIGIT it never does, and is forgotten.
    _row("escalate", OPEN_STATUSES, SAME, SYSTEM, CITIZEN, Role.SUPERVISOR, Role.AGENT),
    # What each level above the first must do: its absence is what climbs further.
    _row("take_up", OPEN_STATUSES, SAME, *HEADS, Role.SUPERVISOR),
    _row("link_duplicate", OPEN_STATUSES, S.MERGED, *DESK, SYSTEM),
    _row(
        "join_incident", OPEN_STATUSES, SAME,
        CITIZEN, SYSTEM, *DESK, *OFFICE, Role.FIELD_STAFF,
    ),
    _row("leave_incident", ANY, SAME, SYSTEM, *DESK, *OFFICE),
    _row("withdraw", OPEN_STATUSES, S.CANCELLED, CITIZEN, *DESK),
    _row(
        "edit_priority", OPEN_STATUSES, SAME,
        SYSTEM, Role.DISPATCHER, Role.SUPERVISOR, *HEADS,
    ),
    _row("set_category", OPEN_STATUSES, SAME, SYSTEM, *DESK, *OFFICE),
    _row("set_deadline", OPEN_STATUSES, SAME, SYSTEM, *HEADS),
    _row("set_step", ANY, SAME, SYSTEM),
    # Two things in one text: the second gets a number of its own.
    _row("split", OPEN_STATUSES, SAME, *DESK),
    _row("note", ANY, SAME, SYSTEM, *DESK, *OFFICE, Role.FIELD_STAFF, Role.QA),
    _row("reply", ANY, SAME, *DESK, *OFFICE),
    _row("phone", ANY, SAME, *DESK, *OFFICE, Role.FIELD_STAFF, Role.QA),
    _row("add", ANY, SAME, CITIZEN, *DESK, *OFFICE, Role.FIELD_STAFF),
    _row("rate", (S.RESOLVED, S.CLOSED), SAME, CITIZEN, *DESK),
    # The claim to compensation is a row of its own: the stage has no part in it.
    _row("offer_claim", ANY, SAME, SYSTEM),
    _row("claim", ANY, SAME, CITIZEN, *DESK),
    _row("decide_claim", ANY, SAME, *HEADS, Role.SUPERVISOR),
    _row("erase_personal", ANY, SAME, Role.PRIVACY_OFFICER),
)  # fmt: skip
BY_ACTION = {row.action: row for row in TRANSITIONS}
REGISTERING_ROLES = frozenset({CITIZEN, SYSTEM, *DESK, *OFFICE, Role.FIELD_STAFF})


def actions_from(status: str, roles: frozenset[str]) -> list[str]:
    """What somebody with these roles may do at this stage, in the table's order."""
    return [
        row.action for row in TRANSITIONS if status in row.sources and row.roles & roles
    ]
