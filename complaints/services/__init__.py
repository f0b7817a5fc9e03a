"""The doors: one function per state change, used by pages, admin, API, chat and tests.

Every door is keyword-only after the complaint, takes `actor` and `at`, and optionally
`version`: what the person was looking at. Nobody else writes a complaint's fields.
"""

from complaints.services.appeals import allow, appeal, dismiss
from complaints.services.clock import escalate, low_rating, set_deadline
from complaints.services.closing import (
    auto_close,
    cancel,
    confirm,
    dispute,
    merge,
    reject,
    reopen,
    set_rating,
)
from complaints.services.incident_events import Repair, joined, left
from complaints.services.privacy import erase_personal
from complaints.services.register import Intake, register
from complaints.services.routes import (
    accept,
    assign,
    bounce,
    forward,
    reassign,
    send_to_triage,
    set_category,
    set_priority,
)
from complaints.services.talk import add, note, reply
from complaints.services.work import (
    ask_citizen,
    citizen_replied,
    hold,
    resolve,
    resume,
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
    "assign",
    "auto_close",
    "bounce",
    "cancel",
    "citizen_replied",
    "confirm",
    "dismiss",
    "dispute",
    "erase_personal",
    "escalate",
    "forward",
    "hold",
    "joined",
    "left",
    "low_rating",
    "merge",
    "note",
    "reassign",
    "register",
    "reject",
    "reopen",
    "reply",
    "resolve",
    "resume",
    "send_to_triage",
    "set_category",
    "set_deadline",
    "set_priority",
    "set_rating",
    "start",
]
