from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from django.conf import settings
from django.db import IntegrityError, OperationalError, transaction
from django.test import TestCase, override_settings
from django_q.models import OrmQ

from operations import jobs, running
from operations.jobs import RunningJob, UnknownKindError
from operations.models import Job
from operations.running import JobFailedError, claim, run, run_from_queue, run_waiting

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
ASHA = 11  # an officer's key

seen: list[Any] = []


def export(job: RunningJob) -> None:
    job.step(1, 3)
    seen.append(job.args)

    def fill(file: BinaryIO) -> None:
        file.write(b"a,b\n")

    job.save_result("month 2026-11.csv", fill)
    job.step(3)


def refused(job: RunningJob) -> None:
    raise JobFailedError("no_rows")


def broken(job: RunningJob) -> None:
    raise ValueError("Asha Rao, +91 99999 00001")


def without_database(job: RunningJob) -> None:
    raise OperationalError("gone")


def cancelled_while_running(job: RunningJob) -> None:
    jobs.cancel(Job.objects.get(token=job.token), at=NOON)
    job.note("writing")
    if not job.cancelled():
        seen.append("went on")


def lost_while_running(job: RunningJob) -> None:
    Job.objects.filter(token=job.token).update(attempts=2)
    job.note("writing")
    seen.append("went on")


KINDS = {
    name: f"{__name__}.{name}"
    for name in (
        "export",
        "refused",
        "broken",
        "without_database",
        "cancelled_while_running",
        "lost_while_running",
    )
}


def enqueue(kind: str, **args: Any) -> Job:
    return jobs.enqueue(kind, args=args, requested_by=ASHA, at=NOON)


def clock() -> datetime:
    return NOON


@override_settings(SUNWAI_JOBS=KINDS)
class EnqueueTests(TestCase):
    def test_it_puts_row_and_wake_up_into_one_transaction(self) -> None:
        job = enqueue("export", month="2026-11")
        assert (job.state, job.attempts, len(job.token)) == ("queued", 0, 43)
        assert OrmQ.objects.get().pk == job.queue_row

        class TakenBackError(Exception):
            pass

        with pytest.raises(TakenBackError), transaction.atomic():
            enqueue("export")
            raise TakenBackError
        assert (Job.objects.count(), OrmQ.objects.count()) == (1, 1)

    def test_it_hands_the_queue_the_key_alone(self) -> None:
        job = enqueue("export", month="2026-11")
        task = OrmQ.objects.get().task
        assert task["func"] == "operations.running.run_from_queue"
        assert (task["args"], task["kwargs"]) == ((job.pk,), {})

    def test_it_refuses_what_is_not_wired(self) -> None:
        with pytest.raises(UnknownKindError):
            enqueue("unheard_of")

    def test_it_carries_ids_and_codes_and_no_words(self) -> None:
        enqueue("export", ids=[1, 2], until="2026-11-22T12:00:00+05:30", area=None)
        for words in ("Asha Rao", "asha@example.org", "पानी नहीं", "+919999900001"):
            with pytest.raises(ValueError, match="not words"):
                enqueue("export", text=[words])
        with pytest.raises(TypeError):
            enqueue("export", at=NOON)

    def test_it_lets_the_database_refuse_an_unknown_state(self) -> None:
        job = enqueue("export")
        with pytest.raises(IntegrityError), transaction.atomic():
            Job.objects.filter(pk=job.pk).update(state="lost")


@override_settings(SUNWAI_JOBS=KINDS)
class RunTests(TestCase):
    def setUp(self) -> None:
        seen.clear()

    def run_one(self, kind: str, **args: Any) -> Job:
        job = enqueue(kind, **args)
        assert run_waiting(clock=clock) == 1
        job.refresh_from_db()
        return job

    def test_it_runs_to_the_end_with_a_private_result(self) -> None:
        job = self.run_one("export", month="2026-11")
        assert seen == [{"month": "2026-11"}]
        assert (job.state, job.progress, job.total) == ("done", 3, 3)
        assert (job.started_at, job.finished_at, job.attempts) == (NOON, NOON, 1)
        assert job.result_name == "month_2026-11.csv"
        path = Path(settings.PRIVATE_ROOT) / job.result_file
        assert path.parent.name == "jobs"
        assert path.read_bytes() == b"a,b\n"
        assert path.stat().st_mode & 0o077 == 0

    def test_it_fails_with_the_code_that_the_function_names(self) -> None:
        job = self.run_one("refused")
        assert (job.state, job.error) == ("failed", "no_rows")

    def test_it_keeps_no_text_of_an_unforeseen_error(self) -> None:
        job = self.run_one("broken")
        assert (job.state, job.error, job.attempts) == ("failed", "ValueError", 1)

    def test_it_tries_again_when_the_database_was_away(self) -> None:
        job = self.run_one("without_database")
        assert (job.state, job.attempts) == ("running", 1)
        assert jobs.tick(NOON) == 0
        assert jobs.tick(NOON + MINUTE) == 1
        job.refresh_from_db()
        assert job.state == "queued"

    def test_it_ends_as_cancelled_when_the_function_heard_of_it(self) -> None:
        job = self.run_one("cancelled_while_running")
        assert (job.state, seen) == ("cancelled", [])

    def test_it_stops_without_a_trace_when_another_worker_has_the_job(self) -> None:
        job = self.run_one("lost_while_running")
        assert (job.state, job.attempts, job.note, seen) == ("running", 2, "", [])

    def test_it_does_nothing_for_a_second_wake_up(self) -> None:
        job = self.run_one("export")
        run_from_queue(job.pk)
        assert len(seen) == 1

    def test_it_cancels_a_waiting_job_at_once(self) -> None:
        job = enqueue("export")
        assert jobs.cancel(job, at=NOON)
        assert run_waiting(clock=clock) == 0
        job.refresh_from_db()
        assert job.state == "cancelled"
        assert not jobs.cancel(job, at=NOON)


