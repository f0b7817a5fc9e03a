"""Which wire a notice goes by, and what that wire is given: plain data, no database."""

from functools import lru_cache

from django.conf import settings
from django.utils.module_loading import import_string

from notices import dlt
from notices.accounts import keys_of
from notices.credentials import UnreadableSecretsError
from notices.models import ChannelAccount, Notice
from notices.port import DeliveryError, Keys, OutboundMessage, Sender
from notices.render import EMAIL, SMS
from notices.texts import registration
from officers.names import localised

# Where an organisation has no account of its own for the channel.
OWN_SENDERS = {SMS: "console", EMAIL: "email"}


def slug_of(channel: str, account_sender: str) -> str:
    return account_sender or OWN_SENDERS.get(channel, "")


def sender_for(notice: Notice) -> Sender:
    """Raises DeliveryError: not in the wiring today is no reason to drop a message."""
    slug = slug_of(notice.channel, notice.account.sender if notice.account else "")
    path = settings.SUNWAI_CHANNELS.get(slug)
    if path is None:
        raise DeliveryError(f"no sender {slug or notice.channel}")
    return _sender(path)


@lru_cache
def _sender(path: str) -> Sender:
    sender = import_string(path)()
    if not isinstance(sender, Sender):
        raise DeliveryError("no Sender at this path")
    return sender


def message_of(notice: Notice) -> OutboundMessage:
    """Raises DeliveryError where the account's secrets cannot be read."""
    account: ChannelAccount | None = notice.account
    return OutboundMessage(
        notice_id=notice.pk,
        kind=notice.kind,
        channel=notice.channel,
        recipient=notice.recipient,
        text=notice.text,
        subject=notice.subject,
        language=notice.language,
        segments=notice.segments,
        sender_address=account.address if account else "",
        sender_name=localised(account.organisation.names, notice.language)
        if account
        else "",
        keys=_keys(account) if account else Keys(),
        template_id=notice.template_id,
        claimed_at=notice.claimed_at,
    )


def _keys(account: ChannelAccount) -> Keys:
    try:
        return keys_of(account)
    except UnreadableSecretsError:
        raise DeliveryError("secrets unreadable") from None


def refuse_unregistered(notice: Notice) -> None:
    """Raises DeliveryError: the operators would drop it without telling us."""
    account = notice.account
    if account is None or not account.registered:
        return
    registered = ""
    if notice.template_id:
        registered = registration(account.organisation_id, notice.template_id)
    if not registered:
        raise DeliveryError("dlt not registered", permanent=True)
    at = dlt.differs(notice.text, registered, account.variable_limit)
    if at is not None:
        raise DeliveryError(f"dlt differs at {at}", permanent=True)
