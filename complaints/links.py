"""A citizen's key to one complaint: the token of the message link, once opened.

The link is exchanged for an entry in the session and a clean address, so that the
token stays out of histories, logs and referrers.
"""

from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from complaints.actors import Actor
from complaints.models import Complaint

_KEY = "opened_complaints"
_MOST = 20


def token_fits(complaint: Complaint, token: str) -> bool:
    return bool(token) and constant_time_compare(complaint.token, token)


def open_complaint(request: HttpRequest, complaint: Complaint) -> None:
    """Remember that this visitor has shown the secret of this complaint."""
    opened = [pk for pk in request.session.get(_KEY, []) if pk != complaint.pk]
    request.session[_KEY] = [*opened, complaint.pk][-_MOST:]


def opened_complaints(request: HttpRequest) -> list[int]:
    found: list[int] = request.session.get(_KEY, [])
    return found


def citizen_actor(complaint: Complaint, by: str = "web") -> Actor:
    """The citizen who has shown the secret of this one complaint."""
    return Actor(
        kind="citizen",
        citizen_id=complaint.citizen_id,
        complaint_id=complaint.pk,
        by=by,
    )
