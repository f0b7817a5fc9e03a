"""What a subscriber is told of an event, and the signature it can check.

    Sunwai-Signature: t=1795231320,v1=<hex HMAC-SHA256 of "<t>.<body>">

`t` is when this try was made: a receiver refuses what is older than some minutes. The
body holds codes and numbers, never words or personal data; who wants more asks the API.
"""

import hashlib
import hmac
import json
import secrets
from datetime import datetime
from typing import Any

from complaints.models import Complaint, Event
from complaints.scope import readable_until
from notices.credentials import seal, unseal
from officers.trees import organisation_subtree
from operations.generation import ReferenceCache, bump
from portal.api.authentication import acting
from portal.models import WebhookDelivery, WebhookSubscription

REFERENCE = "webhooks"  # bumped by whoever writes subscriptions
MARK = "whsec_"
PING = "ping"

_active = ReferenceCache(
    REFERENCE,
    lambda: list(WebhookSubscription.objects.filter(active=True).order_by("pk")),
)


def new_secret() -> str:
    return MARK + secrets.token_urlsafe(32)


def sealed(secret: str) -> str:
    return seal({"secret": secret})


def changed() -> None:
    bump(REFERENCE)


def ping(subscription: WebhookSubscription, at: datetime) -> WebhookDelivery:
    """A test that the worker sends with the rest."""
    return WebhookDelivery.objects.create(
        subscription=subscription, event=None, created_at=at, not_before=at
    )


def wanted_by(event: Event, complaint: Complaint) -> list[WebhookSubscription]:
    """Who might be told: a cheap look, without a query; `may_see` decides later."""
    return [
        each
        for each in _active.get()
        if (not each.kinds or event.kind in each.kinds)
        and organisation_subtree(each.organisation_id) & _touched(event, complaint)
    ]


def _touched(event: Event, complaint: Complaint) -> set[int]:
    """Who has it, and who had it a moment ago."""
    told = (event.data.get("from_organisation"), event.data.get("organisation"))
    return {complaint.organisation_id, *(pk for pk in told if isinstance(pk, int))}


def may_see(delivery: WebhookDelivery, at: datetime) -> bool:
    """Asked when it is sent: what was taken away since is not told any more."""
    event, subscription = delivery.event, delivery.subscription
    if not subscription.active or not subscription.officer.is_active:
        return False
    if event is None:
        return True
    actor = acting(subscription.officer, subscription.organisation_id, at)
    complaint = (
        Complaint.objects.visible_to(actor)
        .select_related("category")
        .filter(pk=event.complaint_id)
        .first()
    )
    if complaint is None:
        return False
    until = readable_until(actor, complaint)
    return until is None or event.at <= until


def body_of(delivery: WebhookDelivery) -> bytes:
    event = delivery.event
    if event is None:
        told: dict[str, Any] = {"kind": PING, "at": delivery.created_at.isoformat()}
    else:
        told = _told(event)
    return json.dumps({"id": delivery.pk, **told}, separators=(",", ":")).encode()


def _told(event: Event) -> dict[str, Any]:
    complaint = event.complaint
    office, category = complaint.office, complaint.category
    return {
        "kind": event.kind,
        "number": complaint.number,
        "seq": event.seq,
        "at": event.at.isoformat(),
        "by": event.actor_kind,
        "from_status": event.from_status,
        "status": event.to_status,
        "organisation": complaint.organisation.code,
        "office": office.code if office else None,
        "category": category.code if category else None,
        "due_at": complaint.due_at.isoformat() if complaint.due_at else None,
    }


def headers_of(delivery: WebhookDelivery, body: bytes, at: datetime) -> dict[str, str]:
    secret = unseal(delivery.subscription.sealed)["secret"]
    return {
        "Content-Type": "application/json",
        "Sunwai-Delivery": str(delivery.pk),
        "Sunwai-Event": delivery.event.kind if delivery.event else PING,
        "Sunwai-Signature": signature(secret, body, int(at.timestamp())),
    }


def signature(secret: str, body: bytes, moment: int) -> str:
    digest = hmac.new(secret.encode(), b"%d." % moment + body, hashlib.sha256)
    return f"t={moment},v1={digest.hexdigest()}"
