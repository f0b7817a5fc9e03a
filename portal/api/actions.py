"""What may be done to a complaint: one row each, one door each.

The names are those of complaints/workflow.py, which says who may take which.
`erase_personal`, `escalate` and the judgement on a doubtful proof are left to people
and their screens.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from complaints import services
from complaints.actors import Actor
from complaints.models import Attachment, Complaint
from complaints.number import WrongNumber, check
from complaints.refusals import WrongStage, missing
from complaints.services import closing_code
from complaints.services.guards import may, may_take_up
from escalation.decisions import duty
from feedback.services import latest_request, rate
from officers.models import Officer
from portal.api import action_inputs as inputs
from portal.api import codes, showing
from portal.api.authentication import Caller
from portal.api.creating import claimed
from portal.api.inputs import Strict

Given = dict[str, Any]  # what was sent, checked
Told = dict[str, Any]  # actor, at, version
Run = Callable[[Complaint, Given, Told], object]
Fits = Callable[[Complaint, Actor], bool]


def _always(complaint: Complaint, actor: Actor) -> bool:
    return True


@dataclass(frozen=True)
class Action:
    """`fits`: is there anything to answer, beyond the role and the stage?

    `ahead` is done first, and stays done when the work is refused.
    """

    name: str
    input: type[Strict]
    run: Run
    fits: Fits = _always
    ahead: Run | None = None

    @property
    def versioned(self) -> bool:
        """Notes and further words bear that somebody else was first."""
        return issubclass(self.input, inputs.Bare)


def _bare(service: Callable[..., object]) -> Run:
    return lambda complaint, given, told: service(complaint, **told)


def _plain(service: Callable[..., object]) -> Run:
    """A door whose arguments are the fields by name."""
    return lambda complaint, given, told: service(complaint, **given, **told)


def _with_files(service: Callable[..., object]) -> Run:
    return lambda complaint, given, told: service(
        complaint, text=given.get("text", ""), files=_files(given), **told
    )


def _optional(service: Callable[..., object]) -> Run:
    return lambda complaint, given, told: service(
        complaint, text=given.get("text", ""), **told
    )


def _files(given: Given) -> tuple[Attachment, ...]:
    return claimed(given.get("attachments", []))


def _assign(complaint: Complaint, given: Given, told: Told) -> None:
    named = given.get("organisation", "")
    within = codes.addressee(complaint, named) if named else None
    office = codes.office(complaint, given["office"], told["at"], within)
    organisation = codes.answering(complaint, office)
    department = codes.department(organisation, given.get("department", ""))
    owner = codes.officer(given.get("owner", "")) or duty.choose(
        organisation, office, department, told["at"],
        but=services.false_closers(complaint),
    )  # fmt: skip
    services.assign(
        complaint, organisation=organisation, office=office, department=department,
        owner=owner, **told,
    )  # fmt: skip


def _accept(complaint: Complaint, given: Given, told: Told) -> None:
    owner = codes.officer(given.get("owner", "")) or _taker(complaint, told)
    services.accept(complaint, owner=owner, **told)


def _taker(complaint: Complaint, told: Told) -> Officer | None:
    """Where no office is known, whoever takes it up has it."""
    if complaint.office is None:
        officer: Officer | None = told["actor"].officer
        return officer
    return duty.choose(
        complaint.organisation,
        complaint.office,
        complaint.department,
        told["at"],
        category=complaint.category,
        but=services.false_closers(complaint),
    )


def _reassign(complaint: Complaint, given: Given, told: Told) -> None:
    owner = codes.officer(given["owner"])
    if owner is None:
        raise missing("owner")
    services.reassign(complaint, owner=owner, **told)


def _forward(complaint: Complaint, given: Given, told: Told) -> None:
    named, code = given.get("organisation", ""), given.get("office", "")
    if not named and not code:
        raise missing("office")
    organisation = codes.addressee(complaint, named) if named else None
    office = None
    if code:
        office = codes.office(complaint, code, told["at"], organisation)
        organisation = organisation or codes.answering(complaint, office)
    assert organisation is not None  # noqa: S101 (one of both was given)
    department = codes.department(organisation, given.get("department", ""))
    services.forward(
        complaint, organisation=organisation, office=office, department=department,
        reason=given["reason"], **told,
    )  # fmt: skip


def _resolve(complaint: Complaint, given: Given, told: Told) -> None:
    services.resolve(
        complaint,
        action_taken=given["action_taken"],
        cause=codes.cause(complaint, given["cause"]),
        files=_files(given),
        reading=given.get("reading", ""),
        code=given.get("code", ""),
        unreachable=given.get("unreachable", ""),
        **told,
    )


def _try_code(complaint: Complaint, given: Given, told: Told) -> None:
    """Before the answer's transaction, which would take a counted try back."""
    if given.get("code"):
        given["code"] = closing_code.tried(complaint, given["code"], told["at"])


