"""What runs inside the worker under test; it talks with the test through files."""

import json
from datetime import datetime
from time import sleep as wait
from typing import BinaryIO

from django.conf import settings

from operations import jobs
from operations.jobs import RunningJob
from operations.models import Job


def tick(at: datetime) -> int:
    """Enqueue what the test asks for, and show it how the jobs stand."""
    asked = sorted(settings.DATA_ROOT.glob("*.ask"))
    for path in asked:
        path.unlink()
        jobs.enqueue(path.stem, args={}, requested_by=None, at=at)
    rows = Job.objects.order_by("pk").values_list("kind", "state", "attempts")
    part = settings.DATA_ROOT / "jobs.part"
    part.write_text(json.dumps([list(row) for row in rows]))
    part.rename(settings.DATA_ROOT / "jobs.json")
    return len(asked)


def broken(at: datetime) -> int:
    raise ValueError("this tick always fails")


def write(job: RunningJob) -> None:
    def fill(file: BinaryIO) -> None:
        file.write(b"done")

    job.save_result("result.txt", fill)


def sleep(job: RunningJob) -> None:
    """Until the test that asked for it is over."""
    while (settings.DATA_ROOT / "sleep.on").exists():
        wait(0.1)
