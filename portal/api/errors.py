"""Every refusal as {code, message, field}, in the reader's language."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404, HttpRequest, JsonResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

from complaints.refusals import Conflict, Invalid, NotAllowed, Refused, WrongStage
from operations.idempotency import KeyReusedError

STATUS: tuple[tuple[type[Refused], int], ...] = (
    (NotAllowed, 403),
    (Invalid, 400),
    (WrongStage, 409),
    (Conflict, 409),
    (Refused, 409),
)
# DRF speaks neither Hindi nor Marathi: what it refuses is said again by us.
MESSAGES: dict[str, str | Promise] = {
    "not_authenticated": _("Send a header “Authorization: Bearer” with your token."),
    "authentication_failed": _("This token is not known, was revoked or has expired."),
    "permission_denied": _("Your role does not allow this."),
    "not_found": _("There is nothing at this address that you may see."),
    "method_not_allowed": _("This address does not take this method."),
    "unsupported_media_type": _("Send JSON: “Content-Type: application/json”."),
    "parse_error": _("The body could not be read. Send it as the schema says."),
    "too_large": _("This is too much for one request."),
    "throttled": _("Too many requests. Wait as long as Retry-After says."),
    "key_reused": _("This Idempotency-Key was sent before with another request."),
}
UNREADABLE = "parse_error"


class Taken(Refused):
    """There is one already; `number` says which."""

    code = "external_id_taken"

    def __init__(self, number: str) -> None:
        super().__init__(
            _("You registered this external_id before, as complaint %(number)s."),
            {"number": number},
            field="external_id",
        )
        self.number = number


def problem(code: str, message: str = "", field: str = "") -> dict[str, Any]:
    said = message or str(MESSAGES.get(code, code))
    return {"code": code, "message": said, "field": field}


def answer(error: Exception, context: Mapping[str, Any]) -> Response | None:
    if isinstance(error, Refused):
        return _refused(error)
    if isinstance(error, KeyReusedError):
        return Response(problem("key_reused"), status=409)
    if isinstance(error, RequestDataTooBig):
        return Response(problem("too_large"), status=413)
    response = exception_handler(error, dict(context))
    if response is None:
        return None
    response.data = _said(error)
    return response


def _refused(error: Refused) -> Response:
    status = next(status for kind, status in STATUS if isinstance(error, kind))
    body = problem(error.code, str(error), error.field)
    if isinstance(error, Taken):
        body["number"] = error.number
    return Response(body, status=status)


def _said(error: Exception) -> dict[str, Any]:
    if isinstance(error, exceptions.ValidationError):
        return _invalid(error)
    if isinstance(error, Http404):
        return problem("not_found")
    if isinstance(error, PermissionDenied):
        return problem("permission_denied")
    code = error.default_code if isinstance(error, exceptions.APIException) else "error"
    return problem(str(code))


def _invalid(error: exceptions.ValidationError) -> dict[str, Any]:
    """The first thing that is wrong, and beside it all of them."""
    found = list(_each(error.detail, ""))
    return found[0] | {"errors": found} if found else problem("invalid")


def _each(detail: Any, field: str) -> Iterator[dict[str, Any]]:
    if isinstance(detail, exceptions.ErrorDetail):
        name = "" if field == "non_field_errors" else field
        yield problem(detail.code or "invalid", str(detail), name)
    elif isinstance(detail, Mapping):
        for name, inner in detail.items():
            yield from _each(inner, f"{field}.{name}" if field else str(name))
    elif isinstance(detail, list):
        for inner in detail:
            yield from _each(inner, field)


def nowhere(request: HttpRequest, **_kwargs: Any) -> JsonResponse:
    """Any other address below /api/: no redirect that would lose what was posted."""
    return JsonResponse(problem("not_found"), status=404)
