"""Photos: sent before the complaint they belong to, read by whoever may read it."""

from datetime import timedelta
from typing import IO, Any, cast

from django.conf import settings
from django.http import FileResponse, Http404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import api_view, parser_classes
from rest_framework.exceptions import Throttled
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from complaints.attachments import store
from complaints.models import Attachment, Complaint
from complaints.proofs import point
from complaints.refusals import Invalid, missing
from complaints.scope import readable_until
from operations import counters
from portal.api import shapes
from portal.api.authentication import Caller, caller_of
from portal.api.documents import refusals
from portal.photos import TooLargeHandler

# Each is decoded and written anew: dearer than any other request.
PHOTOS_PER_HOUR = 1000
_HOUR = timedelta(hours=1)
_FORM = {
    "multipart/form-data": {
        "type": "object",
        "properties": {
            "photo": {"type": "string", "format": "binary"},
            "proof": {
                "type": "boolean",
                "description": "Of finished work: place and time are kept with it.",
            },
            "latitude": {"type": "number", "description": "If it says no place."},
            "longitude": {"type": "number"},
        },
        "required": ["photo"],
    }
}


@extend_schema(
    operation_id="send_photo",
    summary="Send a photo, to be named in a complaint or an action",
    request=_FORM,
    responses={201: shapes.Stored, **refusals(400, 413, 415)},
)
@api_view(["POST"])
@parser_classes([MultiPartParser])
def photos(request: Request) -> Response:
    caller = caller_of(request)
    key = f"api-photo:{caller.token.pk}"
    if not counters.allowed(key, limit=PHOTOS_PER_HOUR, window=_HOUR, at=caller.at):
        raise Throttled(wait=_HOUR.total_seconds())
    upload = _upload(request)
    stored = store(upload, at=caller.at, **_proof(request, caller))
    body = {
        "token": stored.token,
        "size": stored.size,
        "width": stored.width,
        "height": stored.height,
    }
    return Response(body, status=201, headers={"Cache-Control": "no-store"})


def _proof(request: Request, caller: Caller) -> dict[str, Any]:
    given = request.POST
    if given.get("proof", "").lower() not in ("true", "1"):
        return {}
    houses = [posting.organisation for posting in caller.actor.postings]
    return {
        "proof": True,
        "zone": houses[0].timezone if houses else "UTC",
        "here": point(given.get("latitude", ""), given.get("longitude", "")),
    }


def _upload(request: Request) -> IO[bytes]:
    """Of a file that is too large no more is kept than its name."""
    limit = TooLargeHandler(request._request, settings.MAX_PHOTO_BYTES)
    request._request.upload_handlers.insert(0, limit)
    upload = request.FILES.get("photo")
    if limit.skipped:
        raise Invalid(
            _("This photo is too large. Please send one of at most %(mb)s MB."),
            {"mb": settings.MAX_PHOTO_BYTES // (1024 * 1024)},
            code="photo_too_large",
            field="photo",
        )
    if upload is None:
        raise missing("photo")
    return cast(IO[bytes], upload)


@extend_schema(
    operation_id="read_photo",
    summary="A photo of a complaint that the caller may read",
    parameters=[OpenApiParameter("token", str, OpenApiParameter.PATH)],
    responses={(200, "image/jpeg"): OpenApiTypes.BINARY, **refusals(404)},
)
@api_view(["GET"])
def photo(request: Request, token: str) -> Any:
    found = (
        Attachment.objects.exclude(complaint=None)
        .select_related("event")
        .filter(token=token, public=True)
        .first()
    )
    if found is None or not found.file or not _may_see(found, caller_of(request)):
        raise Http404
    response = FileResponse(found.file.open("rb"), content_type=found.content_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "no-store"
    return response


def _may_see(found: Attachment, caller: Caller) -> bool:
    """A former holder sees what came before it let go."""
    assert found.complaint_id is not None  # noqa: S101 (tells mypy what the query said)
    complaint = (
        Complaint.objects.visible_to(caller.actor)
        .select_related("category")
        .filter(pk=found.complaint_id)
        .first()
    )
    if complaint is None:
        return False
    until = readable_until(caller.actor, complaint)
    return until is None or (found.event is not None and found.event.at <= until)
