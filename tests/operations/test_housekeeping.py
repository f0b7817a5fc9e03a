import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

import pytest
from django.conf import settings
from django.test import TestCase, override_settings
from django_q.models import Task

from operations import counters, hourly, housekeeping, job_files, jobs
from operations.idempotency import Answer, remember
from operations.jobs import RunningJob
from operations.models import Counter, IdempotencyKey
from operations.running import run_waiting

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def export(job: RunningJob) -> None:
    job.save_result("month.csv", fill)


def fill(file: BinaryIO) -> None:
    file.write(b"a,b\n")


class HousekeepingTests(TestCase):
    @pytest.fixture(autouse=True)
    def started_anew(self) -> None:
        hourly.forget()

    def test_it_does_its_round_once_an_hour_whoever_asks(self) -> None:
        counters.hit("code:asha", window=timedelta(hours=1), at=NOON - DAY)
        assert housekeeping.tick(NOON) == 1
        with self.assertNumQueries(0):
            assert housekeeping.tick(NOON) == 0
        # Another worker's process.
        hourly.forget()
        counters.hit("code:asha", window=timedelta(hours=1), at=NOON - DAY)
        assert housekeeping.tick(NOON + timedelta(minutes=30)) == 0
        assert housekeeping.tick(NOON + timedelta(hours=1)) >= 1
        assert not Counter.objects.filter(key__startswith="code").exists()

    def test_it_drops_keys_after_the_last_retry(self) -> None:
        for key, age in (("old", 36), ("new", 34)):
            remember("s", key, "f", Answer(201, {}), at=NOON - age * DAY)
        housekeeping.tidy(NOON)
        assert IdempotencyKey.objects.get().key == "new"

    @override_settings(SUNWAI_JOBS={"export": f"{__name__}.export"})
    def test_it_drops_result_files_after_a_week_and_keeps_the_row(self) -> None:
        job = jobs.enqueue("export", args={}, requested_by=1, at=NOON)
        run_waiting(clock=lambda: NOON)
        job.refresh_from_db()
        path = Path(settings.PRIVATE_ROOT) / job.result_file
        housekeeping.tidy(NOON + 6 * DAY)
        assert path.exists()
        housekeeping.tidy(NOON + 8 * DAY)
        assert not path.exists()
        job.refresh_from_db()
        assert (job.state, job.result_file) == ("done", "")

    def test_it_drops_files_that_no_job_speaks_of(self) -> None:
        path = Path(settings.PRIVATE_ROOT) / job_files.store("stray.1", fill)
        os.utime(path, (NOON.timestamp(), NOON.timestamp()))
        housekeeping.tidy(NOON + 7 * DAY)
        assert path.exists()
        housekeeping.tidy(NOON + 9 * DAY)
        assert not path.exists()

    def test_it_leaves_no_half_written_file(self) -> None:
        def breaks(file: BinaryIO) -> None:
            file.write(b"half")
            raise ValueError

        with pytest.raises(ValueError):
            job_files.store("half.1", breaks)
        assert not list((Path(settings.PRIVATE_ROOT) / "jobs").glob("half*"))

    def test_it_drops_what_the_queue_remembers_after_a_week(self) -> None:
        for name, age in (("old", 8), ("new", 6)):
            at = NOON - age * DAY
            Task.objects.create(
                id=name, name=name, func="f", started=at, stopped=at, success=True
            )
        housekeeping.tidy(NOON)
        assert Task.objects.get().name == "new"
