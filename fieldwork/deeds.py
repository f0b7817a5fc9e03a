"""What may be done to a job: one row each, one service each."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints import services
from complaints.models import Attachment, Complaint, Event, Message
from complaints.services.guards import may, may_take_up
from complaints.times import evening
from fieldwork import forms as f
from fieldwork.access import Staff

Files = tuple[Attachment, ...]
Given = dict[str, Any]  # actor, at, version
Run = Callable[[Complaint, Any, Files, Given], object]


@dataclass(frozen=True)
class Deed:
    """`name` is its address, `action` the row of the workflow, `kind` its event."""

    name: str
    action: str
    kind: str
    label: str | Promise
    done: str | Promise
    run: Run
    form: type[f.DeedForm] = f.EmptyForm
    button: str | Promise = ""  # on its own page, where the label is the heading
    big: bool = False  # one of the three large buttons, or what comes before them

    @property
    def instant(self) -> bool:
        """One press, no page of its own."""
        return self.form is f.EmptyForm

    def allowed(self, complaint: Complaint, staff: Staff) -> bool:
        if self.name == "ask" and complaint.pause_used:
            return False
        if self.name == "hold" and may(complaint, "interim_reply", staff.actor):
            return False  # the second level asks nobody
        if self.name == "refuse" and complaint.hold_asked is None:
            return False
        if self.name == "act":
            return may_take_up(complaint, staff.actor)
        return may(complaint, self.action, staff.actor)


def _start(c: Complaint, form: f.DeedForm, files: Files, given: Given) -> None:
    services.start(c, **given)


def _resume(c: Complaint, form: f.DeedForm, files: Files, given: Given) -> None:
    services.resume(c, **given)


def _ask(c: Complaint, form: f.QuestionForm, files: Files, given: Given) -> None:
    services.ask_citizen(c, question=form.cleaned_data["question"], **given)


def _solved(c: Complaint, form: f.SolvedForm, files: Files, given: Given) -> None:
    words = form.cleaned_data["action_taken"]
    services.resolve(
        c, action_taken=words, cause=form.found, files=files, **form.proof, **given
    )


def _take(c: Complaint, form: f.OwnerForm, files: Files, given: Given) -> None:
    services.accept(c, owner=form.chosen, **given)


def _hold(c: Complaint, form: f.HoldForm, files: Files, given: Given) -> None:
    reason = form.cleaned_data["reason"]
    services.hold(c, reason=reason, new_date=form.until(), **given)


def _ask_hold(c: Complaint, form: f.HoldForm, files: Files, given: Given) -> None:
    reason = form.cleaned_data["reason"]
    services.ask_hold(c, reason=reason, new_date=form.until(), **given)


def _refuse(c: Complaint, form: f.RefuseForm, files: Files, given: Given) -> None:
    services.refuse_hold(c, reason=form.cleaned_data["reason"], **given)


def _take_up(c: Complaint, form: f.TakeUpForm, files: Files, given: Given) -> None:
    plan = form.cleaned_data["plan"]
    until = evening(form.cleaned_data["until"], c.organisation)
    services.take_up(c, plan=plan, until=until, **given)


def _hand_over(c: Complaint, form: f.OwnerForm, files: Files, given: Given) -> None:
    services.reassign(c, owner=form.chosen, **given)


def _back(c: Complaint, form: f.BackForm, files: Files, given: Given) -> None:
    services.bounce(c, reason=form.cleaned_data["reason"], **given)


def _note(c: Complaint, form: f.NoteForm, files: Files, given: Given) -> None:
    """A note bears that somebody else was first, so it takes no version."""
    told = {name: value for name, value in given.items() if name != "version"}
    services.note(c, text=form.cleaned_data["text"], files=files, **told)


# In the order in which the page shows them.
DEEDS = (
    Deed("take", "accept", "accepted", _("Take it up"), _("Taken up."), _take,
         f.TakeForm, _("Take it up"), big=True),
    Deed("start", "start", "started", _("Start"), _("Work has started."), _start,
         big=True),
    Deed("resume", "resume", "resumed", _("Go on"), _("Work goes on."), _resume,
         big=True),
    Deed("ask", "ask_citizen", "asked", _("Ask"),
         _("The question is on its way. The time stands still."), _ask,
         f.QuestionForm, _("Send the question"), big=True),
    Deed("solved", "resolve", "resolved", _("Solved"),
         _("Marked solved. The citizen is asked to confirm."), _solved, f.SolvedForm,
         _("Mark solved"), big=True),
    Deed("note", "note", "noted", _("Write a note"), _("The note is kept."), _note,
         f.NoteForm, _("Keep the note")),
    Deed("hold", "ask_hold", "hold_asked", _("Needs longer"),
         _("The office head is asked. The citizen hears when it is agreed."),
         _ask_hold, f.HoldForm, _("Ask the office head")),
    Deed("agree", "interim_reply", "held", _("Needs longer"),
         _("The citizen is told the new date."), _hold, f.AgreeForm,
         _("Tell the citizen")),
    Deed("refuse", "refuse_hold", "hold_refused", _("No more time"),
         _("The officer is told."), _refuse, f.RefuseForm, _("Tell the officer")),
    Deed("act", "take_up", "taken_up", _("Act at your level"),
         _("The citizen is told what you will do."), _take_up, f.TakeUpForm,
         _("Tell the citizen")),
    Deed("hand-over", "reassign", "reassigned", _("Give to somebody else"),
         _("Handed over."), _hand_over, f.OwnerForm, _("Hand over")),
    Deed("back", "bounce", "bounced", _("Send back"), _("Sent back for sorting."),
         _back, f.BackForm, _("Send back")),
)  # fmt: skip
BY_NAME = {deed.name: deed for deed in DEEDS}


def offered(complaint: Complaint, staff: Staff) -> list[Deed]:
    """What this person may press now."""
    return [deed for deed in DEEDS if deed.allowed(complaint, staff)]


def code_sent_since(complaint: Complaint, staff: Staff, version: int) -> bool:
    """By the same press, which came twice?"""
    own = Event.objects.filter(complaint=complaint, kind="code_sent")
    return own.filter(actor=staff.officer, seq__gt=version).exists()


def done_before(
    deed: Deed, complaint: Complaint, staff: Staff, version: int, form: f.DeedForm
) -> bool:
    """Was it done by this very press already? A thumb presses twice on a slow line."""
    own = Event.objects.filter(
        complaint=complaint, kind=deed.kind, actor=staff.officer, seq__gt=version
    )
    if deed.name != "note":
        return own.exists()
    said = form.cleaned_data.get("text", "")
    return Message.objects.filter(event__in=own, text=said).exists()
