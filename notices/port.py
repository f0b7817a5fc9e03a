"""What a provider's wire must do. One class per wire, named in config/wiring.py.

    class MySender(Sender):
        def send(self, message: OutboundMessage) -> str: ...

`send` returns the provider's id once the provider has taken the message. Otherwise it
raises DeliveryError and says which of three things it knows: not now (the default: we
try again later), never (permanent), or that it cannot tell (unknown: a time-out after
the last byte). Anything else it raises counts as unknown.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OutboundMessage:
    """One message as the wire needs it: plain data, nothing of Django's."""

    notice_id: int
    kind: str
    channel: str
    recipient: str
    text: str
    subject: str
    language: str
    segments: int
    sender_address: str = ""  # of the organisation's account; "" is the wire's own
    sender_name: str = ""


class DeliveryError(Exception):
    """`reason` is a code or a class name: it is stored, so no address and no words."""

    def __init__(
        self, reason: str, *, permanent: bool = False, unknown: bool = False
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.permanent = permanent
        self.unknown = unknown


class Sender(ABC):
    @abstractmethod
    def send(self, message: OutboundMessage) -> str:
        """The provider's id. Raises DeliveryError."""

    def look_up(self, message: OutboundMessage) -> str | None:
        """Ask the provider after an unknown outcome.

        Its id if it has the message, "" if it surely has not, None if it cannot say.
        """
        return None
