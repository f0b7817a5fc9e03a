"""What each change sets off here, in order.

Routing, clock and limits are essential: if they fail, the change fails. Telling people
is not.
"""

from complaints.unit import Reaction
from escalation.alarm import hand_over_alarm, raise_alarm, tell_safety
from escalation.claims.claim_words import tell_granted, tell_offered, tell_refused
from escalation.claims.compensation import forget, look_again, recount
from escalation.decisions.corrections import keep_category, keep_office
from escalation.decisions.routing import route
from escalation.ladder.limits import (
    await_acceptance,
    await_answer,
    await_sorting,
    climb_on,
    count_again,
    go_on_after_answer,
    limit_new_level,
    take_up,
    to_second_level,
)
from escalation.ladder.warnings import tell_escalated, tell_hold_asked, tell_late_step
from escalation.listening import listen

REACTIONS: dict[str, tuple[Reaction, ...]] = {
    "registered": (route,),
    "assigned": (hand_over_alarm, climb_on, keep_office),
    "forwarded": (await_acceptance, hand_over_alarm, keep_office),
    "accepted": (take_up,),
    "bounced": (await_sorting,),
    "decided": (take_up, hand_over_alarm, keep_office),
    "asked": (await_answer,),
    "answered": (go_on_after_answer, listen, look_again),
    "answer_overdue": (go_on_after_answer, look_again),
    "hold_asked": (tell_hold_asked,),
    "resumed": (climb_on,),
    "added": (listen,),
    "category_set": (count_again, tell_safety, raise_alarm, keep_category),
    "priority_set": (tell_safety, raise_alarm),
    "disputed": (to_second_level, listen, look_again),
    "reopened": (to_second_level, listen, look_again),
    "appeal_allowed": (to_second_level, look_again),
    "escalated": (tell_escalated, limit_new_level, look_again),
    "deadline_set": (tell_late_step,),
    "resolved": (look_again,),
    "rejected": (recount,),
    "cancelled": (recount,),
    "erased": (forget,),
    "claim_offered": (tell_offered,),
    "claim_granted": (tell_granted,),
    "claim_refused": (tell_refused,),
}
