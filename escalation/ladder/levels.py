"""Which levels of the ladder nobody could answer for, and why: kept with each raise."""

from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.models import Complaint
from complaints.services.clock import Skipped
from complaints.services.guards import SECOND
from escalation import reference
from escalation.decisions import duty
from escalation.decisions.duty import Post
from officers.duty import HEAD_OF_LEVEL
from officers.models import Officer, Role

LAST_LEVEL = 4
NOBODY, LEAVE = "nobody", "leave"
_WHY: dict[str, str | Promise] = {
    NOBODY: _("level %(level)s: nobody holds this post"),
    LEAVE: _("level %(level)s: on leave or away"),
}


def skipped(
    complaint: Complaint, level: int, officer: Officer | None, at: datetime
) -> list[Skipped]:
    """The levels from this one up to whoever got it; all of them where nobody did."""
    found = [
        post
        for post in duty.posts(
            reference.organisation(complaint.organisation_id),
            reference.area(complaint.office_id),
            {*HEAD_OF_LEVEL.values(), *_desk(complaint)},
            at,
        )
        if post.serves(reference.department(complaint.department_id))
    ]
    passed: list[Skipped] = []
    for step in range(level, LAST_LEVEL + 1):
        holders = [post for post in found if _is_at(post, step)]
        theirs = [post for post in holders if post.officer == officer]
        if any(post.present for post in theirs):
            break
        passed.append({"level": step, "why": LEAVE if holders else NOBODY})
        if theirs:
            break  # got it though absent: nobody else is there
    return passed


def _desk(complaint: Complaint) -> tuple[Role, ...]:
    return (Role.SUPERVISOR,) if complaint.office_id is None else ()


def _is_at(post: Post, step: int) -> bool:
    if post.role == Role.SUPERVISOR:
        return step == SECOND  # of what no office holds
    return post.role == HEAD_OF_LEVEL.get(step)


def sentence(passed: list[Skipped]) -> str:
    """ "level 2: on leave or away; level 3: nobody holds this post"."""
    return "; ".join(
        str(_WHY[each["why"]]) % {"level": each["level"]}
        for each in passed
        if each.get("why") in _WHY
    )
