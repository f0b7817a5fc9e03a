"""Whose panel one sees: the areas of one's postings, and all below them."""

from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet

from complaints.actors import NO_COMPLAINTS, OWN_JOBS, Actor
from feedback.models import PanelArea
from officers.models import Posting
from officers.trees import area_subtree, organisation_subtree

_NOBODY = Q(pk__in=[])


def areas_of(actor: Actor) -> QuerySet[PanelArea]:
    parts = (
        _of(posting)
        for posting in actor.postings
        if posting.role not in NO_COMPLAINTS | OWN_JOBS
    )
    return PanelArea.objects.filter(reduce(or_, parts, _NOBODY))


def _of(posting: Posting) -> Q:
    there = Q(area__organisation_id__in=organisation_subtree(posting.organisation_id))
    if posting.area_id:
        there &= Q(area_id__in=area_subtree(posting.area_id))
    return there
