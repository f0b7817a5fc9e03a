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
    dispute,
    reopen,
)
from complaints.services.appeals import APPEAL_WITHIN
from complaints.services.guards import may, may_cancel, reopens_left, within_window
from complaints.status import Status

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
    closed = complaint.closed_at
    if closed is None or at > closed + APPEAL_WITHIN:
        raise Refused(_("The time for an appeal is over."))


def _may_reopen(complaint: Complaint, actor: Actor, at: datetime) -> None:
    within_window(complaint, at)
    reopens_left(complaint)


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
        Action(
            "dispute", "dispute", _("No, it is not solved"), _("Open it again"),
            _("It goes to a senior officer, with priority. Say what is still wrong."),
            _("It is open again and goes to a senior officer."),
            lambda c, text, files, actor, at: dispute(
                c, text=text, files=files, actor=actor, at=at
            ),
            photo=True, first=True,
            fits=lambda c, actor, at: within_window(c, at),
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
            lambda c, text, files, actor, at: reopen(
                c, text=text, files=files, actor=actor, at=at
            ),
            photo=True, fits=_may_reopen,
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
