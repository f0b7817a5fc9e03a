"""When a message may be said to have arrived.

Where the provider tells us, by its word alone; where none can (e-mail, the console), a
day after it was sent and nothing came back.
"""

from datetime import datetime, timedelta

from notices.models import Notice
from notices.port import DeliveryError
from notices.wires import sender_for

NOTHING_CAME_BACK = timedelta(days=1)
State = Notice.State
LOST = frozenset({State.FAILED, State.EXPIRED, State.STOPPED})


def arrived_at(notice: Notice, at: datetime) -> datetime | None:
    """The moment it arrived; None as long as that is not known, or if it never did."""
    if notice.state == State.DELIVERED:
        return notice.delivered_at
    if notice.state != State.SENT or notice.sent_at is None:
        return None
    if at < notice.sent_at + NOTHING_CAME_BACK or _tells(notice):
        return None
    return notice.sent_at


def is_lost(notice: Notice) -> bool:
    return notice.state in LOST


def _tells(notice: Notice) -> bool:
    try:
        return sender_for(notice).tells_arrival
    except DeliveryError:
        return True  # a wire that is no longer there tells us nothing any more
