"""A worker's name is a row that it keeps fresh: one loop per name, seen by all."""

import os
import socket
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from operations.models import Heartbeat
from operations.processes import is_running

BEAT_SECONDS = 5.0
# Without a beat for this long a name is free; without progress, the worker is silent.
STALE = timedelta(seconds=30)
SILENT = timedelta(seconds=90)


class NameTakenError(Exception):
    """A worker of this name is alive."""


class NameLostError(Exception):
    """Another worker took the name while this one slept."""


@dataclass(frozen=True)
class Hold:
    name: str
    host: str
    pid: int
    started_at: datetime


def take(name: str, *, at: datetime) -> Hold:
    hold = Hold(name, socket.gethostname()[:100], os.getpid(), at)
    fields = {
        "host": hold.host,
        "pid": hold.pid,
        "started_at": at,
        "beat_at": at,
        "progress_at": at,
    }
    try:
        with transaction.atomic():
            found = Heartbeat.objects.select_for_update().filter(name=name).first()
            if found is None:
                Heartbeat.objects.create(name=name, **fields)
            elif _is_alive(found, hold):
                raise NameTakenError(
                    f"A worker named “{name}” runs on {found.host} (process"
                    f" {found.pid}, last sign of life"
                    f" {(at - found.beat_at).total_seconds():.0f} s ago). Stop it, or"
                    " start this one under another name with --name."
                )
            else:
                Heartbeat.objects.filter(pk=found.pk).update(**fields)
    except IntegrityError:
        raise NameTakenError(f"A worker named “{name}” started this moment.") from None
    return hold


def beat(hold: Hold, *, at: datetime, progress_at: datetime) -> None:
    if not _row(hold).update(beat_at=at, progress_at=progress_at):
        raise NameLostError(f"Another worker has taken the name “{hold.name}”.")


def leave(hold: Hold) -> None:
    _row(hold).delete()


def worker_silent(at: datetime) -> bool:
    """Whether no worker has got anything done for 90 s: show a banner to staff."""
    return not Heartbeat.objects.filter(progress_at__gte=at - SILENT).exists()


def prune(at: datetime) -> int:
    old = Heartbeat.objects.filter(beat_at__lt=at - timedelta(days=1))
    return old.delete()[0]


def _row(hold: Hold) -> QuerySet[Heartbeat]:
    return Heartbeat.objects.filter(
        name=hold.name, host=hold.host, pid=hold.pid, started_at=hold.started_at
    )


def _is_alive(found: Heartbeat, mine: Hold) -> bool:
    if found.beat_at < mine.started_at - STALE:
        return False
    if found.host != mine.host:
        return True
    # A container that is started again has its old host name and process id.
    return found.pid != mine.pid and is_running(found.pid)
