"""Who sees which incident, and who may declare and end one."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from complaints.actors import NO_COMPLAINTS, Actor
from complaints.workflow import HEADS, SYSTEM
from officers.models import Posting, Role
from officers.trees import (
    area_path,
    area_subtree,
    organisation_path,
    organisation_subtree,
)

if TYPE_CHECKING:
    from complaints.models import Category
    from incidents.models import Incident  # noqa: F401 (named in the base below)
    from officers.models import Area, Organisation

MANAGERS = frozenset({*HEADS, Role.DISPATCHER, Role.SUPERVISOR})
NOBODY = Q(pk__in=[])


class IncidentQuerySet(models.QuerySet["Incident"]):
    def open(self) -> Self:
        return self.filter(state="open")

    def visible_to(self, actor: Actor) -> Self:
        """Those of the actor's organisations whose place touches a posting's."""
        if actor.kind == SYSTEM:
            return self.all()
        reach = NOBODY
        for posting in actor.postings:
            if posting.role not in NO_COMPLAINTS:
                reach |= _touching(posting)
        return self.filter(reach)


def _touching(posting: Posting) -> Q:
    touching = Q(organisation_id__in=near(posting.organisation_id))
    if posting.area_id:
        touching &= Q(
            area_id__in={*area_subtree(posting.area_id), *area_path(posting.area_id)}
        )
    return touching


def near(organisation_id: int) -> set[int]:
    """The organisation, those above it and those below: never its sisters."""
    return {*organisation_subtree(organisation_id), *organisation_path(organisation_id)}


def may_manage(
    actor: Actor, *, organisation: "Organisation", area: "Area", category: "Category"
) -> bool:
    """A manager's posting covers the whole place, and the department of the kind."""
    return actor.kind == SYSTEM or any(
        _covers(posting, organisation.pk, area.pk, category.department_id)
        for posting in actor.postings
        if posting.role in MANAGERS
    )


def _covers(
    posting: Posting, organisation_id: int, area_id: int, department_id: int
) -> bool:
    if organisation_id not in organisation_subtree(posting.organisation_id):
        return False
    if posting.area_id and area_id not in area_subtree(posting.area_id):
        return False
    return posting.department_id in (None, department_id)
