"""The actions of the complaint page: label, key, form, the one service each calls."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints import services
from complaints.attachments import store
from complaints.models import Attachment, Complaint
from complaints.refusals import Invalid
from complaints.services.closing_code import reachable
from complaints.services.guards import MOST_BOUNCES, may, may_take_up
from complaints.times import evening
from escalation.decisions import duty
from feedback import calls
from helpline import deed_forms as f
from helpline import sorting_forms, triage
from helpline.calls import record_answer
from helpline.deed_forms import Case, DeedForm
from helpline.resolve_form import ResolveForm
from incidents.models import Membership
from incidents.services import join, leave

Given = dict[str, Any]  # actor, at, version


@dataclass(frozen=True)
class Deed:
    name: str
    guard: str  # the action in complaints/workflow.py
    label: str | Promise
    key: str
    form: type[DeedForm]
    run: Callable[[Complaint, Any, Given], object]
    danger: bool = False
    fits: Callable[[Case], bool] = lambda case: True

    def allowed(self, case: Case) -> bool:
        return may(case.complaint, self.guard, case.actor) and self.fits(case)


def _files(form: DeedForm, *, proof: bool = False) -> tuple[Attachment, ...]:
    photo = form.cleaned_data.get("photo")
    if not photo:
        return ()
    zone = form.case.complaint.organisation.timezone
    return (store(photo, at=form.case.at, proof=proof, zone=zone),)


def _assign(complaint: Complaint, form: f.AssignForm, given: Given) -> None:
    office, department = form.office_row(), form.department_row()
    organisation = form.case.organisation_of(office)
    at = form.case.at
    owner = form.owner_row() or duty.choose(
        organisation, office, department, at, category=complaint.category,
        but=services.false_closers(complaint),
    )  # fmt: skip
    services.assign(
        complaint, organisation=organisation, office=office, department=department,
        owner=owner, **given,
    )  # fmt: skip


def _accept(complaint: Complaint, form: f.AcceptForm, given: Given) -> None:
    owner = form.owner_row()
    if owner is None and complaint.office is not None:
        owner = duty.choose(
            complaint.organisation, complaint.office, complaint.department,
            form.case.at, category=complaint.category,
            but=services.false_closers(complaint),
        )  # fmt: skip
    services.accept(complaint, owner=owner, **given)


def _forward(complaint: Complaint, form: f.ForwardForm, given: Given) -> None:
    organisation, office, department = form.target()
    services.forward(
        complaint, organisation=organisation, office=office, department=department,
        reason=form.cleaned_data["reason"], **given,
    )  # fmt: skip


def _reassign(complaint: Complaint, form: f.OwnerForm, given: Given) -> None:
    owner = form.owner_row()
    if owner is None:
        raise Invalid(_("Choose an officer."), field="owner")
    services.reassign(complaint, owner=owner, **given)


def _merge(complaint: Complaint, form: f.MergeForm, given: Given) -> None:
    number = form.cleaned_data["number"]
    parent = (
        Complaint.objects.visible_to(given["actor"])
        .select_related("parent")
        .filter(number=number)
        .first()
    )
    if parent is None:
        raise Invalid(
            _("No complaint with this number is open to you."), field="number"
        )
    services.merge(complaint, parent=parent, **given)


def _category(complaint: Complaint, form: f.CategoryForm, given: Given) -> None:
    from helpline.choices import all_areas

    area = all_areas().get(form.cleaned_data["area"] or 0)
    kind = form.kinds[form.cleaned_data["category"]]
    services.set_category(complaint, category=kind, area=area, **given)


def _decide(complaint: Complaint, form: sorting_forms.DecideForm, given: Given) -> None:
    office, department = form.office_row(), form.department_row()
    organisation = form.case.organisation_of(office)
    owner = form.owner_row() or duty.choose(
        organisation, office, department, form.case.at, category=complaint.category,
        but=services.false_closers(complaint),
    )  # fmt: skip
    services.decide(
        complaint, organisation=organisation, office=office, department=department,
        owner=owner, reason=form.cleaned_data["reason"], **given,
    )  # fmt: skip


def _split(complaint: Complaint, form: sorting_forms.SplitForm, given: Given) -> None:
    said = form.cleaned_data
    triage.divide(
        complaint, text=said["text"], category=form.kinds[said["category"]],
        area=form.area_row(), own=form.kinds.get(said.get("own") or 0), **given,
    )  # fmt: skip


def _resolve(complaint: Complaint, form: ResolveForm, given: Given) -> None:
    services.resolve(
        complaint,
        action_taken=form.cleaned_data["action_taken"],
        cause=form.causes[form.cleaned_data["cause"]],
        files=_files(form, proof=True),
        **form.proof,
        **given,
    )


def _reject(complaint: Complaint, form: f.RejectForm, given: Given) -> None:
    reason = form.reasons[form.cleaned_data["reason"]]
    text = form.cleaned_data["text"]
    services.reject(complaint, reason=reason, text=text, **given)


def _answered(solved: bool) -> Callable[[Complaint, f.AnswerForm, Given], None]:
    def run(complaint: Complaint, form: f.AnswerForm, given: Given) -> None:
        record_answer(complaint, form.said(solved=solved), **given)

    return run


def _call(complaint: Complaint, form: f.CallForm, given: Given) -> None:
    calls.wanted(complaint, next_at=form.wish(), **_unversioned(given))


def _add(complaint: Complaint, form: f.AddForm, given: Given) -> None:
    text, files = form.cleaned_data["text"], _files(form)
    services.add(complaint, text=text, files=files, **_unversioned(given))


def _note(complaint: Complaint, form: f.NoteForm, given: Given) -> None:
    services.note(complaint, text=form.cleaned_data["text"], **_unversioned(given))


def _join(complaint: Complaint, form: f.JoinForm, given: Given) -> None:
    incident = form.found[form.cleaned_data["incident"]]
    by = Membership.How.KEY
    join(complaint, incident, by=by, **_unversioned(given))


def _leave(complaint: Complaint, form: f.EmptyForm, given: Given) -> None:
    leave(complaint, **_unversioned(given))


def _unversioned(given: Given) -> Given:
    """Notes and further words bear that somebody else was first."""
    return {name: value for name, value in given.items() if name != "version"}


def _plain(service: Callable[..., object]) -> Callable[[Complaint, Any, Given], object]:
    """A service whose arguments are the form's fields by name."""
    return lambda complaint, form, given: service(
        complaint, **form.cleaned_data, **given
    )


