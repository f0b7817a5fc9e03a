"""django-q2's ORM broker, made first in first out, patient and watched.

The watching: now and then the broker hands out a canary, a task that does nothing and
has no row anywhere. It goes the whole way (pusher, queue, worker, result, monitor);
when its receipt stays out, something on the way is stuck. A process of the cluster
that is killed can take a lock with it, and the cluster then stands still for ever
while each of its processes looks alive.
"""

import ctypes
import logging
from multiprocessing.sharedctypes import RawValue
from time import monotonic, sleep
from typing import Any

from django.db import InterfaceError, OperationalError, connections
from django.utils import timezone
from django_q.brokers.orm import ORM
from django_q.conf import Conf
from django_q.signing import SignedPackage

from operations.database import first_line

logger = logging.getLogger(__name__)

CANARY = "canary"
DATABASE_PAUSE_SECONDS = 2.0


class Pulse:
    """When the last canary came home, in memory that the cluster's processes share.

    Raw, without a lock: a process killed while it holds a lock is the very fault that
    this is to find.
    """

    def __init__(self) -> None:
        self._seen: ctypes.c_double | None = None
        self._sent_at = 0.0
        self._every = 0.0

    def open(self, every: float) -> None:
        """Start anew; before the cluster is forked, so that it inherits the memory."""
        self._seen = RawValue(ctypes.c_double, monotonic())
        self._sent_at = 0.0
        self._every = every

    def age(self) -> float:
        return monotonic() - self._seen.value if self._seen is not None else 0.0

    def beat(self) -> None:
        if self._seen is not None:
            self._seen.value = monotonic()

    def due(self) -> bool:
        """Whether to send a canary now; a lost one is followed by another."""
        if self._seen is None:
            return False
        out = self._sent_at >= self._seen.value
        if monotonic() - self._sent_at < self._every * (2 if out else 1):
            return False
        self._sent_at = monotonic()
        return True


pulse = Pulse()


def canary() -> None:
    """What the canary does."""


class JobBroker(ORM):  # type: ignore[misc]  # django-q2 carries no types
    # The queue's row that the last `enqueue` made.
    row: int | None = None

    def enqueue(self, task: str) -> int:
        row = int(super().enqueue(task))
        self.row = row
        return row

    def dequeue(self) -> list[tuple[int | str, str]] | None:
        if pulse.due():
            return [(CANARY, _canary_package())]
        try:
            found = self._claim_oldest()
        except (OperationalError, InterfaceError) as error:
            # A raised error would cost the cluster its pusher.
            logger.warning("The queue cannot reach the database: %s", first_line(error))
            connections.close_all()
            sleep(DATABASE_PAUSE_SECONDS)
            return None
        if found is None:
            sleep(Conf.POLL)
            return None
        return [found]

    def acknowledge(self, task_id: int | str) -> None:
        if task_id == CANARY:
            pulse.beat()
        else:
            super().acknowledge(task_id)

    def _claim_oldest(self) -> tuple[int, str] | None:
        queue = self.get_connection().filter(key=self.list_key)
        waiting = queue.filter(lock__lt=timezone.now()).order_by("pk")
        row = waiting.values_list("pk", "lock", "payload").first()
        if row is None:
            return None
        pk, lock, payload = row
        # Compare-and-set: another cluster may have been quicker.
        won = queue.filter(pk=pk, lock=lock).update(lock=self.timeout(None))
        return (pk, payload) if won else None


def _canary_package() -> str:
    task: dict[str, Any] = {
        "id": CANARY,
        "name": CANARY,
        "func": "operations.broker.canary",
        "args": (),
        "kwargs": {},
        "started": timezone.now(),
        "save": False,
        "ack_failure": True,
    }
    return str(SignedPackage.dumps(task))
