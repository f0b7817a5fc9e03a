"""Category × area → the office that answers, and who is posted there."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from complaints.models import Category
from escalation import reference
from escalation.decisions import rules
from escalation.decisions.duty import ANSWERING, Post, posts
from officers.duty import HEAD_OF_LEVEL
from officers.models import Area, Organisation, Role
from officers.trees import area_path, area_subtree

ROLES = (*ANSWERING, *HEAD_OF_LEVEL.values())
SITTING = (*ANSWERING, Role.DEPT_HEAD)


@dataclass(frozen=True)
class Seat:
    """`rule` says why this office, or why none (`office` is None then).

    `posts` are read when somebody is chosen: most of a decision's cost, and a preview
    or a try names the office alone.
    """

    rule: str
    office: Area | None = None
    organisation: Organisation | None = None
    posts: Callable[[], list[Post]] = list


def seat_of(
    organisation: Organisation, category: Category, area: Area | None, at: datetime
) -> Seat:
    if category.answered_elsewhere:
        return _elsewhere(organisation, category, area, at)
    if area is None or reference.is_whole(area.pk):
        return _central(organisation, category, area, at)
    office = office_of(area)
    if office is None:
        return Seat(rules.NO_OFFICE)
    office = _own_desk(organisation, office, at) or office
    found = partial(posts, organisation, office, ROLES, at)
    return Seat(rules.OFFICE, office, organisation, found)


def _own_desk(organisation: Organisation, office: Area, at: datetime) -> Area | None:
    """Places may be shared from above, as a ministry's circles by its operators. Whose
    people do not sit there answers from its own desk, if it is one for all places."""
    if office.organisation_id == organisation.pk:
        return None
    day = reference.local_day(organisation.pk, at)
    for post in reference.postings.get().get(organisation.pk, ()):
        here = post.area_id == office.pk
        if here and reference.in_force(post.valid_to, day, post.valid_from):
            return None
    tops = reference.whole_areas(organisation.pk)
    own = [t for t in tops if t.organisation_id == organisation.pk and t.office]
    single = [top for top in own if len(area_subtree(top.pk)) == 1]
    return next(iter(single), None)


def office_of(area: Area | None) -> Area | None:
    """The area itself or the nearest above it that has an office."""
    return next(iter(_offices(area.pk)), None) if area else None


def _offices(area_id: int) -> list[Area]:
    above = (reference.area(pk) for pk in area_path(area_id))
    return [area for area in above if area is not None and area.office]


def _central(
    organisation: Organisation, category: Category, area: Area | None, at: datetime
) -> Seat:
    """Some departments have one office for every place: vigilance, the call centre.

    Where a whole area has none below it, the place is as exact as it gets.
    """
    tops = [area] if area else reference.whole_areas(organisation.pk)
    for office in tops:
        if not office.office:
            continue
        found = posts(organisation, office, ROLES, at)
        if len(area_subtree(office.pk)) > 1 and not _sits(found, office, category):
            continue
        return Seat(rules.CENTRAL, office, organisation, found.copy)
    return Seat(rules.NO_PLACE)


def _sits(found: Iterable[Post], office: Area, category: Category) -> bool:
    """Is somebody of this very department posted to this very office?"""
    return any(
        post.role in SITTING
        and post.department_id == category.department_id
        and post.area_id in (office.pk, None)
        for post in found
    )


def _elsewhere(
    organisation: Organisation, category: Category, area: Area | None, at: datetime
) -> Seat:
    """Never the office complained about: the first above it where the department sits,
    else the highest, in the organisation that this office belongs to."""
    if area is not None and not reference.is_whole(area.pk):
        above = _offices(area.pk)[1:]
    else:
        tops = reference.whole_areas(organisation.pk)
        above = [top for top in tops if top.office]
    if not above:
        return Seat(rules.NO_OFFICE)
    found = posts(organisation, above[0], ROLES, at)
    sitting = [office for office in above if _sits(found, office, category)]
    office = (sitting or above[-1:])[0]
    higher = set(area_path(office.pk))
    there = [post for post in found if post.area_id in higher or post.area_id is None]
    answering = reference.organisation(office.organisation_id)
    return Seat(rules.ELSEWHERE, office, answering, there.copy)
