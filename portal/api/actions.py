"""What may be done to a complaint: one row each, one door each.

The names are those of complaints/workflow.py, which says who may take which.
`erase_personal`, `escalate` and `rate` are left to people and their screens.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from complaints import services
from complaints.models import Attachment, Complaint
from complaints.number import WrongNumber, check
from complaints.refusals import missing
from complaints.services.guards import may
from escalation.decisions import duty
from officers.models import Officer
from portal.api import action_inputs as inputs
from portal.api import codes, showing
from portal.api.authentication import Caller
from portal.api.creating import claimed
from portal.api.inputs import Strict

Given = dict[str, Any]  # what was sent, checked
Told = dict[str, Any]  # actor, at, version
Run = Callable[[Complaint, Given, Told], object]


@dataclass(frozen=True)
class Action:
    name: str
    input: type[Strict]
    run: Run

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
        organisation, office, department, told["at"]
    )
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
        **told,
    )


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
        Action("interim_reply", inputs.Hold, _plain(services.hold)),
        Action("resume", inputs.Bare, _bare(services.resume)),
        Action("reply", inputs.Reply, _with_files(services.reply)),
        Action("note", inputs.Note, _with_files(services.note)),
        Action("add", inputs.More, _with_files(services.add)),
        Action("resolve", inputs.Resolve, _resolve),
        Action("confirm", inputs.Bare, _bare(services.confirm)),
        Action("dispute", inputs.WithWords, _with_files(services.dispute)),
        Action("reopen", inputs.WithWords, _with_files(services.reopen)),
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
    return [name for name in ACTIONS if may(complaint, name, caller.actor)]
