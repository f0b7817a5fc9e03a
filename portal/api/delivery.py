"""The way out of webhooks: claim, send in a thread, write down what came of it.

    waiting -> sending -> done | waiting again (later) | dead
    waiting -> dropped                    the subscriber may not see it (any more)

A thread only talks to the network: it is given bytes and gives back a number. The
worker's turn never waits for a slow subscriber. A claim whose worker died runs out and
is sent once more: a receiver knows a repeat by `Sunwai-Delivery`.
"""

import logging
import secrets
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zlib import crc32

from django.conf import settings
from django.db.models import F

from notices.credentials import UnreadableSecretsError
from operations.outgoing import Client, OutgoingError, RefusedAddressError
from operations.switches import MESSAGES, frozen
from portal.api.webhooks import body_of, headers_of, may_see
from portal.models import WebhookDelivery

# At once: in all, and to one subscriber, so that a slow one holds up itself alone.
MOST, MOST_EACH = 8, 2
BATCH = 50
TIMEOUT_SECONDS = 10.0
LEASE = timedelta(minutes=2)
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(days=1)
# 30 s, 2 min, 8 min, half an hour, 2 h, 8 h, then daily: given up after three days.
MOST_ATTEMPTS = 9
KEPT_FOR = timedelta(days=35)
SETTLE_SECONDS = 0.1

Post = Callable[[str, bytes, Mapping[str, str]], int]
State = WebhookDelivery.State
log = logging.getLogger(__name__)


def post(url: str, body: bytes, headers: Mapping[str, str]) -> int:
    """The receiver's status. Raises OutgoingError; no address of ours is reached."""
    client = Client(allow=lambda host: True, timeout=TIMEOUT_SECONDS, longest=65_536)
    return client.post(url, body, headers=headers).status


@dataclass
class Sending:
    """What this process has in the air."""

    post: Post = post
    flights: dict["Future[int]", WebhookDelivery] = field(default_factory=dict)
    pool: ThreadPoolExecutor | None = None
    pruned_hour: int = -1

    def turn(self, at: datetime) -> int:
        done = self._land(at) + self._free(at) + self._prune(at)
        if frozen(MESSAGES):
            return done or self._wait()
        for delivery in self._due(at):
            if len(self.flights) >= MOST:
                break
            if self._to(delivery.subscription_id) < MOST_EACH:
                done += self._start(delivery, at)
        return done or self._wait()

    def _due(self, at: datetime) -> Iterable[WebhookDelivery]:
        full = [pk for pk in self._targets() if self._to(pk) >= MOST_EACH]
        rows = WebhookDelivery.objects.filter(state=State.WAITING, not_before__lte=at)
        return (
            rows.exclude(subscription__in=full)
            .select_related(
                "subscription__officer", "event__complaint__organisation",
                "event__complaint__office", "event__complaint__category",
            )
            .defer(
                "event__complaint__text", "event__complaint__search_text",
                "event__complaint__office__boundary",
            )
            .order_by("not_before", "pk")[:BATCH]
        )  # fmt: skip

    def _start(self, delivery: WebhookDelivery, at: datetime) -> int:
        claim = secrets.token_hex(16)
        waiting = WebhookDelivery.objects.filter(pk=delivery.pk, state=State.WAITING)
        if not waiting.filter(attempts=delivery.attempts).update(
            state=State.SENDING, claim=claim, lease_until=at + LEASE,
            attempts=F("attempts") + 1,
        ):  # fmt: skip
            return 0
        delivery.claim, delivery.attempts = claim, delivery.attempts + 1
        if not may_see(delivery, at):
            _finish(delivery, state=State.DROPPED, done_at=at)
            return 1
        try:
            body = body_of(delivery)
            headers = headers_of(delivery, body, at)
        except (UnreadableSecretsError, KeyError):
            _failed(delivery, "secret_unreadable", at, for_ever=True)
            return 1
        self.pool = self.pool or ThreadPoolExecutor(MOST, "webhook")
        flight = self.pool.submit(self.post, delivery.subscription.url, body, headers)
        self.flights[flight] = delivery
        return 1

    def _land(self, at: datetime) -> int:
        landed = [flight for flight in self.flights if flight.done()]
        for flight in landed:
            _settle(self.flights.pop(flight), flight, at)
        return len(landed)

    def _wait(self) -> int:
        """`worker --once` comes round again until what is in the air has landed."""
        if not self.flights:
            return 0
        return len(wait(self.flights, timeout=SETTLE_SECONDS).done) or 1

    def _free(self, at: datetime) -> int:
        lost = WebhookDelivery.objects.filter(state=State.SENDING, lease_until__lte=at)
        if not lost.exists():  # on SQLite an UPDATE of nothing waits for the lock, too
            return 0
        return lost.update(state=State.WAITING, lease_until=None, claim="")

    def _prune(self, at: datetime) -> int:
        hour = int(at.timestamp()) // 3600
        if hour == self.pruned_hour:
            return 0
        self.pruned_hour = hour
        old = WebhookDelivery.objects.filter(done_at__lt=at - KEPT_FOR)
        keys = list(old.order_by("done_at").values_list("pk", flat=True)[:2000])
        return WebhookDelivery.objects.filter(pk__in=keys).delete()[0]

    def _targets(self) -> set[int]:
        return {delivery.subscription_id for delivery in self.flights.values()}

    def _to(self, subscription_id: int) -> int:
        flying = self.flights.values()
        return sum(each.subscription_id == subscription_id for each in flying)


