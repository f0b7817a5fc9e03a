"""What django-q2 is told. Settings read this: nothing of Django is imported here."""

from typing import Any

# Longest a job may run. A job with more to do than that enqueues its own next part.
JOB_LIMIT_SECONDS = 1800
WORKERS = 2

Q_CLUSTER: dict[str, Any] = {
    "name": "sunwai",
    # The ORM broker's table is in our database: a job commits with what it is about.
    "orm": "default",
    "broker_class": "operations.broker.JobBroker",
    "poll": 0.5,
    "workers": WORKERS,
    # What waits in a cluster's memory is lost with it: keep that small.
    "queue_limit": 2,
    "bulk": 1,
    "timeout": JOB_LIMIT_SECONDS,
    # Counted from the moment a row enters the memory queue, so more than
    # timeout * (1 + (queue_limit + bulk) / workers). Our own leases bring a lost job
    # back within a minute; this is only the last resort.
    "retry": 4 * JOB_LIMIT_SECONDS,
    "max_attempts": 5,
    # A failed try is written on our Job row, which decides about the next one.
    "ack_failures": True,
    "save_limit": 250,
    "catch_up": False,
    # Schedules run up to 30 s late and in whole minutes: our ticks replace them.
    "scheduler": False,
    # A cache of this name does not exist, so the cluster writes no statistics twice a
    # second; the heartbeat row tells what we want to know.
    "cache": "none",
    "label": "Queue",
}
