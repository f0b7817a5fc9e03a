"""How a citizen shows that a complaint is theirs: link, last digits, or a code.

An unknown number and a wrong secret are answered alike, and both are counted.
"""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare, salted_hmac

from complaints.actors import SYSTEM_ACTOR
from complaints.links import opened_complaints
from complaints.models import Complaint, Event
from complaints.number import WrongNumber, check
from complaints.people import phone_of
from complaints.phones import last_four
from escalation import reference
from notices.models import Notice
from notices.outbox import tell_citizen
from notices.reference import with_names
from portal.fields import digits
from portal.limits import may_try_code, may_try_secret

CODE_WORKS = timedelta(minutes=15)
_CODE_DIGITS = 6
_KEY = "complaint_code"
# What the page of a bare number shows, and the keys that _named follows.
_ON_THE_FRONT = (
    "number", "status", "organisation", "received_by", "office", "department", "area",
    "category", "reject_reason", "source", "parent", "registered_at", "due_at",
    "paused_at", "started_at", "resolved_at", "closed_at",
)  # fmt: skip


def complaints() -> QuerySet[Complaint]:
    """Asked for by a number or a link: what may be shown is decided after."""
    return Complaint.objects.visible_to(SYSTEM_ACTOR).defer("search_text")


def _named(rows: Iterable[Complaint]) -> Complaint | None:
    """The one that there may be, with office, category and the like from the process's
    caches: joined, they would take PostgreSQL longer to plan than to read."""
    complaint = _first(rows)
    if complaint is None:
        return None
    # Few are joined to another, and a bare number asks nothing of the citizen.
    both = [complaint, complaint.parent] if complaint.parent_id else [complaint]
    for each in both:
        if each is not None:
            with_names(each)
            each.department = reference.department(each.department_id)
    return complaint


def by_number(typed: str) -> Complaint | None:
    try:
        number = check(typed)
    except WrongNumber:
        return None
    return _named(complaints().filter(number=number))


def front_of(number: str) -> Complaint | None:
    """For the page that strangers ask for most; the number is checked already."""
    return _named(Complaint.objects.raw(_front_sql(), [number]))


@cache
def _front_sql() -> str:
    """Made once: Django takes longer to write this SELECT than to have it answered."""
    rows = complaints().filter(number="").only(*_ON_THE_FRONT)
    return rows.query.sql_with_params()[0]


def key_of(number: str) -> Complaint | None:
    """Enough to compare its token; the number is checked already."""
    return _first(complaints().filter(number=number).only("number", "token"))


def by_token(token: str) -> Complaint | None:
    """Enough to open it: pages read the rest by its number."""
    return _first(complaints().filter(token=token).only("number")) if token else None


def _first(rows: Iterable[Complaint]) -> Complaint | None:
    # Not first(): there is one at most, and nothing to sort.
    return next(iter(rows), None)


def is_open(request: HttpRequest, complaint: Complaint) -> bool:
    return complaint.pk in opened_complaints(request)


class TooManyTriesError(Exception):
    """Today's tries for this complaint are used up."""


def fits(
    request: HttpRequest,
    complaint: Complaint | None,
    number: str,
    typed: str,
    at: datetime,
) -> bool:
    """Four digits are the end of the phone number, six the code."""
    given = digits(typed)
    if is_code(typed):
        if not may_try_code(number, at):
            raise TooManyTriesError
        return complaint is not None and _code_fits(request, complaint, given, at)
    if not may_try_secret(number, at):
        raise TooManyTriesError
    phone = phone_of(complaint.citizen) if complaint else ""
    return bool(phone) and constant_time_compare(last_four(phone), given)


def is_code(typed: str) -> bool:
    return len(digits(typed)) == _CODE_DIGITS


def issue_code(request: HttpRequest, complaint: Complaint, at: datetime) -> None:
    """A code to the registered contact; this visitor alone can use it."""
    event = _event_without_code(complaint)
    if event is None:
        return
    code = f"{secrets.randbelow(10**_CODE_DIGITS):0{_CODE_DIGITS}d}"
    event.at = at  # not saved: the moment from which the notice counts
    tell_citizen(event, "code", code=code)
    request.session[_KEY] = {
        "hash": _hash(complaint, code),
        "until": (at + CODE_WORKS).timestamp(),
    }


def _event_without_code(complaint: Complaint) -> Event | None:
    """A notice is unique by event and kind: each code hangs on another event."""
    used = Notice.objects.filter(complaint=complaint, kind="code").values("event")
    free = Event.objects.filter(complaint=complaint).exclude(pk__in=used)
    return free.order_by("-seq").first()


def _code_fits(
    request: HttpRequest, complaint: Complaint, code: str, at: datetime
) -> bool:
    kept = request.session.get(_KEY)
    if not kept or at.timestamp() > kept["until"]:
        return False
    return constant_time_compare(kept["hash"], _hash(complaint, code))


def _hash(complaint: Complaint, code: str) -> str:
    return salted_hmac("portal.access", f"{complaint.pk}:{code}").hexdigest()
