"""The privacy officer's door: who it was and what was said go, the figures stay."""

from datetime import datetime

from complaints.actors import Actor
from complaints.models import Attachment, Complaint, Message
from complaints.services.guards import permit
from complaints.unit import change, door

GONE = "[…]"


@door
def erase_personal(
    complaint: Complaint, *, actor: Actor, at: datetime, version: int | None = None
) -> Complaint:
    """Blank words and place, unlink the person, drop the files. Statistics stay."""
    permit(complaint, "erase_personal", actor, version)
    change(
        complaint,
        "erased",
        actor=actor,
        at=at,
        text=GONE,
        search_text=complaint.number,
        place="",
        latitude=None,
        longitude=None,
        citizen=None,
        connection=None,
        redacted_at=at,
    )
    Message.objects.filter(complaint=complaint).update(text=GONE)
    for file in Attachment.objects.filter(complaint=complaint):
        file.file.delete(save=False)
        Attachment.objects.filter(pk=file.pk).update(
            file="", size=0, sha256="", fingerprint="", taken_at=None, latitude=None,
            longitude=None,
        )  # fmt: skip
    return complaint
