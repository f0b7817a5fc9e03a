"""One message of one person, with all that a command needs to answer it."""

import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from channels_in.grammar import Said
from channels_in.models import Conversation, Inbound
from channels_in.port import Media
from complaints.actors import Actor
from complaints.models import Citizen, Complaint
from complaints.scope import ComplaintQuerySet
from notices.answers import answer
from notices.models import ChannelAccount, Notice
from notices.reference import with_names
from notices.render import MissingValueError
from notices.texts import MissingTemplateError
from operations import counters

# Two machines that answer each other must come to an end.
MOST_ANSWERS, WINDOW = 30, timedelta(hours=1)
log = logging.getLogger(__name__)


@dataclass
class Turn:
    """`place` tells the messages of one request apart; `text` is cleaned."""

    inbound: Inbound
    place: int
    account: ChannelAccount
    source: str
    address: str
    contact: tuple[str, str]  # (channel, address) as ContactPoint has them
    citizen: Citizen | None
    conversation: Conversation
    said: Said
    text: str
    media: tuple[Media, ...]
    language: str
    at: datetime
    about: Complaint | None = None  # the complaint that it turned out to be about
    _may_answer: bool | None = field(default=None, repr=False)

    @property
    def cause(self) -> str:
        return f"in:{self.inbound.pk}" + (f".{self.place}" if self.place else "")

    def actor(self, complaint: Complaint | None = None) -> Actor:
        return Actor(
            kind="citizen",
            citizen_id=self.citizen.pk if self.citizen else None,
            complaint_id=complaint.pk if complaint else None,
            by=self.source,
        )

    def own(self, number: str) -> Complaint | None:
        """This person's complaint; another's and one that is not are both None."""
        if self.citizen is None or not number:
            return None
        return self.first(self.theirs().filter(number=number))

    def newest(self, *statuses: str) -> Complaint | None:
        """The last one that this person sent us, at one of these stages."""
        if self.citizen is None:
            return None
        rows = self.theirs()
        if statuses:
            rows = rows.filter(status__in=statuses)
        return self.first(rows.order_by("-registered_at"))

    def theirs(self) -> ComplaintQuerySet:
        """This person's complaints; nobody's where we do not know the person."""
        return Complaint.objects.visible_to(self.actor())

    @staticmethod
    def first(rows: ComplaintQuerySet) -> Complaint | None:
        """With its names, which are not joined: PostgreSQL would take longer to plan
        that than to read."""
        found = next(iter(rows[:1]), None)
        return with_names(found) if found else None

    def may_answer(self) -> bool:
        """Counted once for each message, whatever it makes us say."""
        if self._may_answer is None:
            self._may_answer = counters.allowed(
                f"answer:{self.account.pk}:{self.address}",
                limit=MOST_ANSWERS,
                window=WINDOW,
                at=self.at,
            )
        return self._may_answer

    def reply(
        self, key: str, complaint: Complaint | None = None, **values: object
    ) -> None:
        """Owe the person an answer from the account they wrote to."""
        if complaint is not None:
            self.about = complaint
        if not self.may_answer():
            log.info("no answer to inbound %s: too many already", self.inbound.pk)
            return
        try:
            answer(
                account=self.account,
                recipient=self.address,
                key=key,
                cause=self.cause,
                at=self.at,
                language=self.language,
                complaint=complaint,
                citizen_id=self.citizen.pk if self.citizen else None,
                **values,
            )
        except (MissingTemplateError, MissingValueError) as error:
            # A text that is missing must not lose what the person wrote.
            log.error("no text %s for account %s: %s", key, self.account.pk, error)

    def not_found(self) -> None:
        """The same words for a number that is not and for somebody else's."""
        self.reply("not_found_reply")

    def hush(self, complaint: Complaint) -> None:
        """A new complaint from who has had more answers than anybody reads."""
        if not self.may_answer():
            Notice.objects.filter(
                complaint=complaint, audience="citizen", state=Notice.State.QUEUED
            ).update(state=Notice.State.EXPIRED, error="too_many_answers")
