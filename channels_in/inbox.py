"""The durable inbox: what a provider handed over is stored before it is answered."""

import hashlib
import json
import re
from datetime import datetime
from typing import Any

from django.db import connection

from channels_in.models import Inbound
from channels_in.port import Envelope
from channels_in.working import work_off
from notices.models import ChannelAccount

LONGEST_HEADER = 500
_PLAIN_ID = re.compile(r"[\x21-\x7e]{1,100}")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")

# One statement: of a hundred repeats at the same moment one is stored.
_INSERT = """
INSERT INTO channels_in_inbound
    (account_id, wire, what, provider_id, body, headers, received_at, not_before,
     state, attempts, claim, error, sender)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, 'waiting', 0, '', '', '')
ON CONFLICT (account_id, what, provider_id) DO NOTHING
RETURNING id
"""


def accept(
    account: ChannelAccount,
    wire: str,
    envelope: Envelope,
    *,
    what: str,
    provider_id: str,
    at: datetime,
) -> bool:
    """Store it; False when it was there already. `wire` is the slug."""
    moment = connection.ops.adapt_datetimefield_value(at)
    values: list[Any] = [
        account.pk,
        wire,
        Inbound.What(what).value,
        storable_id(provider_id, envelope.body),
        envelope.body,
        json.dumps(_storable(envelope)),
        moment,
        moment,
    ]
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, values)
        return cursor.fetchone() is not None


def storable_id(given: str, body: bytes) -> str:
    """The provider's id; of one that is none, or that no column takes, a digest."""
    if _PLAIN_ID.fullmatch(given):
        return given
    seed = given.encode("utf-8", "surrogatepass") if given else body
    return "sha256:" + hashlib.sha256(seed).hexdigest()


def _storable(envelope: Envelope) -> dict[str, str]:
    return {
        name: _CONTROLS.sub("", value)[:LONGEST_HEADER]
        for name, value in envelope.headers.items()
    }


def tick(at: datetime) -> int:
    """Read what waits: messages before receipts, each account in its turn."""
    return work_off(at)
