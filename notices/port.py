"""What a provider's wire must do to send. One class per wire, in config/wiring.py.

    class MySender(Sender):
        def send(self, message: OutboundMessage) -> str: ...

`send` returns the provider's id once the provider has taken the message. Otherwise it
raises DeliveryError and says which of three things it knows: not now (the default: we
try again later), never (permanent), or that it cannot tell (unknown: a time-out after
the last byte). Anything else it raises counts as unknown.

`send` and `look_up` run in a thread beside other sends: they must not touch the
database. All that they need of the account comes in `message.keys`.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Keys:
    """An organisation's account at a provider: plain data, nothing of Django's.

    `secrets` are unsealed (notices/credentials.py) and never shown or logged.
    `header` and `entity_id` are the registration of an Indian SMS sender (DLT).
    """

    code: str = ""  # in the address of the hook
    address: str = ""  # the number, mailbox or handle itself
    provider_account: str = ""  # such as Twilio's account SID
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    header: str = ""
    entity_id: str = ""


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
    keys: Keys = Keys()
    template_id: str = ""  # where the text is registered (DLT content id)
    claimed_at: datetime | None = None  # of this try: where a look-up begins


class DeliveryError(Exception):
    """`reason` is a code or a class name: it is stored, so no address and no words.

    `after` is how many seconds the provider asked us to wait (Retry-After).
    """

    def __init__(
        self,
        reason: str,
        *,
        permanent: bool = False,
        unknown: bool = False,
        after: float | None = None,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.permanent = permanent
        self.unknown = unknown
        self.after = after


class Sender(ABC):
    # What its accounts keep sealed, by name: the admin asks for each.
    secret_names: ClassVar[tuple[str, ...]] = ()
    # Does the provider tell us what reached the person? See notices/arrival.py.
    tells_arrival: ClassVar[bool] = False
    # How long after a doubt the provider's own list is to be believed.
    settles_in_seconds: float = 600.0

    @abstractmethod
    def send(self, message: OutboundMessage) -> str:
        """The provider's id. Raises DeliveryError."""

    def look_up(self, message: OutboundMessage) -> str | None:
        """Ask the provider after an unknown outcome.

        Its id if it has the message, "" if it surely has not, None if it cannot say.
        """
        return None
