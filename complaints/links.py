"""A citizen's key to one complaint: the token of the message link, once opened.

The link is exchanged for an entry in the session and a clean address, so that the
token stays out of histories, logs and referrers.
"""

from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from complaints.actors import Actor
from complaints.models import Complaint

_KEY = "opened_complaints"
# Of these, those that the last digits of the phone opened: staff sees them every day.
_BY_DIGITS = "opened_by_digits"
_MOST = 20


def token_fits(complaint: Complaint, token: str) -> bool:
    return bool(token) and constant_time_compare(complaint.token, token)


def open_complaint(
    request: HttpRequest, complaint: Complaint, *, by_digits: bool = False
) -> None:
    """Remember that this visitor has shown the secret of this complaint."""
    sure = opened_surely(request, complaint) or not by_digits
    opened = [pk for pk in opened_complaints(request) if pk != complaint.pk]
    request.session[_KEY] = [*opened, complaint.pk][-_MOST:]
    weak = {*request.session.get(_BY_DIGITS, []), complaint.pk}
    if sure:
        weak.discard(complaint.pk)
    request.session[_BY_DIGITS] = sorted(weak & set(request.session[_KEY]))


def opened_surely(request: HttpRequest, complaint: Complaint) -> bool:
    """By a link or a code that went to the citizen alone: whoever only knows the last
    digits of the phone, as the office does, neither closes it nor rates it."""
    weak = complaint.pk in request.session.get(_BY_DIGITS, [])
    return complaint.pk in opened_complaints(request) and not weak


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
