"""What each change sets off here, in order.

Routing, clock and limits are essential: if they fail, the change fails. Telling people
is not.
"""

from complaints.unit import Reaction
from escalation.alarm import hand_over_alarm, raise_alarm, tell_safety
from escalation.limits import (
    await_acceptance,
    await_answer,
    await_sorting,
    climb_on,
    count_again,
    go_on_after_answer,
    take_up,
    to_second_level,
)
from escalation.listening import listen
from escalation.routing import route
from escalation.warnings import tell_escalated, tell_late_step

REACTIONS: dict[str, tuple[Reaction, ...]] = {
    "registered": (route,),
    "assigned": (hand_over_alarm,),
    "forwarded": (await_acceptance, hand_over_alarm),
    "accepted": (take_up,),
    "bounced": (await_sorting,),
    "asked": (await_answer,),
    "answered": (go_on_after_answer, listen),
    "answer_overdue": (go_on_after_answer,),
    "resumed": (climb_on,),
    "added": (listen,),
    "category_set": (count_again, tell_safety, raise_alarm),
    "priority_set": (tell_safety, raise_alarm),
    "disputed": (to_second_level, listen),
    "reopened": (to_second_level, listen),
    "appeal_allowed": (to_second_level,),
    "escalated": (tell_escalated, climb_on),
    "deadline_set": (tell_late_step,),
}
