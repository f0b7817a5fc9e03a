"""The job that tells all members what became of an incident.

One update goes to every member once: members are read by key, a batch at a time, each
is told in a transaction of its own, and its notice is unique by the update. So the job
may be run again from its beginning. It changes nothing of the incident's own row.
"""

import logging
from collections.abc import Callable, Iterator
from datetime import datetime

from django.db import InterfaceError, OperationalError
from django.utils.translation import gettext as _
from django.utils.translation import override

from complaints.actors import Actor
from complaints.models import Complaint
from complaints.refusals import Refused
from complaints.status import OPEN_STATUSES, Status
from incidents.models import Membership, Update
from incidents.repairing import Repairer
from incidents.services import leave
from notices.answers import tell_about
from operations.running import JobFailedError, RunningJob

BATCH = 200
# Those whose citizen waits for news; a joined one hears by its own number as well.
WAITING = frozenset({*OPEN_STATUSES, Status.MERGED})
RELATED = (
    "complaint__citizen", "complaint__owner", "complaint__responsible",
    "complaint__category", "complaint__organisation",
)  # fmt: skip
Deed = Callable[[Complaint, datetime], None]
log = logging.getLogger(__name__)


def tell_job(job: RunningJob) -> None:
    """args: {"update": id, "photos": [id, ...]}"""
    update = (
        Update.objects.select_related(
            "by", "cause", "incident__area", "incident__category",
            "incident__organisation",
        ).get(pk=job.args["update"])
    )  # fmt: skip
    deed = _deed(update, job)
    failed = sum(not _safely(deed, member) for member in _members(update, job))
    if job.cancelled() or _overtaken(update):
        return
    if failed:
        raise JobFailedError("some_failed")
    Update.objects.filter(pk=update.pk, told_at=None).update(told_at=job.now())


def _deed(update: Update, job: RunningJob) -> Deed:
    if update.kind == Update.Kind.RESTORED:
        return Repairer(update, job.args.get("photos", [])).solve
    if update.kind == Update.Kind.CLOSED:
        return lambda complaint, at: _release(complaint, update, at)
    return lambda complaint, at: tell(complaint, update, job.now())


def _members(update: Update, job: RunningJob) -> Iterator[Membership]:
    """By key: those who join meanwhile disturb nothing, and come at the end."""
    rows = (
        Membership.objects.filter(incident=update.incident_id, left_at=None)
        .select_related(*RELATED)
        .prefetch_related("complaint__citizen__contacts")
    )
    job.step(0, rows.count())
    last = 0
    while batch := list(rows.filter(pk__gt=last).order_by("pk")[:BATCH]):
        if job.cancelled() or _overtaken(update):
            return
        yield from batch
        last = batch[-1].pk
        job.step(job.done + len(batch))


def _overtaken(update: Update) -> bool:
    """Something newer is on its way to everybody: nobody needs the old any more."""
    if update.kind in (Update.Kind.RESTORED, Update.Kind.CLOSED):
        return False
    newer = Update.objects.filter(incident=update.incident_id, pk__gt=update.pk)
    return newer.exists()


def _safely(deed: Deed, member: Membership) -> bool:
    """One that fails stands in nobody's way; the job says so at its end."""
    try:
        deed(member.complaint, member.joined_at)
    except Refused as refused:
        # Somebody acted in between: it is no longer ours to tell.
        log.info("member %s of an incident: %s", member.pk, refused.code)
    except (OperationalError, InterfaceError):
        raise  # the job is tried again
    except Exception:
        log.exception("member %s of an incident failed", member.pk)
        return False
    return True


def tell(complaint: Complaint, update: Update, now: datetime) -> None:
    """When it is expected to be over, and why; by phone or e-mail, at civil hours."""
    if complaint.status not in WAITING:
        return
    tell_about(
        complaint,
        "incident_update",
        cause=f"incident:{update.pk}",
        at=update.at,
        eta=_until(complaint, update, now),
        why=_why(complaint, update),
    )


def _until(complaint: Complaint, update: Update, now: datetime) -> datetime | str:
    """The time that somebody gave, else the complaint's own; never one that passed."""
    ahead = (at for at in (update.expected_at, complaint.due_at) if at and at > now)
    with override(complaint.language):
        return next(ahead, None) or _("a date we will tell you")


def _why(complaint: Complaint, update: Update) -> str:
    said = update.incident.note.rstrip(".।")  # the text puts its own
    if update.cause is not None:
        cause = update.cause.name_in(complaint.language)
        return f"{cause}. {said}" if said else cause
    with override(complaint.language):
        return said or _("the cause is being looked for")


def _release(complaint: Complaint, update: Update, at: datetime) -> None:
    """Not repaired with the others: it goes on as a complaint of its own."""
    if complaint.status not in OPEN_STATUSES:
        return
    actor = Actor(kind="system")
    leave(complaint, actor=actor, at=max(update.at, at))
