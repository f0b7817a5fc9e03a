"""/api/v1/complaints/: register, list, read, and act."""

import re
from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from complaints.actors import Actor
from complaints.models import Complaint
from complaints.refusals import Invalid, Refused
from complaints.services.guards import permit
from complaints.services.register import BY_PROGRAM
from complaints.workflow import DESK
from operations.idempotency import Answer
from portal.api import creating, listing, shapes, showing
from portal.api.actions import ACTIONS, Action, offered
from portal.api.authentication import Caller, caller_of
from portal.api.documents import NUMBER, ONCE, SEEN, refusals
from portal.api.inputs import read
from portal.api.repeat import once

_SEEN = re.compile(r'(?:W/)?"(\d{1,9})"', re.ASCII)
# What a door calls a value that has another name here.
FIELDS = {"photo": "attachments", "parent": "number"}
NO_STORE = {"Cache-Control": "no-store"}


@extend_schema(
    methods=["GET"],
    operation_id="list_complaints",
    summary="Complaints that the caller's offices hold",
    parameters=[listing.Asked],
    responses={200: shapes.Page, **refusals(400)},
)
@extend_schema(
    methods=["POST"],
    operation_id="register_complaint",
    summary="Register a complaint",
    parameters=[ONCE],
    request=creating.New,
    responses={201: shapes.Made, **refusals(400, 403, 409, 413, 415)},
)
@api_view(["GET", "POST"])
def complaints(request: Request) -> Response:
    caller = caller_of(request)
    if request.method == "POST":
        return _register(request, caller)
    page = listing.page(caller, read(listing.Asked, request.query_params.dict()))
    return Response(page, headers=NO_STORE)


def _register(request: Request, caller: Caller) -> Response:
    given = read(creating.New, request.data)
    made: list[Complaint] = []

    def work() -> Answer:
        complaint, answer = creating.make(caller, given)
        made.append(complaint)
        return answer

    answer = once(request, caller, work)
    complaint = next((each for each in made if _is(each, answer)), None)
    if complaint is None:  # registered by an earlier request with this key
        complaint = Complaint.objects.get(number=answer.body["number"])
    link = {"link": creating.link(complaint, caller)}
    return Response(answer.body | link, status=answer.status, headers=NO_STORE)


def _is(complaint: Complaint, answer: Answer) -> bool:
    return bool(complaint.number == answer.body["number"])


@extend_schema(
    operation_id="read_complaint",
    summary="One complaint with its story, and what the caller may do",
    parameters=[NUMBER],
    responses={200: shapes.Detail, **refusals(404)},
)
@api_view(["GET"])
def complaint(request: Request, number: str) -> Response:
    caller = caller_of(request)
    found = showing.find(caller, number)
    body = showing.detail(found, caller, offered(found, caller))
    return Response(body, headers=NO_STORE | {"ETag": showing.etag(found)})


def action_view(action: Action) -> Callable[..., Any]:
    """One address for each action, so that the schema says what it asks for."""

    @extend_schema(
        operation_id=f"complaint_{action.name}",
        summary=action.name.replace("_", " ").capitalize(),
        parameters=[NUMBER, ONCE, *([SEEN] if action.versioned else [])],
        request=action.input,
        responses={200: shapes.Moved, **refusals(400, 403, 404, 409, 413, 415)},
    )
    @api_view(["POST"])
    def view(request: Request, number: str) -> Response:
        return _act(request, number, action)

    return view


VIEWS = {name: action_view(action) for name, action in ACTIONS.items()}


def _act(request: Request, number: str, action: Action) -> Response:
    caller = caller_of(request)
    found = showing.find(caller, number)
    given = read(action.input, request.data)
    told: dict[str, Any] = {"actor": _speaker(caller, found), "at": caller.at}
    if action.versioned:
        version = given.pop("version", None)
        told["version"] = _seen(request) if version is None else version

    def ahead() -> None:
        if action.ahead is not None:
            permit(found, action.name, told["actor"], told.get("version"))
            action.ahead(found, given, told)

    def work() -> Answer:
        # the right and the stage first: the door asks again after the codes were read
        permit(found, action.name, told["actor"], told.get("version"))
        try:
            action.run(found, given, told)
        except Refused as refused:
            refused.field = FIELDS.get(refused.field, refused.field)
            raise
        return Answer(200, _moved(found, caller))

    answer = once(request, caller, work, ahead)
    mark = {"ETag": f'"{answer.body["version"]}"'}
    return Response(answer.body, status=answer.status, headers=NO_STORE | mark)


def _speaker(caller: Caller, complaint: Complaint) -> Actor:
    """A desk's program speaks for the citizen, an office's for the office."""
    actor = caller.actor
    desk = actor.roles_on(complaint) & frozenset(DESK)
    return Actor(
        kind="officer",
        officer=caller.officer,
        postings=actor.postings,
        by=BY_PROGRAM if desk else "",
    )


def _seen(request: Request) -> int | None:
    given = request.headers.get("If-Match", "*").strip()
    if given == "*":
        return None
    match = _SEEN.fullmatch(given)
    if match is None:
        raise Invalid(_("Send the ETag as it came, or “*”."), field="If-Match")
    return int(match[1])


def _moved(complaint: Complaint, caller: Caller) -> dict[str, Any]:
    """Kept with the Idempotency-Key: numbers, dates and codes."""
    office, department = complaint.office, complaint.department
    step = complaint.step_due_at
    return {
        "number": complaint.number,
        "status": str(complaint.status),
        "version": complaint.version,
        "due_at": complaint.due_at.isoformat() if complaint.due_at else None,
        "step_due_at": step.isoformat() if step else None,
        "organisation": complaint.organisation.code,
        "office": office.code if office else None,
        "department": department.code if department else None,
        "actions": offered(complaint, caller),
    }
