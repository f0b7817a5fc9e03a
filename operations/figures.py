"""Numbers for the monitor: each app tells its own, config/wiring.py FIGURES lists them.

    def figures(at: datetime) -> dict[str, float]:
        return {labelled("outbox_oldest_seconds", sender="email"): 12.0}

Ages in seconds end in `_seconds`; 0 is "nothing waits". Each asks an index for a few
rows: a monitor asks every few seconds, on the worst of days too.
"""

import logging
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby
from time import monotonic

from django.conf import settings
from django.db import Error
from django.db.models import Count, Min, Q
from django.utils.module_loading import import_string

from operations.models import Heartbeat, Job, Switch

logger = logging.getLogger(__name__)

Figures = dict[str, float]
PREFIX = "sunwai_"
KEPT_SECONDS = 5.0
WAITING = (Job.State.QUEUED, Job.State.RUNNING)


def labelled(name: str, **labels: str) -> str:
    """`name{label="value"}`, as Prometheus writes it."""
    pairs = ",".join(f'{key}="{_escaped(value)}"' for key, value in labels.items())
    return f"{name}{{{pairs}}}" if pairs else name


def figures(at: datetime) -> Figures:
    """What this app itself knows: workers, jobs, switches."""
    found = {"messages_frozen": 0.0} | {
        f"{name}_frozen": float(frozen)
        for name, frozen in Switch.objects.values_list("name", "frozen")
    }
    for name, beat_at, progress_at in Heartbeat.objects.values_list(
        "name", "beat_at", "progress_at"
    ):
        found[labelled("worker_heartbeat_seconds", worker=name)] = age(beat_at, at)
        found[labelled("worker_progress_seconds", worker=name)] = age(progress_at, at)
    return found | _jobs(at)


def _jobs(at: datetime) -> Figures:
    # The two partial indexes of open jobs; the done ones are many.
    counted = Job.objects.filter(state__in=WAITING).aggregate(
        queued=Count("pk", filter=Q(state=Job.State.QUEUED)),
        running=Count("pk", filter=Q(state=Job.State.RUNNING)),
        oldest=Min("created_at", filter=Q(state=Job.State.QUEUED)),
    )
    return {
        "jobs_queued": float(counted["queued"]),
        "jobs_running": float(counted["running"]),
        "jobs_oldest_seconds": age(counted["oldest"], at),
    }


def age(since: datetime | None, at: datetime) -> float:
    return max((at - since).total_seconds(), 0.0) if since else 0.0


def gather(at: datetime) -> Figures:
    """Everybody's. One that fails is named in `figures_failed`, the others stay."""
    found: Figures = {}
    for path in settings.SUNWAI_FIGURES:
        app = path.partition(".")[0]
        try:
            found |= import_string(path)(at)
            failed = 0.0
        except Error:
            raise  # no database: nothing of this is true
        except Exception:
            logger.exception("No figures from %s", path)
            failed = 1.0
        found[labelled("figures_failed", app=app)] = failed
    return found


def written(found: Figures) -> str:
    """Prometheus' text format: the samples of one name stand together."""
    return "".join(_lines(found))


def _lines(found: Figures) -> Iterator[str]:
    ordered = sorted(found.items(), key=lambda each: (_base(each[0]), each[0]))
    for base, samples in groupby(ordered, key=lambda each: _base(each[0])):
        kind = "counter" if base.endswith("_total") else "gauge"
        yield f"# TYPE {PREFIX}{base} {kind}\n"
        for name, value in samples:
            yield f"{PREFIX}{name} {value:.15g}\n"


class _Kept:
    """/readyz is asked by anybody and asks no more than every few seconds."""

    def __init__(self) -> None:
        self._found: Figures = {}
        self._read_at = float("-inf")

    def at(self, at: datetime) -> Figures:
        if monotonic() - self._read_at >= KEPT_SECONDS:
            self._found = gather(at)
            self._read_at = monotonic()
        return self._found

    def forget(self) -> None:
        self._read_at = float("-inf")


kept = _Kept()


def oldest(found: Figures, start: str) -> float:
    """The largest age among the figures whose name begins so."""
    return max(_values(found, start), default=0.0)


def _values(found: Figures, start: str) -> Iterable[float]:
    return (value for name, value in found.items() if name.startswith(start))


def _base(name: str) -> str:
    return name.partition("{")[0]


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
