"""What is open at the place of a new incident joins it, if its manager asks."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from complaints.actors import SYSTEM_ACTOR, Actor
from complaints.models import Category, Complaint
from complaints.models.category import Criticality
from complaints.refusals import Refused
from complaints.services.guards import may
from complaints.status import OPEN_STATUSES
from incidents.models import Incident, Membership, Update
from incidents.scope import near
from incidents.services import join
from incidents.telling import RELATED, tell
from officers.models import Area, Organisation
from officers.trees import area_subtree
from operations.running import RunningJob

# What was told longer ago is another fault.
WITHIN = timedelta(days=3)
BATCH = 200
COUNT_AT_MOST = 1000


def candidates(
    organisation: Organisation, area: Area, category: Category, at: datetime
) -> QuerySet[Complaint]:
    """Open complaints of this kind there, and of the kinds of its group that come in
    bursts. No emergency: those are worked on one by one."""
    member = Membership.objects.filter(complaint=OuterRef("pk"), left_at=None)
    kinds = Category.objects.filter(
        organisation=category.organisation_id,
        group_code=category.group_code,
        confidential=False,
        burst=True,
    )
    ids = {category.pk, *kinds.values_list("pk", flat=True)}
    return (
        Complaint.objects.filter(
            category__in=ids,
            area__in=area_subtree(area.pk),
            organisation__in=near(organisation.pk),
            registered_at__gt=at - WITHIN,
            status__in=OPEN_STATUSES,
        )
        .exclude(criticality=Criticality.EMERGENCY)
        .exclude(Exists(member))
    )


def how_many(
    organisation: Organisation, area: Area, category: Category, at: datetime
) -> int:
    """Counted to one more than the most that a page shows."""
    rows = candidates(organisation, area, category, at).order_by()
    return len(rows.values_list("pk")[: COUNT_AT_MOST + 1])


def join_job(job: RunningJob) -> None:
    """args: {"update": id}, the declaration's. Run again, it finds who is left."""
    update = Update.objects.select_related(
        "by", "cause", "incident__area", "incident__category", "incident__organisation"
    ).get(pk=job.args["update"])
    incident = update.incident
    rows = candidates(
        incident.organisation, incident.area, incident.category, update.at
    )
    related = [name.removeprefix("complaint__") for name in RELATED]
    rows = rows.select_related(*related).prefetch_related("citizen__contacts")
    actor = Actor.of(update.by, update.at) if update.by else SYSTEM_ACTOR
    job.step(0, rows.count())
    last = 0
    while batch := list(rows.filter(pk__gt=last).order_by("pk")[:BATCH]):
        if job.cancelled():
            return
        news = _newest(update)
        for complaint in batch:
            _join(complaint, news, actor, job.now())
        last = batch[-1].pk
        job.step(job.done + len(batch))
    Update.objects.filter(pk=update.pk, told_at=None).update(told_at=job.now())


def _newest(update: Update) -> Update:
    """Who is joined late in a long job hears what is true by then."""
    rows = Update.objects.filter(incident=update.incident_id).select_related("cause")
    newest = rows.order_by("-pk")[0]
    newest.incident = Incident.objects.select_related("area", "category").get(
        pk=update.incident_id
    )
    return newest


def _join(complaint: Complaint, update: Update, actor: Actor, at: datetime) -> None:
    """Joined and told in one transaction, so that nobody is joined and not told."""
    allowed = may(complaint, "join_incident", actor)
    try:
        with transaction.atomic():
            by = actor if allowed else SYSTEM_ACTOR
            join(complaint, update.incident, actor=by, at=at, by=Membership.How.RULE)
            tell(complaint, update, at)
    except Refused:
        pass  # closed, joined or over in between
