"""What a change sets off here: erasure reaches the calls it came by."""

from complaints.models import Event
from complaints.unit import Reaction
from helpline.models import Call


def forget_caller(event: Event) -> None:
    """The call stays as a figure: when, how long, how it ended."""
    Call.objects.filter(complaint_id=event.complaint_id).update(phone="", citizen=None)


REACTIONS: dict[str, tuple[Reaction, ...]] = {"erased": (forget_caller,)}
