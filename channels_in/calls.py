"""What a call of ours brought: the keys that were pressed, and whether it rang."""

from datetime import datetime

from channels_in.models import Inbound
from channels_in.port import Pressed, UnreadableError
from feedback import voice
from notices.models import Notice
from notices.outbox import VOICE


def take(row: Inbound, pressed: Pressed, *, source: str, at: datetime) -> None:
    """Called in the transaction that makes the inbound row done."""
    notice = (
        Notice.objects.filter(
            pk=pressed.notice_id, account=row.account_id, channel=VOICE
        )
        .select_related("complaint")
        .first()
    )
    if notice is None or notice.complaint is None:
        raise UnreadableError("no_such_call")
    row.sender, row.complaint = notice.recipient, notice.complaint
    if pressed.solved is not None:
        voice.answered(
            notice, score=pressed.score, solved=pressed.solved, by=source, at=at
        )


def rang(account_id: int, provider_id: str, at: datetime) -> None:
    """A receipt of the call was just written down."""
    rows = Notice.objects.filter(
        account_id=account_id, provider_id=provider_id, channel=VOICE
    ).exclude(provider_id="")
    for notice in rows:
        voice.rang(notice, at)
