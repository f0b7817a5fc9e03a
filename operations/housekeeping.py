"""Once an hour: drop what nobody will ask for again."""

from datetime import datetime, timedelta

from django.db.models import Model, QuerySet
from django_q.models import Task

from operations import counters, heartbeat, job_files
from operations.hourly import hourly
from operations.models import IdempotencyKey, Job

DAY = timedelta(days=1)
RESULTS_FOR = timedelta(days=7)
# Longer than any provider's or client's last retry.
KEYS_FOR = timedelta(days=35)
QUEUE_RECORDS_FOR = timedelta(days=7)
# Rows at a time: no transaction of ours lasts a second.
BATCH = 2000
BATCHES = 50


@hourly("housekeeping")
def tick(at: datetime) -> int:
    return tidy(at)


def tidy(at: datetime) -> int:
    return (
        counters.prune(at)
        + heartbeat.prune(at)
        + _drop_results(at)
        + job_files.remove_older(at - RESULTS_FOR - DAY)
        + _delete(IdempotencyKey.objects.filter(created_at__lt=at - KEYS_FOR))
        + _delete(Task.objects.filter(stopped__lt=at - QUEUE_RECORDS_FOR))
    )


def _drop_results(at: datetime) -> int:
    old = Job.objects.exclude(result_file="").filter(finished_at__lt=at - RESULTS_FOR)
    count = 0
    for job in old.order_by("finished_at")[:BATCH]:
        job_files.remove(job.result_file)
        count += Job.objects.filter(pk=job.pk).update(result_file="", result_name="")
    return count


def _delete(rows: QuerySet[Model]) -> int:
    count = 0
    for _batch in range(BATCHES):
        keys = list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH])
        count += rows.model._default_manager.filter(pk__in=keys).delete()[0]
        if len(keys) < BATCH:
            break
    return count
