"""Every workload, in the order of the table."""

from collections.abc import Callable, Iterator

from benchmarks.bench import Bench
from benchmarks.result import Row
from benchmarks.workloads import api, drain, queue, raw, small, web

Workload = Callable[[Bench], Iterator[Row]]

WORKLOADS: tuple[tuple[str, Workload], ...] = (
    ("W1", web.intake),
    ("W1b", web.hook),
    ("W1c", drain.drain),
    ("raw", raw.raw),
    ("W2", web.status),
    ("W3", queue.queue_filters),
    ("W3api", api.api_lists),
    ("W3c", queue.search),
    ("W4", small.month),
    ("W5", queue.pages),
    ("W6", small.memory),
    ("W7", small.sweep),
    ("W8", small.words),
)
