"""What is said in words: an answer to a question, more about a complaint, a new one."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import override

from channels_in.commands.join import fitting, told
from channels_in.turn import Turn
from complaints.models import Complaint, ContactPoint
from complaints.services import Intake, add, citizen_replied, register
from complaints.status import Status
from complaints.text import tokens
from complaints.wording import LONGEST_TEXT

SHORTEST = 3  # as the door of registration has it
# A photo that follows belongs to what was said before it.
PHOTO_WITHIN = timedelta(minutes=10)
SAME_WITHIN = timedelta(hours=24)
MOST_COMPARED = 5
REGISTERED = "registered"


def awaited(turn: Turn) -> Complaint | None:
    """The one complaint of theirs that waits for an answer; of two nobody can tell."""
    if turn.citizen is None:
        return None
    asked = turn.theirs().filter(status=Status.NEED_INFO)
    keys = list(asked.values_list("pk", flat=True)[:2])
    return turn.first(asked.filter(pk=keys[0])) if len(keys) == 1 else None


def answer_question(turn: Turn) -> bool:
    complaint = awaited(turn)
    if complaint is None:
        return False
    actor = turn.actor(complaint)
    first, *more = _pieces(turn.text or photo_only(turn.language))
    citizen_replied(complaint, text=first, actor=actor, at=turn.at)
    for piece in more:
        add(complaint, text=piece, actor=actor, at=turn.at)
    turn.about = complaint  # told "resumed" by the change itself
    return True


def add_to_named(turn: Turn) -> bool:
    """The number of one of their own stands among the words."""
    complaint = turn.own(turn.said.number)
    if complaint is None:
        return False
    _add(turn, complaint)
    turn.reply("added_reply", complaint)
    return True


def add_photo(turn: Turn) -> bool:
    """Photos without words, sent soon after a complaint. Nine more need no nine
    answers."""
    if turn.text or not turn.media:
        return False
    complaint = turn.conversation.complaint
    since = turn.conversation.state.get(REGISTERED, "")
    if complaint is None or not since or complaint.citizen_id is None:
        return False
    if datetime.fromisoformat(since) < turn.at - PHOTO_WITHIN:
        return False
    turn.about = complaint
    return True


def add_repeat(turn: Turn) -> bool:
    """The same words once more within a day are the same complaint."""
    said = tokens(turn.text)
    if turn.citizen is None or not said:
        return False
    recent = turn.theirs().open().filter(registered_at__gt=turn.at - SAME_WITHIN)
    texts = recent.order_by("-registered_at").values_list("pk", "text")
    alike = [pk for pk, text in texts[:MOST_COMPARED] if tokens(text) == said]
    same = turn.first(recent.filter(pk=alike[0])) if alike else None
    if same is None:
        return False
    _add(turn, same)
    turn.reply("added_reply", same)
    return True


def register_new(turn: Turn) -> None:
    first, *more = _pieces(turn.text or photo_only(turn.language))
    complaint = register(
        _intake(turn, first),
        actor=turn.actor(),
        at=turn.at,
    )
    turn.about = complaint
    turn.conversation.state[REGISTERED] = turn.at.isoformat()
    for piece in more:
        add(complaint, text=piece, actor=turn.actor(complaint), at=turn.at)
    if not turn.may_answer():
        turn.hush(complaint)
        return
    incident = fitting(complaint, turn)
    if incident is not None:
        values = told(incident, turn.language)
        turn.reply("incident_reply", complaint, **values)


def _intake(turn: Turn, text: str) -> Intake:
    channel, address = turn.contact
    return Intake(
        organisation=turn.account.organisation,
        text=text,
        source=turn.source,
        language=turn.language,
        phone=address if channel == ContactPoint.Channel.PHONE else "",
        # Ours: the clock of whoever wrote may be wrong, and is theirs to set.
        received_at=min(turn.inbound.received_at, turn.at),
        account=turn.account.code,
    )


def _add(turn: Turn, complaint: Complaint) -> None:
    turn.about = complaint
    for piece in _pieces(turn.text):
        add(complaint, text=piece, actor=turn.actor(complaint), at=turn.at)


def _pieces(text: str) -> list[str]:
    """No longer than a door takes; nothing of a long text is cut off."""
    starts = range(0, len(text), LONGEST_TEXT)
    pieces = (text[start : start + LONGEST_TEXT].strip() for start in starts)
    return [piece for piece in pieces if piece]


def photo_only(language: str) -> str:
    with override(language):
        return _("A photo without words.")