_sending = Sending()


def tick(at: datetime) -> int:
    return _sending.turn(at)


def _settle(delivery: WebhookDelivery, flight: "Future[int]", at: datetime) -> None:
    try:
        status = flight.result()
    except RefusedAddressError as error:
        _failed(delivery, error.code, at, for_ever=True)
    except OutgoingError as error:
        _failed(delivery, error.code, at)
    except Exception as error:  # a thread must not stop the worker
        log.error("delivery %s broke", delivery.pk, exc_info=error)
        _failed(delivery, type(error).__name__, at)
    else:
        if 200 <= status < 300:
            _finish(
                delivery, state=State.DONE, done_at=at, response_code=status, error=""
            )
        else:
            _failed(delivery, "refused", at, status=status)


def _failed(
    delivery: WebhookDelivery,
    error: str,
    at: datetime,
    *,
    status: int | None = None,
    for_ever: bool = False,
) -> None:
    over = for_ever or delivery.attempts >= MOST_ATTEMPTS
    _finish(
        delivery,
        state=State.DEAD if over else State.WAITING,
        not_before=delivery.not_before if over else at + pause_after(delivery),
        done_at=at if over else None,
        response_code=status,
        error=error[:100],
    )


def _finish(delivery: WebhookDelivery, **fields: object) -> None:
    ours = WebhookDelivery.objects.filter(
        pk=delivery.pk, state=State.SENDING, claim=delivery.claim
    )
    values = {"lease_until": None} | fields
    if not ours.update(**values):
        log.warning("delivery %s: our claim had run out", delivery.pk)


def pause_after(delivery: WebhookDelivery) -> timedelta:
    """A little apart, not to come back all at once."""
    doubled_twice = int(4 ** (delivery.attempts - 1))
    pause = min(FIRST_PAUSE * doubled_twice, LONGEST_PAUSE)
    spread = crc32(f"{delivery.pk}:{delivery.attempts}".encode()) % 1000 / 1000
    return pause * (1 + spread / 4)


def url_refused(url: str) -> bool:
    """At the moment it is typed: the address itself is looked at with each sending."""
    local = settings.OUTGOING_LOOPBACK and url.startswith("http://127.0.0.1:")
    return not (local or url.startswith("https://"))
