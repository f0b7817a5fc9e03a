"""What invented officers show when they call a work solved: mostly the truth."""

import io
from datetime import UTC, datetime, timedelta
from typing import Any
from zlib import crc32

from complaints.actors import Actor
from complaints.attachments import store
from complaints.models import Attachment, ClosingCode, Complaint
from complaints.services import send_closing_code
from complaints.services.closing_code import digits_of, reachable
from complaints.services.proof import Unreachable, needed_for
from presets.history.photos import after

# One in so many sends an old picture again, one a picture of weeks ago.
SAME, OLD = 23, 29
SAME_PICTURE = 7
_NOT_MET = (Unreachable.NO_ANSWER, Unreachable.NOT_HOME, Unreachable.OFF)


def photo_of(complaint: Complaint, kind: int, at: datetime) -> Attachment:
    chance = _chance(complaint)
    own = SAME_PICTURE if chance % SAME == 0 else chance
    before = timedelta(days=40) if chance % OLD == 0 else timedelta(minutes=6)
    picture = after(kind, own, (at - before).astimezone(UTC))
    zone = complaint.organisation.timezone
    return store(io.BytesIO(picture), at=at, proof=True, zone=zone)


def shown(complaint: Complaint, actor: Actor, at: datetime) -> dict[str, Any]:
    """Reading and code, where the category demands them."""
    needs, chance = needed_for(complaint), _chance(complaint)
    given: dict[str, Any] = {}
    if needs.reading:
        given["reading"] = str(chance % 90_000 + 10_000)
    if not needs.code or not reachable(complaint):
        return given
    if chance % 5 == 0:
        return given | {"unreachable": _NOT_MET[chance % 3].value}
    send_closing_code(complaint, actor=actor, at=at - timedelta(minutes=4))
    row = ClosingCode.objects.filter(complaint=complaint).latest("sent_at")
    return given | {"code": digits_of(row)}


def _chance(complaint: Complaint) -> int:
    """The same in every telling: neither a key nor a number is."""
    seed = f"{complaint.registered_at.isoformat()} {complaint.reopened}"
    return crc32(seed.encode())
