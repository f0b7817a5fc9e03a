"""One message of one person: a command, more about a complaint, or a new one.

Called in the transaction that makes the inbound row done. The conversation's row is
locked first: of ten photos that arrive together one opens the complaint, and nine find
it there.
"""

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache

from django.conf import settings
from django.db import connection
from django.utils.module_loading import import_string

from channels_in import media, talking
from channels_in.commands.rate import open_requests
from channels_in.commands.reopen import candidate
from channels_in.grammar import RATE, REOPEN, STATUS, is_greeting, read
from channels_in.models import Conversation, Inbound
from channels_in.port import Incoming, UnreadableError, Wire
from channels_in.turn import Turn
from complaints.languages import detect_language
from complaints.models import ContactPoint
from complaints.people import by_contact
from complaints.phones import BadPhone, parse_phone
from complaints.text import clean
from notices.models import ChannelAccount
from officers.trees import root_of

PHONE = ContactPoint.Channel.PHONE
# What a channel's addresses are to the desk; the others are their own kind.
BY_PHONE = frozenset({"sms", "voice"})
LONGEST = 100_000
# So much shows its language; a long run without a space takes quadratic time.
TELLING = 1000
# Writing its own value back takes the row's lock, which a plain insert would not.
_LOCK = """
INSERT INTO channels_in_conversation (account_id, address, language, last_at, state)
VALUES (%s, %s, '', %s, '{}')
ON CONFLICT (account_id, address)
DO UPDATE SET address = excluded.address
RETURNING *
"""
Handler = Callable[[Turn], None]


def take(
    inbound: Inbound,
    account: ChannelAccount,
    wire: Wire,
    incoming: Incoming,
    *,
    place: int,
    at: datetime,
) -> Turn:
    address = _address(account, wire, incoming)
    conversation = _locked(account, address, at)
    turn = _turn(inbound, account, wire, incoming, conversation, place, at)
    _answer(turn)
    if turn.about is not None and turn.media:
        media.expect(turn)
    _remember(turn)
    return turn


def _address(account: ChannelAccount, wire: Wire, incoming: Incoming) -> str:
    """Advertisers and networks write from names and short codes, which nobody can
    answer: staff look at those."""
    if wire.channel not in BY_PHONE:
        return incoming.sender
    try:
        return parse_phone(incoming.sender, account.organisation.country)
    except BadPhone:
        raise UnreadableError("sender_is_no_phone") from None


def _locked(account: ChannelAccount, address: str, at: datetime) -> Conversation:
    """Made or found by one statement, and held until the transaction ends."""
    moment = connection.ops.adapt_datetimefield_value(at)
    return Conversation.objects.raw(_LOCK, [account.pk, address, moment])[0]


def _turn(
    inbound: Inbound,
    account: ChannelAccount,
    wire: Wire,
    incoming: Incoming,
    conversation: Conversation,
    place: int,
    at: datetime,
) -> Turn:
    text = clean(incoming.text[:LONGEST], LONGEST)
    said = read(text)
    # "RATE" looks Italian: of a command only the other words are asked. What shows no
    # language, a number or a name, is answered in the one of before.
    told = said.rest if said.word else text
    spoken = said.language or detect_language(told[:TELLING], default="")
    conversation.language = spoken or conversation.language
    channel = PHONE if wire.channel in BY_PHONE else wire.channel
    contact = (channel, conversation.address)
    citizen = by_contact(root_of(account.organisation_id), *contact)
    chosen = citizen.language if citizen else ""
    return Turn(
        inbound=inbound,
        place=place,
        account=account,
        source=wire.source,
        address=conversation.address,
        contact=contact,
        citizen=citizen,
        conversation=conversation,
        said=said,
        text=text,
        media=incoming.media,
        language=conversation.language
        or chosen
        or account.organisation.default_language,
        at=at,
    )


def _answer(turn: Turn) -> None:
    handler = _handler(turn)
    if handler is not None:
        handler(turn)
    elif not turn.text and not turn.media:
        turn.reply("help_reply")
    else:
        _in_words(turn)


def _handler(turn: Turn) -> Handler | None:
    """A command, unless the digits or the word are the answer to what we asked."""
    said = turn.said
    if not said.word or said.word not in settings.SUNWAI_COMMANDS:
        return None
    if said.bare and not _stands_alone(turn):
        return None
    if said.weak and not said.number and talking.awaited(turn) is not None:
        return None
    if said.word == REOPEN and not _meant(turn):
        return None
    return _loaded(settings.SUNWAI_COMMANDS[said.word])


def _stands_alone(turn: Turn) -> bool:
    """A bare number or digit: a status or a rating, else an answer to our question."""
    said = turn.said
    if said.word == STATUS:
        return talking.awaited(turn) is None or turn.own(said.number) is not None
    if said.word == RATE:
        return said.score is not None and len(open_requests(turn)) == 1
    return True


def _meant(turn: Turn) -> bool:
    """ "Reopen the park gate" is a complaint where nothing of theirs was solved."""
    said = turn.said
    if said.number or said.wrong_number or not said.rest:
        return True
    return candidate(turn) is not None


def _in_words(turn: Turn) -> None:
    """A complaint, or more about one; the first that fits."""
    for fits in (
        talking.answer_question,
        talking.add_to_named,
        talking.add_photo,
    ):
        if fits(turn):
            return
    if not turn.media and (is_greeting(turn.text) or len(turn.text) < talking.SHORTEST):
        turn.reply("help_reply")
    elif not talking.add_repeat(turn):
        talking.register_new(turn)


def _remember(turn: Turn) -> None:
    conversation = turn.conversation
    if turn.about is not None:
        conversation.complaint = turn.about
        conversation.citizen_id = turn.about.citizen_id
    elif turn.citizen is not None:
        conversation.citizen = turn.citizen
    conversation.last_at = turn.at
    conversation.save(
        update_fields=["language", "complaint", "citizen", "last_at", "state"]
    )


@lru_cache
def _loaded(path: str) -> Handler:
    handler: Handler = import_string(path)
    return handler
