"""Words that come later: an emergency can be in an answer or in a further word."""

from complaints.actors import SYSTEM_ACTOR
from complaints.models import Event, Message
from complaints.models.category import Criticality, Horizon
from complaints.services import set_priority
from complaints.unit import latest
from escalation.alarm import alert
from escalation.language.lexicons import find_danger
from notices.outbox import tell_citizen
from officers.trees import root_of


def listen(event: Event) -> None:
    """Open work becomes an emergency by its door; finished work is told of at once."""
    complaint = latest(event)
    said = Message.objects.filter(event=event).values_list("text", flat=True)
    text = "\n".join(said)
    if not text or find_danger(text, root_of(complaint.organisation_id)) is None:
        return
    if not complaint.is_open:
        tell_citizen(event, "emergency")
        alert(event, complaint)
    elif not complaint.emergency:
        set_priority(
            complaint,
            criticality=Criticality.EMERGENCY,
            horizon=Horizon.IMMEDIATE,
            reason="",
            actor=SYSTEM_ACTOR,
            at=event.at,
        )
