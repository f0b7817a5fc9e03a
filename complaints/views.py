"""The one view that serves files: after `visible_to`, or with a citizen's link."""

from django.http import FileResponse, Http404, HttpRequest
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from complaints.actors import Actor
from complaints.links import opened_complaints
from complaints.models import Attachment, Complaint


@require_safe
@never_cache
def attachment(request: HttpRequest, token: str) -> FileResponse:
    found = (
        Attachment.objects.exclude(complaint=None)
        .select_related("complaint")
        .filter(token=token.replace("\0", ""))
        .first()
    )
    if found is None or not found.file or not _may_see(request, found):
        raise Http404
    response = FileResponse(found.file.open("rb"), content_type=found.content_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Content-Disposition"] = "inline"
    return response


def _may_see(request: HttpRequest, found: Attachment) -> bool:
    complaint_id = found.complaint_id
    assert complaint_id is not None  # noqa: S101 (tells mypy what the query said)
    if found.public and complaint_id in opened_complaints(request):
        return True
    user = request.user
    if not user.is_authenticated:
        return False
    actor = Actor.of(user, timezone.now())
    return Complaint.objects.visible_to(actor).filter(pk=complaint_id).exists()
