"""Photos that a provider keeps for us: fetched by a job, once, and added together.

Twilio's address asks for a password and sends on to its store of files; one such hop is
taken, to a listed host again, and without the password.
"""

import io
import logging
from datetime import datetime, timedelta
from urllib.parse import urljoin

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import ngettext, override

from channels_in.models import InboundMedia
from channels_in.port import Wire
from channels_in.turn import Turn
from channels_in.wires import wire_of
from complaints.actors import SYSTEM_ACTOR, Actor
from complaints.attachments import store
from complaints.models import Attachment, Complaint
from complaints.refusals import Invalid
from complaints.services import add, note
from notices.accounts import keys_of
from notices.credentials import UnreadableSecretsError, seal, unseal
from operations.jobs import RunningJob, enqueue
from operations.outgoing import Answer, Client, OutgoingError, RefusedAddressError

JOB = "fetch_media"
MOST_ATTEMPTS = 5
TOTAL_SECONDS = 20.0
# When a job that was lost, or a photo that was not there yet, is asked for again.
ASK_AGAIN = timedelta(minutes=5)
REDIRECTS = frozenset({301, 302, 303, 307, 308})
# The provider has no such photo any more; "not found" may be "not yet".
GONE = 410
BATCH = 50
State = InboundMedia.State
log = logging.getLogger(__name__)


class NeverError(Exception):
    """This photo cannot be had; the code is stored."""


def expect(turn: Turn) -> None:
    """In the transaction of the message: rows and job, or neither."""
    if turn.about is None:
        return
    first = InboundMedia.objects.filter(inbound=turn.inbound).count()
    InboundMedia.objects.bulk_create(
        InboundMedia(
            inbound=turn.inbound,
            index=first + place,
            complaint=turn.about,
            url=seal({"url": each.url}),
            not_before=turn.at + ASK_AGAIN,
        )
        for place, each in enumerate(turn.media)
    )
    if first == 0:
        args = {"inbound": turn.inbound.pk}
        enqueue(JOB, args=args, requested_by=None, at=turn.at)


def tick(at: datetime) -> int:
    """Jobs for photos that still wait: the first was lost, or came too early."""
    rows = InboundMedia.objects.filter(state=State.WAITING, not_before__lte=at)
    found = list(
        rows.order_by("not_before").values_list("inbound_id", flat=True)[:BATCH]
    )
    asked = 0
    for inbound in dict.fromkeys(found):
        with transaction.atomic():
            # Of several workers the first moves the date.
            if rows.filter(inbound=inbound).update(not_before=at + ASK_AGAIN):
                enqueue(JOB, args={"inbound": inbound}, requested_by=None, at=at)
                asked += 1
    return asked


def fetch_job(job: RunningJob) -> None:
    """args: {"inbound": id}. Run twice it adds nothing twice: rows are claimed."""
    waiting = InboundMedia.objects.filter(
        inbound=job.args["inbound"], state=State.WAITING
    )
    rows = list(
        waiting.select_related("inbound__account", "complaint").order_by("index")
    )
    waiting.update(attempts=F("attempts") + 1)
    came: list[tuple[InboundMedia, Attachment]] = []
    lost: list[InboundMedia] = []
    for done, row in enumerate(rows):
        job.step(done, len(rows))
        try:
            came.append((row, _fetched(row, job.now())))
        except NeverError as error:
            row.error = str(error)
            lost.append(row)
        except OutgoingError as error:
            row.error = error.code
            if row.attempts + 1 >= MOST_ATTEMPTS:
                lost.append(row)
    _write_down(came, lost, job.now())


@transaction.atomic
def _write_down(
    came: list[tuple[InboundMedia, Attachment]],
    lost: list[InboundMedia],
    at: datetime,
) -> None:
    files: dict[int, list[Attachment]] = {}
    missing: dict[int, int] = {}
    for row, attachment in came:
        if _ended(row, State.DONE, attachment):
            files.setdefault(row.complaint_id, []).append(attachment)
    for row in lost:
        if _ended(row, State.GONE, None):
            missing[row.complaint_id] = missing.get(row.complaint_id, 0) + 1
    for pk in sorted({*files, *missing}):
        complaint = Complaint.objects.select_related("organisation").get(pk=pk)
        if pk in files:
            _add(complaint, tuple(files[pk]), at)
        if pk in missing:
            _tell_staff(complaint, missing[pk], at)


def _ended(row: InboundMedia, state: str, attachment: Attachment | None) -> bool:
    won = InboundMedia.objects.filter(pk=row.pk, state=State.WAITING).update(
        state=state, url="", error=row.error, attachment=attachment
    )
    return bool(won)


def _add(complaint: Complaint, files: tuple[Attachment, ...], at: datetime) -> None:
    source = complaint.source.code
    actor = Actor(
        kind="citizen",
        citizen_id=complaint.citizen_id,
        complaint_id=complaint.pk,
        by=source,
    )
    add(complaint, text="", files=files, actor=actor, at=at)


def _tell_staff(complaint: Complaint, count: int, at: datetime) -> None:
    with override(complaint.organisation.default_language):
        text = ngettext(
            "A photo came with this message but could not be fetched.",
            "%(n)s photos came with this message but could not be fetched.",
            count,
        ) % {"n": count}
    note(complaint, text=text, actor=SYSTEM_ACTOR, at=at)


# Fetching --------------------------------------------------------------------------


def _fetched(row: InboundMedia, at: datetime) -> Attachment:
    wire = wire_of(row.inbound.wire)
    if wire is None:
        raise NeverError("no_such_wire")
    body = _body(wire, row)
    try:
        return store(io.BytesIO(body), at=at)
    except Invalid as error:
        raise NeverError(error.code) from error


def _body(wire: Wire, row: InboundMedia) -> bytes:
    client = Client(
        allow=lambda host: host in wire.media_hosts,
        timeout=TOTAL_SECONDS,
        longest=settings.MAX_PHOTO_BYTES,
    )
    try:
        url = unseal(row.url).get("url", "")
        auth = wire.media_auth(keys_of(row.inbound.account))
    except UnreadableSecretsError as error:
        raise OutgoingError("no_credentials") from error
    try:
        answer = client.get(url, auth=auth)
        if answer.status in REDIRECTS:
            answer = client.get(urljoin(url, answer.headers.get("location", "")))
    except RefusedAddressError as error:
        raise NeverError(error.code) from error
    return _checked(answer)


def _checked(answer: Answer) -> bytes:
    if answer.status == 200:
        return answer.body
    if answer.status == GONE:
        raise NeverError(f"http_{answer.status}")
    raise OutgoingError(f"http_{answer.status}")
