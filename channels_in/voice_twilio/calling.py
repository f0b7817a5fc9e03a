"""Making a call at Twilio. Runs in threads beside other sends: no database here."""

from channels_in.sms_twilio import sending
from channels_in.voice_twilio.speech import first, hook_of
from channels_in.voice_twilio.steps import Step
from notices.port import DeliveryError, OutboundMessage

SLUG = "voice_twilio"
RINGS_SECONDS = 30
LONGEST_CALL_SECONDS = 180


def call(message: OutboundMessage) -> str:
    keys = message.keys
    hook = hook_of(keys.code)
    step = Step(message.notice_id, message.language)
    with sending.faults():
        made = sending.client(keys, SLUG).calls.create(
            to=message.recipient,
            from_=keys.address or message.sender_address,
            twiml=first(message.text, step, hook),
            timeout=RINGS_SECONDS,
            time_limit=LONGEST_CALL_SECONDS,
            status_callback=f"{hook}status/",
            status_callback_method="POST",
        )
        return str(made.sid)


def look_up(message: OutboundMessage) -> str | None:
    """By the recipient: to one person one call at a time is under way."""
    from twilio.base.exceptions import TwilioException

    keys, since = message.keys, message.claimed_at
    if since is None:
        return None
    try:
        found = sending.client(keys, SLUG).calls.list(
            to=message.recipient, limit=sending.MOST_LOOKED_AT
        )
    except (TwilioException, DeliveryError, ValueError, KeyError):
        return None
    ours = keys.address or message.sender_address
    for each in found:
        made = each.date_created
        if made is None or made < since - sending.CLOCKS_DIFFER:
            continue
        if each._from == ours:  # its name in the library, for "from" is Python's
            return str(each.sid)
    return ""
