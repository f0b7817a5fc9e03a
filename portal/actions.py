"""What a citizen may do on the status page: one row each, one door each."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.actors import Actor
from complaints.models import Attachment, Complaint
from complaints.refusals import Refused
from complaints.services import (
    add,
    appeal,
    cancel,
    citizen_replied,
    confirm,
    not_solved,
)
from complaints.services.appeals import APPEAL_WITHIN, once
from complaints.services.guards import (
    MOST_REOPENS,
    may,
    may_cancel,
    not_final,
    reopens_left,
    reopens_used,
    within_window,
)
from complaints.services.unsolved import becomes_appeal
from complaints.status import Status

# What ends a complaint: for who has its link or a code, not for who knows the last
# digits of a phone that its office calls.
ENDING = frozenset({"confirm", "withdraw"})
Run = Callable[[Complaint, str, tuple[Attachment, ...], Actor, datetime], object]
Check = Callable[[Complaint, Actor, datetime], object]


@dataclass(frozen=True)
class Action:
    """`words`: none, wanted or needed. `fits` raises Refused when it is not for now."""

    name: str
    transition: str
    title: str | Promise
    button: str | Promise
    hint: str | Promise
    done: str | Promise
    run: Run
    words: str = "wanted"
    photo: bool = False
    fits: Check | None = None
    # Stands open and first: what the page waits for.
    first: bool = False


def _within_appeal(complaint: Complaint, actor: Actor, at: datetime) -> None:
    once(complaint)
    closed = complaint.closed_at
    if closed is None or at > closed + APPEAL_WITHIN:
        raise Refused(_("The time for an appeal is over."))


def _may_reopen(complaint: Complaint, actor: Actor, at: datetime) -> None:
    not_final(complaint)
    within_window(complaint, at)
    if not reopens_left(complaint):
        raise reopens_used()


def _is(wanted: Callable[[Complaint], bool]) -> Check:
    """Shown where this is so; the door decides by itself what comes."""

    def check(complaint: Complaint, actor: Actor, at: datetime) -> None:
        if not wanted(complaint):
            raise Refused(_("Another answer fits this complaint now."))

    return check


def _last_time(complaint: Complaint) -> bool:
    """Not solved now, it is opened again; not solved once more, it is an appeal."""
    again = complaint.reopened + 1 == MOST_REOPENS
    return again and complaint.appealed_at is None


def _as_before(complaint: Complaint) -> bool:
    return not becomes_appeal(complaint) and not _last_time(complaint)


def _unsolved(
    complaint: Complaint,
    text: str,
    files: tuple[Attachment, ...],
    actor: Actor,
    at: datetime,
) -> object:
    return not_solved(complaint, text=text, files=files, actor=actor, at=at)


# "No, it is not solved", by what it leads to: the citizen reads it before.
_LEADS_TO = (
    (
        "dispute", _as_before, _("Open it again"),
        _("It goes to a senior officer, with priority. Say what is still wrong."),
        _("It is open again and goes to a senior officer."),
    ),
    (
        "dispute-again", _last_time, _("Open it again"),
        _("It goes one level higher, with priority. If it is not solved after"
          " that, your next “no” becomes an appeal by itself."),
        _("It is open again and goes one level higher."),
    ),
    (
        "dispute-appeal", becomes_appeal, _("Send it to the appeal"),
        _("It was opened again twice. Now somebody outside the office decides."
          " You need not do more."),
        _("Your “no” is registered as an appeal. Nobody in the office can close it."),
    ),
)  # fmt: skip


ACTIONS = {
    row.name: row
    for row in (
        Action(
            "answer", "citizen_replied", _("Your answer"), _("Send the answer"),
            _("Work goes on as soon as you answer."), _("Thank you. Work goes on."),
            lambda c, text, files, actor, at: citizen_replied(
                c, text=text, files=files, actor=actor, at=at
            ),
            words="needed", photo=True, first=True,
        ),
        Action(
            "confirm", "confirm", _("Yes, it is solved"), _("Yes, it is solved"), "",
            _("Thank you. The complaint is closed."),
            lambda c, text, files, actor, at: confirm(c, actor=actor, at=at),
            words="none", first=True,
        ),
        *(
            Action(
                name, "dispute", _("No, it is not solved"), button, hint, done,
                _unsolved, photo=True, first=True, fits=_is(when),
            )
            for name, when, button, hint, done in _LEADS_TO
        ),
        Action(
            "add", "add", _("Add a word or a photo"), _("Add it"),
            _("The office sees it at once."), _("Your words were added."),
            lambda c, text, files, actor, at: add(
                c, text=text, files=files, actor=actor, at=at
            ),
            photo=True,
        ),
        Action(
            "reopen", "reopen", _("It is not solved after all"), _("Open it again"),
            _("It goes to a senior officer, with priority. Say what is still wrong."),
            _("It is open again and goes to a senior officer."),
            _unsolved, photo=True, fits=_may_reopen,
        ),
        Action(
            "appeal", "appeal", _("Make an appeal"), _("Send the appeal"),
            _("Somebody outside the office decides. One appeal can be made."),
            _("Your appeal is registered."),
            lambda c, text, files, actor, at: appeal(c, text=text, actor=actor, at=at),
            words="needed", fits=_within_appeal,
        ),
        Action(
            "withdraw", "withdraw", _("Withdraw the complaint"), _("Withdraw it"),
            _("It will be closed and nobody works on it any more."),
            _("The complaint is withdrawn."),
            lambda c, text, files, actor, at: cancel(c, text=text, actor=actor, at=at),
            fits=lambda c, actor, at: may_cancel(c, actor),
        ),
    )
}  # fmt: skip


def offered(complaint: Complaint, actor: Actor, at: datetime) -> list[Action]:
    """Those the citizen may take now; the doors check again."""
    return [row for row in ACTIONS.values() if _fits(row, complaint, actor, at)]


def _fits(row: Action, complaint: Complaint, actor: Actor, at: datetime) -> bool:
    if not may(complaint, row.transition, actor):
        return False
    if row.name == "add" and complaint.status == Status.NEED_INFO:
        return False  # the answer takes words and photos itself
    try:
        if row.fits is not None:
            row.fits(complaint, actor, at)
    except Refused:
        return False
    return True
