"""The newest model's word on complaints that wait for a person; it never decides."""

import logging
from datetime import datetime
from time import monotonic
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, QuerySet

from complaints.models import Complaint
from complaints.status import OPEN_STATUSES, Status
from escalation import reference
from escalation.learning import extra, store
from escalation.learning.store import Header, Model
from escalation.models import RoutingDecision, Suggestion
from officers.trees import organisation_subtree

if TYPE_CHECKING:
    import numpy as np

MOST_SUGGESTED = 3
BATCH = 50
# Decided, but so little sure that a second opinion is worth the line on the page.
LOW = 0.75
LOOK_EVERY_SECONDS = 10.0
MOST_PASSED = 500
LOOK_BACK = 2_000  # decisions, when the worker starts
log = logging.getLogger(__name__)


class _Worker:
    """What this process keeps between two looks."""

    def __init__(self) -> None:
        self.look_at = 0.0
        self.models: dict[str, Model] = {}
        self.seen: dict[str, int] = {}  # by model: the last decision looked at
        self.passed: set[int] = set()  # it knows no kind that they may have

    def model(self, header: Header) -> Model | None:
        known = self.models.get(header.root)
        if known is None or known.header.name != header.name:
            loaded = store.load(header)
            if loaded is None:
                log.warning("the model %s of %s is broken", header.name, header.root)
                return None
            known = self.models[header.root] = loaded
        return known


_worker = _Worker()


def forget() -> None:
    """As a worker that started now (tests)."""
    _worker.__init__()  # type: ignore[misc]  # back to its beginning


def tick(at: datetime) -> int:
    if monotonic() < _worker.look_at or not store.is_there():
        return 0
    done = _suggest_all(at) if extra.is_installed() else 0
    if done < BATCH:
        _worker.look_at = monotonic() + LOOK_EVERY_SECONDS
    return done


def _suggest_all(at: datetime) -> int:
    done = 0
    for root in reference.organisations.get().values():
        header = store.newest(root.code) if root.parent_id is None else None
        model = _worker.model(header) if header else None
        if model is not None:
            waiting = _waiting(root.pk, model.header)
            done += _suggest(waiting, model, at) if waiting else 0
    return done


def _waiting(root: int, header: Header) -> list[Complaint]:
    """In triage, the most pressing first; then those decided with little certainty."""
    ours = Complaint.objects.filter(
        organisation_id__in=organisation_subtree(root), redacted_at=None
    ).exclude(Exists(_said_by(header)))
    if _worker.passed:
        ours = ours.exclude(pk__in=_worker.passed)
    triage = list(ours.filter(status=Status.TRIAGE).order_by("due_at", "pk")[:BATCH])
    if len(triage) == BATCH:
        return triage
    unsure = _unsure(header.name)
    rows = ours.filter(pk__in=unsure, status__in=OPEN_STATUSES)
    return triage + list(rows.exclude(pk__in=[each.pk for each in triage])[:BATCH])


def _said_by(header: Header) -> QuerySet[Suggestion]:
    return Suggestion.objects.filter(complaint=OuterRef("pk"), model=header.name)


def _unsure(model: str) -> list[int]:
    """Of the decisions since the last look; a new model looks back a little."""
    last: int = RoutingDecision.objects.aggregate(last=Max("pk"))["last"] or 0
    since = _worker.seen.get(model, last - LOOK_BACK)
    rows = RoutingDecision.objects.filter(pk__gt=since, pk__lte=last)
    found = rows.filter(confidence__lt=LOW).order_by("pk")
    pairs = list(found.values_list("pk", "complaint_id")[:BATCH])
    _worker.seen[model] = pairs[-1][0] if len(pairs) == BATCH else last
    return [complaint for _pk, complaint in pairs]


def _suggest(complaints: list[Complaint], model: Model, at: datetime) -> int:
    from escalation.learning.training import shares

    found = shares(model, [each.text for each in complaints])
    rows = [
        row
        for complaint, said in zip(complaints, found, strict=True)
        for row in _best(complaint, said, model.header, at)
    ]
    with transaction.atomic():
        Suggestion.objects.filter(complaint__in=complaints).delete()
        Suggestion.objects.bulk_create(rows, ignore_conflicts=True)
    told = {row.complaint_id for row in rows}
    _worker.passed |= {each.pk for each in complaints} - told
    if len(_worker.passed) > MOST_PASSED:
        _worker.passed.clear()
    return len(told)


def _best(
    complaint: Complaint, said: "np.ndarray[Any, Any]", header: Header, at: datetime
) -> list[Suggestion]:
    day = reference.local_day(complaint.organisation_id, at)
    allowed = reference.categories_of(complaint.organisation_id, day)
    keys = {each.pk for each in allowed}
    likely = [
        (header.categories[i], float(said[i]))
        for i in said.argsort()[::-1]
        if header.categories[i] in keys
    ]
    return [
        Suggestion(
            complaint=complaint,
            category_id=category,
            share=round(min(1.0, share), 4),
            model=header.name,
            at=at,
        )
        for category, share in likely[:MOST_SUGGESTED]
    ]
