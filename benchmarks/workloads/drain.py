"""W1c: one worker reads the inbox and makes complaints of it."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from urllib.parse import urlencode

from django.db.models import Count
from django.utils import timezone

from benchmarks.bench import Bench
from benchmarks.generator.copying import Table
from benchmarks.generator.generate import SEED
from benchmarks.measure import Stopwatch
from benchmarks.result import Row, at_least
from benchmarks.workloads import asking
from channels_in import inbox
from channels_in.models import Inbound
from notices.texts import REFERENCE
from operations.generation import bump

LEAST = 60
FEW, MANY_OF_A_MILLION = 400, 100_000


def drain(bench: Bench) -> Iterator[Row]:
    for waiting in (FEW, max(MANY_OF_A_MILLION * bench.size // 1_000_000, 2 * FEW)):
        fill(waiting, timezone.now(), f"drain{waiting}")
        done, clock, cpu = work(bench.seconds * 1.5)
        rows = Inbound.objects.order_by().values_list("state")
        states = dict(rows.annotate(count=Count("pk")))
        yield at_least(
            f"W1c inbox with {waiting:,} waiting", done / clock, LEAST, "rows/s",
            note=f"{cpu * 1000 / max(done, 1):.1f} ms of processor each; {states}",
        )  # fmt: skip
        Inbound.objects.filter(state=Inbound.State.WAITING).delete()


def fill(count: int, at: datetime, mark: str) -> None:
    """As the hook leaves them: raw bodies, waiting."""
    account = asking.hook_account()
    bump(REFERENCE)
    table = Table(
        Inbound, "account", "wire", "what", "provider_id", "body", "received_at",
        "not_before",
    )  # fmt: skip
    rng = Random(f"{SEED}:{mark}")  # noqa: S311 (made-up messages, not secrets)
    since = at - timedelta(minutes=5)
    for number in range(count):
        form = asking.hook_form(rng, number)
        body = urlencode(form).encode()
        moment = since + timedelta(milliseconds=number)
        sid = f"{mark}-{number}"
        table.add(account.pk, "sms_twilio", "message", sid, body, moment, moment)
    table.flush()


def work(seconds: float) -> tuple[int, float, float]:
    """Turn after turn, as the worker's loop does while there is work.

    How many, and the seconds by the clock and on the processor.
    """
    watch, done = Stopwatch(), 0
    while watch.clock() < seconds:
        worked = inbox.tick(timezone.now())
        done += worked
        if not worked:
            break
    return done, watch.clock(), watch.cpu()
