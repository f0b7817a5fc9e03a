"""What the provider says became of a message: it only moves forward.

    queued, sending, unsure  <  sent  <  failed  <  delivered

Receipts come in any order, late and repeated. The furthest wins, so that any order ends
the same: a late "sent" changes nothing, and who has the message in hand has it, even if
a "failed" came first.
"""

from datetime import datetime

from django.db.models import F, Value
from django.db.models.functions import Coalesce

from notices.models import Notice
from notices.outcomes import storable

State = Notice.State
SENT, DELIVERED, FAILED = "sent", "delivered", "failed"

_BEFORE_SENT = (State.QUEUED, State.SENDING, State.UNSURE)
_BEFORE = {
    SENT: _BEFORE_SENT,
    FAILED: (*_BEFORE_SENT, State.SENT),
    DELIVERED: (*_BEFORE_SENT, State.SENT, State.FAILED),
}


def receive(
    account_id: int, provider_id: str, outcome: str, *, error: str = "", at: datetime
) -> bool:
    """False: this account has no such notice, or not yet, for we may not have written
    down the provider's id. An outcome that we do not know changes nothing."""
    if not provider_id:
        return False
    # The second condition says nothing new, but to SQLite that its index will do.
    rows = Notice.objects.filter(
        account_id=account_id, provider_id=provider_id
    ).exclude(provider_id="")
    before = _BEFORE.get(outcome, ())
    if before and rows.filter(state__in=before).update(**_fields(outcome, error, at)):
        return True
    return rows.exists()


def _fields(outcome: str, error: str, at: datetime) -> dict[str, object]:
    fields: dict[str, object] = {"state": outcome, "lease_until": None, "error": ""}
    if outcome == FAILED:
        fields["error"] = storable(error, 200)
    else:
        fields["sent_at"] = Coalesce(F("sent_at"), Value(at))
    if outcome == DELIVERED:
        fields["delivered_at"] = at
    return fields