def _hold(complaint: Complaint, form: f.HoldForm, given: Given) -> None:
    reason = form.cleaned_data["reason"]
    services.hold(complaint, reason=reason, new_date=form.until(), **given)


def _ask_hold(complaint: Complaint, form: f.HoldForm, given: Given) -> None:
    reason = form.cleaned_data["reason"]
    services.ask_hold(complaint, reason=reason, new_date=form.until(), **given)


def _take_up(complaint: Complaint, form: f.TakeUpForm, given: Given) -> None:
    until = evening(form.cleaned_data["until"], complaint.organisation)
    services.take_up(complaint, plan=form.cleaned_data["plan"], until=until, **given)


def _bare(service: Callable[..., object]) -> Callable[[Complaint, Any, Given], object]:
    return lambda complaint, form, given: service(complaint, **given)


def _code_has_a_use(case: Case) -> bool:
    return reachable(case.complaint)


# In the order in which the page shows them.
DEEDS = (
    Deed("assign", "assign", _("Send to an office"), "a", f.AssignForm, _assign),
    Deed("accept", "accept", _("Take it up"), "y", f.AcceptForm, _accept),
    Deed("start", "start", _("Start work"), "s", f.EmptyForm, _bare(services.start)),
    Deed("resume", "resume", _("Go on with work"), "s", f.EmptyForm,
         _bare(services.resume)),
    Deed("send-code", "send_code", _("Send the closing code"), ".", f.EmptyForm,
         _bare(services.send_closing_code), fits=_code_has_a_use),
    Deed("resolve", "resolve", _("Mark solved"), "e", ResolveForm, _resolve),
    Deed("confirm", "confirm", _("Citizen says: solved"), "y", f.AnswerForm,
         _answered(True)),
    Deed("dispute", "dispute", _("Citizen says: not solved"), "x", f.AnswerForm,
         _answered(False)),
    # by somebody who may take the answer as well
    Deed("call", "confirm", _("Citizen wants a call"), "b", f.CallForm, _call),
    Deed("reopen", "reopen", _("Open again"), "o", f.TextForm,
         _plain(services.not_solved)),
    Deed("answer", "citizen_replied", _("Citizen's answer"), "w", f.TextForm,
         _plain(services.citizen_replied)),
    Deed("reply", "reply", _("Reply"), "r", f.ReplyForm, _plain(services.reply)),
    Deed("note", "note", _("Note"), "n", f.NoteForm, _note),
    Deed("add", "add", _("Words or photo"), "p", f.AddForm, _add),
    Deed("ask", "ask_citizen", _("Ask the citizen"), "q", f.QuestionForm,
         _plain(services.ask_citizen)),
    Deed("take-up", "take_up", _("Act at your level"), "t", f.TakeUpForm, _take_up,
         fits=lambda case: may_take_up(case.complaint, case.actor)),
    Deed("hold", "interim_reply", _("Needs longer"), "h", f.AgreeForm, _hold),
    Deed("ask-hold", "ask_hold", _("Ask for more time"), "h", f.HoldForm, _ask_hold,
         fits=lambda case: not may(case.complaint, "interim_reply", case.actor)),
    Deed("refuse-hold", "refuse_hold", _("No more time"), "g", f.ReasonForm,
         _plain(services.refuse_hold),
         fits=lambda case: case.complaint.hold_asked is not None),
    Deed("reassign", "reassign", _("Give to somebody else"), "a", f.OwnerForm,
         _reassign),
    Deed("forward", "forward", _("Forward"), "f", f.ForwardForm, _forward),
    Deed("bounce", "bounce", _("Send back"), "b", f.ReasonForm,
         _plain(services.bounce),
         fits=lambda case: case.complaint.bounced < MOST_BOUNCES),
    Deed("decide", "decide", _("Decide who has it"), "a", sorting_forms.DecideForm,
         _decide, fits=lambda case: case.complaint.bounced >= MOST_BOUNCES),
    Deed("category", "set_category", _("Category and place"), "c", f.CategoryForm,
         _category),
    Deed("split", "split", _("Two things: give the second a number"), "g",
         sorting_forms.SplitForm, _split),
    Deed("priority", "edit_priority", _("Priority"), "i", f.PriorityForm,
         _plain(services.set_priority)),
    Deed("merge", "link_duplicate", _("Join to another"), "m", f.MergeForm, _merge),
    Deed("join", "join_incident", _("Part of an incident"), "j", f.JoinForm, _join,
         fits=lambda case: bool(case.incidents) and case.incident is None),
    Deed("leave", "leave_incident", _("Not part of the incident"), "k", f.EmptyForm,
         _leave, fits=lambda case: case.incident is not None),
    Deed("appeal", "appeal", _("Appeal"), "l", f.TextForm, _plain(services.appeal)),
    Deed("allow", "allow", _("Allow the appeal"), "y", f.OrderForm,
         _plain(services.allow)),
    Deed("dismiss", "dismiss", _("Dismiss the appeal"), "x", f.OrderForm,
         _plain(services.dismiss)),
    Deed("reject", "reject", _("Do not accept"), "d", f.RejectForm, _reject,
         danger=True),
    Deed("cancel", "withdraw", _("Citizen withdraws it"), "u", f.OptionalTextForm,
         _plain(services.cancel), danger=True),
    Deed("erase", "erase_personal", _("Remove personal data"), "z", f.EraseForm,
         _bare(services.erase_personal), danger=True),
)  # fmt: skip
BY_NAME = {deed.name: deed for deed in DEEDS}


def offered(case: Case) -> list[Deed]:
    """What this person may press now, in the page's order."""
    return [deed for deed in DEEDS if deed.allowed(case)]


def form_of(deed: Deed, case: Case, data: Any = None, files: Any = None) -> DeedForm:
    return deed.form(data, files, case=case, auto_id=f"{deed.name}_%s")
