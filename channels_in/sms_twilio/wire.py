"""SMS and MMS by Twilio's Programmable Messaging. docs/channels/sms_twilio.md"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.conf import settings

from channels_in.port import (
    Envelope,
    Incoming,
    Media,
    Receipt,
    UnreadableError,
    Wire,
)
from channels_in.sms_twilio import sending
from channels_in.sms_twilio.form import FORM, HEADERS, check_signature, fields_of
from notices.port import Keys, OutboundMessage

MOST_PHOTOS = 10
# What Twilio calls the stages of a message of ours; the others say nothing new.
OUTCOMES = {
    "sent": "sent",
    "delivered": "delivered",
    "read": "delivered",
    "undelivered": "failed",
    "failed": "failed",
}


class TwilioSms(Wire):
    slug = "sms_twilio"
    channel = "sms"
    source = "sms"
    tells_arrival = True
    secret_names = ("auth_token",)
    headers: ClassVar[frozenset[str]] = HEADERS
    answer = b'<?xml version="1.0" encoding="UTF-8"?><Response/>'
    answer_type = "text/xml"
    # The address in the message asks for a password and sends on to the second.
    media_hosts: ClassVar[frozenset[str]] = frozenset(
        {"api.twilio.com", "mms.twiliocdn.com", "media.twiliocdn.com"}
    )
    settles_in_seconds = 60.0

    def verify(self, keys: Keys, envelope: Envelope) -> None:
        check_signature(keys, envelope)

    def identify(self, keys: Keys, envelope: Envelope) -> tuple[str, str]:
        form = fields_of(envelope)
        sid, stage = _sid(form), _stage(form)
        # Each stage of a message is a receipt of its own.
        return ("receipt", f"{sid}:{stage}") if sid and stage else ("message", sid)

    def parse(self, keys: Keys, envelope: Envelope) -> Iterable[Incoming | Receipt]:
        form = fields_of(envelope)
        sid, stage = _sid(form), _stage(form)
        if not sid:
            return []
        if stage:
            outcome = OUTCOMES.get(stage)
            error = form.get("ErrorCode", "")
            return [Receipt(sid, outcome, error)] if outcome else []
        if not form.get("From"):
            raise UnreadableError("no_sender")
        return [
            Incoming(
                provider_id=sid,
                sender=form["From"],
                text=form.get("Body", ""),
                media=_media(form),
            )
        ]

    def send(self, message: OutboundMessage) -> str:
        return sending.send(message, callback=_hook(message.keys, "status/"))

    def look_up(self, message: OutboundMessage) -> str | None:
        return sending.look_up(message)

    def recent(self, keys: Keys, since: datetime) -> Iterable[Envelope] | None:
        return (_as_posted(keys, each) for each in sending.received(keys, since))

    def media_auth(self, keys: Keys) -> tuple[str, str] | None:
        return keys.provider_account, keys.secrets.get("auth_token", "")


def _hook(keys: Keys, rest: str = "") -> str:
    return f"{settings.PUBLIC_URL}/hooks/{TwilioSms.slug}/{keys.code}/{rest}"


def _sid(form: Mapping[str, str]) -> str:
    return form.get("MessageSid") or form.get("SmsSid", "")


def _stage(form: Mapping[str, str]) -> str:
    stage = form.get("MessageStatus", "").lower()
    return "" if stage in ("received", "receiving") else stage


def _media(form: Mapping[str, str]) -> tuple[Media, ...]:
    given = form.get("NumMedia", "")
    count = int(given) if given.isascii() and given.isdigit() else 0
    found = (
        Media(form[f"MediaUrl{n}"], form.get(f"MediaContentType{n}", "")[:100])
        for n in range(min(count, MOST_PHOTOS))
        if form.get(f"MediaUrl{n}")
    )
    return tuple(found)


def _as_posted(keys: Keys, each: "sending.Received") -> Envelope:
    """A message of the provider's list in the form in which it would have come."""
    form: dict[str, Any] = {
        "MessageSid": each.sid,
        "SmsSid": each.sid,
        "AccountSid": keys.provider_account,
        "From": each.sender,
        "To": each.recipient,
        "Body": each.text,
        "SmsStatus": "received",
        "NumMedia": str(len(each.media)),
    }
    for place, (url, content_type) in enumerate(each.media):
        form[f"MediaUrl{place}"] = url
        form[f"MediaContentType{place}"] = content_type
    headers = {"content-type": FORM, "x-sunwai-by": "reconcile"}
    return Envelope(_hook(keys), urlencode(form).encode(), headers)
