"""Stands in for SMS until a provider is configured: a line in the log, and no more.

In the demonstration the whole text goes to var/outbox.log, for there nobody is real.
"""

import logging
from pathlib import Path

from django.conf import settings

from complaints.phones import masked, masked_email
from notices.port import DeliveryError, OutboundMessage, Sender
from notices.render import EMAIL, one_line

log = logging.getLogger(__name__)


class ConsoleSender(Sender):
    def send(self, message: OutboundMessage) -> str:
        shown = _masked(message)
        log.info(
            "%s to %s: notice %s (%s, %s, %s parts)",
            message.channel,
            shown,
            message.notice_id,
            message.kind,
            message.language,
            message.segments,
        )
        if settings.DEMO:
            _keep(message, shown)
        return f"console-{message.notice_id}"


def _masked(message: OutboundMessage) -> str:
    if message.channel == EMAIL:
        return masked_email(message.recipient)
    return masked(message.recipient)


def _keep(message: OutboundMessage, shown: str) -> None:
    path = Path(settings.DATA_ROOT) / "outbox.log"
    line = f"{message.notice_id}\t{shown}\t{message.kind}\t{one_line(message.text)}\n"
    try:
        with path.open("a", encoding="utf-8") as file:
            file.write(line)
    except OSError as error:
        raise DeliveryError(type(error).__name__) from error