def _reject(complaint: Complaint, given: Given, told: Told) -> None:
    reason, text = codes.reject_reason(given["reason"]), given.get("text", "")
    services.reject(complaint, reason=reason, text=text, **told)


def _category(complaint: Complaint, given: Given, told: Told) -> None:
    organisation, at = complaint.organisation, told["at"]
    category = codes.category(organisation, given["category"], at)
    if category is None:
        raise missing("category")
    area = codes.area(organisation, given.get("area", ""), at)
    services.set_category(complaint, category=category, area=area, **told)


def _join(complaint: Complaint, given: Given, told: Told) -> None:
    """To one that the caller may see as well."""
    try:
        number = check(given["number"])
    except WrongNumber:
        raise codes.unknown("number") from None
    parent = showing.readable(told["actor"]).filter(number=number).first()
    if parent is None:
        raise codes.unknown("number")
    services.merge(complaint, parent=parent, **told)


def _may_rate(complaint: Complaint, actor: Actor) -> bool:
    return latest_request(complaint) is not None


def _rate(complaint: Complaint, given: Given, told: Told) -> None:
    asked = latest_request(complaint)
    if asked is None:
        raise WrongStage(gettext("This complaint was rated already."), code="used")
    rate(
        asked,
        score=given["score"],
        solved=given["solved"],
        comment=given.get("comment", ""),
        took_minutes=given.get("took_minutes"),
        trouble=given.get("trouble"),
        channel="api",
        actor=told["actor"],
        at=told["at"],
    )
    complaint.refresh_from_db()


ACTIONS = {
    each.name: each
    for each in (
        Action("accept", inputs.Accept, _accept),
        Action("bounce", inputs.Reason, _plain(services.bounce)),
        Action("start", inputs.Bare, _bare(services.start)),
        Action("ask_citizen", inputs.Question, _plain(services.ask_citizen)),
        Action("citizen_replied", inputs.WithWords,
               _with_files(services.citizen_replied)),
        Action("ask_hold", inputs.Hold, _plain(services.ask_hold)),
        Action("refuse_hold", inputs.RefuseHold, _plain(services.refuse_hold),
               fits=lambda complaint, actor: complaint.hold_asked is not None),
        Action("interim_reply", inputs.Hold, _plain(services.hold)),
        Action("take_up", inputs.TakeUp, _plain(services.take_up), fits=may_take_up),
        Action("resume", inputs.Bare, _bare(services.resume)),
        Action("reply", inputs.Reply, _with_files(services.reply)),
        Action("note", inputs.Note, _with_files(services.note)),
        Action("add", inputs.More, _with_files(services.add)),
        Action("send_code", inputs.Bare, _bare(services.send_closing_code)),
        Action("resolve", inputs.Resolve, _resolve, ahead=_try_code),
        Action("confirm", inputs.Bare, _bare(services.confirm)),
        Action("dispute", inputs.WithWords, _with_files(services.not_solved)),
        Action("reopen", inputs.WithWords, _with_files(services.not_solved)),
        Action("rate", inputs.Rate, _rate, fits=_may_rate),
        Action("assign", inputs.Assign, _assign),
        Action("reassign", inputs.Owner, _reassign),
        Action("forward", inputs.Forward, _forward),
        Action("set_category", inputs.Category, _category),
        Action("edit_priority", inputs.Priority, _plain(services.set_priority)),
        Action("link_duplicate", inputs.Join, _join),
        Action("reject", inputs.Reject, _reject),
        Action("withdraw", inputs.Optional, _optional(services.cancel)),
        Action("appeal", inputs.Appeal, _plain(services.appeal)),
        Action("allow", inputs.Order, _plain(services.allow)),
        Action("dismiss", inputs.Order, _plain(services.dismiss)),
    )
}  # fmt: skip


def offered(complaint: Complaint, caller: Caller) -> list[str]:
    """What the caller may do now, in the order of the table."""
    return [
        each.name
        for each in ACTIONS.values()
        if may(complaint, each.name, caller.actor)
        and each.fits(complaint, caller.actor)
    ]
