"""The doors: one function per state change, used by pages, admin, API, chat and tests.

Every door is keyword-only after the complaint, takes `actor` and `at`, and optionally
`version`: what the person was looking at. Nobody else writes a complaint's fields.
"""

from complaints.services.appeals import allow, appeal, dismiss
from complaints.services.claims import decide_claim, make_claim, offer_claim
from complaints.services.clock import (
    escalate,
    followed_up,
    low_rating,
    set_deadline,
    take_up,
)
from complaints.services.closing import (
    auto_close,
    cancel,
    confirm,
    merge,
    reject,
    set_rating,
)
from complaints.services.closing_code import send_closing_code
from complaints.services.false_closing import false_closers
from complaints.services.false_proof import judge_proof
from complaints.services.forwarding import accept, bounce, decide, forward
from complaints.services.incident_events import Repair, joined, left
from complaints.services.longer import ask_hold, hold, refuse_hold, resume
from complaints.services.privacy import erase_personal
from complaints.services.register import Intake, register
from complaints.services.routes import (
    assign,
    reassign,
    send_to_triage,
    set_category,
    set_priority,
)
from complaints.services.splitting import split
from complaints.services.talk import add, note, phoned, reply
from complaints.services.unsolved import dispute, not_solved, reopen
from complaints.services.work import (
    ask_citizen,
    citizen_replied,
    resolve,
    start,
)

__all__ = [
    "Intake",
    "Repair",
    "accept",
    "add",
    "allow",
    "appeal",
    "ask_citizen",
    "ask_hold",
    "assign",
    "auto_close",
    "bounce",
    "cancel",
    "citizen_replied",
    "confirm",
    "decide",
    "decide_claim",
    "dismiss",
    "dispute",
    "erase_personal",
    "escalate",
    "false_closers",
    "followed_up",
    "forward",
    "hold",
    "joined",
    "judge_proof",
    "left",
    "low_rating",
    "make_claim",
    "merge",
    "not_solved",
    "note",
    "offer_claim",
    "phoned",
    "reassign",
    "refuse_hold",
    "register",
    "reject",
    "reopen",
    "reply",
    "resolve",
    "resume",
    "send_closing_code",
    "send_to_triage",
    "set_category",
    "set_deadline",
    "set_priority",
    "set_rating",
    "split",
    "start",
    "take_up",
]