@override_settings(SUNWAI_JOBS=KINDS)
class ProgressTests(TestCase):
    @pytest.fixture(autouse=True)
    def stopped_watch(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        self.seconds = 100.0
        monkeypatch.setattr(running, "monotonic", lambda: self.seconds)
        yield

    def test_it_writes_progress_twice_a_second_at_most(self) -> None:
        enqueue("export")
        claimed = claim(Job.objects.get().pk, runner="w", at=NOON)
        assert claimed is not None
        job = RunningJob(claimed, clock=clock)
        with self.assertNumQueries(0):
            for done in range(1000):
                job.step(done, 5000)
                job.cancelled()
        self.seconds += 0.5
        with self.assertNumQueries(2):
            job.step(1000)
            job.step(1001)
        assert Job.objects.get().progress == 1000


@override_settings(SUNWAI_JOBS=KINDS)
class LostJobTests(TestCase):
    def claim(self, job: Job, at: datetime) -> Job:
        claimed = claim(job.pk, runner="w", at=at)
        assert claimed is not None
        return claimed

    def test_it_is_claimed_by_one(self) -> None:
        job = enqueue("export")
        self.claim(job, NOON)
        assert claim(job.pk, runner="v", at=NOON) is None

    def test_it_gives_up_a_job_that_killed_three_workers(self) -> None:
        job, at = enqueue("export"), NOON
        for attempt in (1, 2, 3):
            assert self.claim(job, at).attempts == attempt
            assert jobs.tick(at + MINUTE / 2) == 0
            at += 2 * MINUTE
            assert jobs.tick(at) == 1
        job.refresh_from_db()
        assert (job.state, job.error) == ("failed", "gave_up")
        assert jobs.tick(at + MINUTE) == 0

    def test_it_brings_a_lost_lease_back_with_a_new_wake_up(self) -> None:
        job = enqueue("export")
        self.claim(job, NOON)
        assert not OrmQ.objects.exists()
        assert jobs.tick(NOON + 2 * MINUTE) == 1
        job.refresh_from_db()
        assert OrmQ.objects.get().pk == job.queue_row

    def test_it_frees_a_wake_up_that_a_dead_cluster_took(self) -> None:
        job = enqueue("export")
        OrmQ.objects.update(lock=NOON + timedelta(hours=2))
        assert jobs.tick(NOON + MINUTE / 2) == 0
        at = NOON + 2 * MINUTE
        assert jobs.tick(at) == 1
        assert OrmQ.objects.get(pk=job.queue_row).lock < at
        assert jobs.tick(at) == 0

    def test_it_replaces_a_wake_up_that_the_queue_dropped(self) -> None:
        enqueue("export")
        OrmQ.objects.all().delete()
        assert jobs.tick(NOON + 2 * MINUTE) == 1
        assert OrmQ.objects.count() == 1

    def test_it_does_not_restart_a_cancelled_job(self) -> None:
        job = enqueue("export")
        self.claim(job, NOON)
        jobs.cancel(job, at=NOON)
        assert jobs.tick(NOON + 2 * MINUTE) == 1
        job.refresh_from_db()
        assert job.state == "cancelled"

    def test_it_counts_no_try_that_an_orderly_stop_cut_short(self) -> None:
        job = enqueue("export")
        self.claim(job, NOON)
        assert jobs.busy("w", at=NOON) == 1
        jobs.release("w", at=NOON, stopped_in_order=True)
        job.refresh_from_db()
        assert (job.state, job.attempts) == ("running", 0)
        assert jobs.tick(NOON) == 1
        assert self.claim(job, NOON).attempts == 1

    def test_it_counts_a_try_whose_process_was_dead_before_the_stop(self) -> None:
        job = enqueue("export")
        self.claim(job, NOON)
        later = NOON + MINUTE / 2
        assert jobs.busy("w", at=later) == 0
        jobs.release("w", at=later, stopped_in_order=True)
        job.refresh_from_db()
        assert job.attempts == 1

    def test_it_runs_nothing_beyond_its_last_try(self) -> None:
        job = enqueue("export")
        Job.objects.update(attempts=3)
        assert claim(job.pk, runner="w", at=NOON) is None
        run(job, clock=clock)  # not claimed: what it writes goes nowhere
        job.refresh_from_db()
        assert job.state == "queued"
