"""Every workload, in the order of the table."""

from collections.abc import Callable, Iterator

from benchmarks.bench import Bench
from benchmarks.result import Row
from benchmarks.workloads import api, drain, queue, raw, small, trials, web

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
    ("W8", small.words),
    ("W9", trials.trial),
    # last: the clocks that it acts on are not what they were
    ("W7", small.sweep),
)
