"""What is said, when it is worth saying, and which blanks its text may have.

A new text: a line here, a row for each language in the organisation's templates.csv,
and the call of tell_citizen or tell_officer where its event is reacted to.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from typing import Literal

Audience = Literal["citizen", "staff", "area"]

CITIZEN: Audience = "citizen"
STAFF: Audience = "staff"
AREA: Audience = "area"

# Blanks that the complaint itself fills; the others come from whoever tells.
FROM_COMPLAINT = frozenset(
    {
        "org", "no", "type", "due", "eta", "reopen", "url", "tel", "danger", "safety",
        "office", "officer", "place", "area", "ctel", "parent", "ask", "why", "text",
        "stage",
    }
)  # fmt: skip
PLACEHOLDERS = FROM_COMPLAINT | frozenset(
    {
        "code", "otp", "n", "rating", "acct", "amt", "date", "time", "from", "to",
        "other", "othertype", "claim", "minutes", "amount", "source",
    }
)  # fmt: skip

# 0 goes first. URGENT is every notice of an emergency, whatever its kind.
EMERGENCY_FIRST, URGENT, ANSWER_PRIORITY = 0, 1, 2
STATUS_PRIORITY, DEFAULT_PRIORITY, SURVEY_PRIORITY = 3, 5, 7
# Surveys and reminders of bills: hours in which nobody minds them.
CIVIL_HOURS = (time(10), time(19))


@dataclass(frozen=True, slots=True)
class Kind:
    """`resend`: sent once more when nobody knows whether the first went out.

    `joined`: the kind that the citizens of joined complaints get instead; "" is none.
    `optional`: an organisation without a text for it sends nothing.
    `always`: goes to people too who asked us to stop (notices/optouts.py).
    `rings`: a telephone does: given up when its hours end, not tried late at night.
    """

    audience: Audience
    blanks: frozenset[str]
    priority: int = DEFAULT_PRIORITY
    keeps: timedelta = timedelta(days=3)
    any_time: bool = False
    hours: tuple[time, time] | None = None
    rings: bool = False
    resend: bool = True
    joined: str = ""
    optional: bool = False
    always: bool = False


# Whose words are a secret between us and the citizen.
CODE_KINDS = frozenset({"code", "closure_otp"})


def _citizen(blanks: str = "", **how: object) -> Kind:
    return _kind(CITIZEN, "org no url tel type " + blanks, STATUS_PRIORITY, how)


def _staff(blanks: str = "", **how: object) -> Kind:
    return _kind(
        STAFF, "org no url type place due area " + blanks, DEFAULT_PRIORITY, how
    )


def _answer(blanks: str = "", **how: object) -> Kind:
    """To who has just written to us: at once, whatever the hour."""
    return _kind(CITIZEN, "org " + blanks, ANSWER_PRIORITY, _ANSWER | how)


def _kind(
    audience: Audience, blanks: str, priority: int, how: Mapping[str, object]
) -> Kind:
    given: dict[str, object] = {"priority": priority} | dict(how)
    return Kind(audience, frozenset(blanks.split()), **given)  # type: ignore[arg-type]  # the fields above, by name


_WEEK = timedelta(days=7)
_CODE: dict[str, object] = {
    "priority": 1, "keeps": timedelta(minutes=15), "any_time": True, "resend": False,
    "always": True,
}  # fmt: skip
_ANSWER: dict[str, object] = {
    "keeps": timedelta(hours=6), "any_time": True, "always": True,
}  # fmt: skip
_SURVEY: dict[str, object] = {
    "priority": SURVEY_PRIORITY,
    "hours": CIVIL_HOURS,
    "resend": False,
    "keeps": _WEEK,
}
_URGENT: dict[str, object] = {
    "priority": EMERGENCY_FIRST,
    "keeps": timedelta(hours=6),
    "any_time": True,
    "always": True,
}
_OUTAGE: dict[str, object] = {
    "priority": 2,
    "keeps": timedelta(hours=3),
    "any_time": True,
    "resend": False,
}

KINDS: dict[str, Kind] = {
    # each stage, to the citizen
    "registered": _citizen("due area office", keeps=timedelta(days=1)),
    "emergency": _citizen("safety danger", **_URGENT),
    "assigned": _citizen("due office area", joined="assigned"),
    "in_progress": _citizen("eta due office", joined="in_progress"),
    "resumed": _citizen("due eta office", joined="resumed"),
    "need_info": _citizen("ask due", keeps=_WEEK),
    "reply": _citizen("text office officer", keeps=_WEEK),
    "delay_interim": _citizen("why due", keeps=_WEEK, joined="delay_interim"),
    "resolved_feedback": _citizen("reopen", keeps=_WEEK, joined="joined_solved"),
    "joined_solved": _citizen("parent area", keeps=_WEEK, optional=True),
    # asked once more, by another way and on another day (feedback/silence.py)
    "resolved_again": _citizen("reopen", **_SURVEY | {"keeps": timedelta(days=1)}),
    # spoken by an automatic call, which then asks for keys (channels_in/voice_twilio)
    "rating_call": _citizen("", **_SURVEY | {"keeps": timedelta(hours=3)}, rings=True),
    "reopened": _citizen("due office", joined="reopened"),
    "escalated": _citizen("officer office due", joined="escalated"),
    "forwarded": _citizen("office due", joined="forwarded"),
    "duplicate": _citizen("area parent"),
    "split": _citizen("other othertype", keeps=_WEEK),
    # the claim that a missed promise gives
    "compensation": _citizen("claim minutes amount source", keeps=_WEEK),
    "claim_granted": _citizen("claim amount due", keeps=_WEEK),
    "claim_refused": _citizen("claim why", keeps=_WEEK),
    "closed": _citizen("reopen", keeps=_WEEK),
    "unconfirmed": _citizen("reopen", keeps=_WEEK),
    "cancelled": _citizen("", keeps=_WEEK),
    "rejected": _citizen("why", keeps=_WEEK, joined="rejected"),
    "appealed": _citizen("due", keeps=_WEEK),
    "appeal_allowed": _citizen("due office", keeps=_WEEK),
    "appeal_decided": _citizen("text reopen", keeps=_WEEK),
    # codes: late or twice, they do harm
    "closure_otp": _citizen("code otp", **_CODE),
    "code": _citizen("code otp", **_CODE),
    # answers to what a citizen writes
    "help_reply": _answer("tel"),
    "stop_reply": _answer(),
    "start_reply": _answer(),
    "status_reply": _answer("no stage office due url"),
    "not_found_reply": _answer("tel"),
    "rated_reply": _answer("no rating"),
    "rate_how_reply": _answer("no"),
    "too_late_reply": _answer("no tel"),
    "escalate_reminder_reply": _answer("no due"),
    "escalate_wait_reply": _answer("no"),
    "added_reply": _answer("no"),
    "joined_reply": _answer("no area eta"),
    # one fault behind many complaints
    "incident_reply": _answer("area type eta", always=False),
    "incident_update": _citizen("area eta why", keeps=timedelta(hours=6)),
    "incident_restored": _citizen("area", keeps=timedelta(hours=12)),
    # not about a stage
    "info": _citizen("text"),
    "second_survey": _citizen("", **_SURVEY),
    "panel_survey": _citizen("", **_SURVEY),
    "bill_reminder": _citizen("acct amt due", **_SURVEY),
    # to staff
    "staff_assigned": _staff("ctel"),
    "staff_forwarded": _staff("office"),
    "staff_reopened": _staff("text"),
    "staff_citizen_wrote": _staff("text"),
    "staff_appeal": _staff(keeps=_WEEK),
    "staff_stage": _staff("stage", optional=True),
    "staff_low_rating": _staff("rating"),
    "staff_due_soon": _staff("n", keeps=timedelta(hours=12)),
    "staff_overdue": _staff("officer"),
    "staff_escalated": _staff("officer"),
    "staff_hold_asked": _staff("date"),
    "staff_hold_refused": _staff("why"),
    "staff_doubt": _staff("", optional=True),
    "staff_emergency": _staff("ctel danger safety", **_URGENT),
    # to everybody in an area
    "outage_notice": _kind(AREA, "org area time eta url tel", 2, _OUTAGE),
    "restored": _kind(AREA, "org area time url tel", 2, _OUTAGE),
    "planned_outage": _kind(AREA, "org area date from to url tel", 5, _OUTAGE),
}
