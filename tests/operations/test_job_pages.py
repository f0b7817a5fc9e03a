from datetime import UTC, datetime
from typing import Any, BinaryIO

from django.contrib.auth import get_user_model
from django.test import TestCase, override_settings
from django.urls import reverse

from operations import jobs
from operations.jobs import RunningJob, fetched_if
from operations.models import Job
from operations.running import run_waiting

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def export(job: RunningJob) -> None:
    def fill(file: BinaryIO) -> None:
        file.write("क्रमांक\n".encode())

    job.save_result("मासिक.csv", fill)


@fetched_if(lambda job, at: job.args.get("may") == 1)
def guarded(job: RunningJob) -> None:
    export(job)


@override_settings(
    SUNWAI_JOBS={"export": f"{__name__}.export", "guarded": f"{__name__}.guarded"}
)
class JobPageTests(TestCase):
    def setUp(self) -> None:
        self.asha = self.officer("asha")
        self.job = jobs.enqueue("export", args={}, requested_by=self.asha.pk, at=NOON)
        self.log_in(self.asha)

    def officer(self, name: str) -> Any:
        return get_user_model()._default_manager.create(username=name)

    def log_in(self, officer: Any) -> None:
        self.client.force_login(officer)

    def url(self, name: str, token: str = "") -> str:
        return reverse(f"operations:{name}", args=[token or self.job.token])

    def test_it_shows_progress_to_the_requester(self) -> None:
        Job.objects.update(state="running", lease_until=NOON, progress=3, total=9)
        with self.assertNumQueries(3):  # session, officer, job
            response = self.client.get(self.url("job_progress"))
        assert response.json() == {
            "state": "running",
            "label": "Running",
            "done": 3,
            "total": 9,
            "note": "",
            "error": "",
            "over": False,
            "result": None,
        }
        assert "no-store" in response["Cache-Control"]

    def test_it_hands_the_result_over_as_a_download(self) -> None:
        assert self.client.get(self.url("job_result")).status_code == 404
        run_waiting()
        shown = self.client.get(self.url("job_progress")).json()
        assert (shown["over"], shown["result"]) == (True, self.url("job_result"))
        response = self.client.get(shown["result"])
        assert b"".join(response).decode() == "क्रमांक\n"
        assert response["Content-Disposition"].startswith("attachment;")
        assert response["X-Content-Type-Options"] == "nosniff"

    def test_it_hides_the_job_from_everybody_else(self) -> None:
        run_waiting()
        self.log_in(self.officer("ravi"))
        for name in ("job_progress", "job_result"):
            assert self.client.get(self.url(name)).status_code == 404
            assert self.client.get(self.url(name, "unknown")).status_code == 404
        assert self.client.post(self.url("job_cancel")).status_code == 404

    def test_it_shows_a_job_of_nobody_to_nobody(self) -> None:
        Job.objects.update(requested_by=None)
        assert self.client.get(self.url("job_progress")).status_code == 404

    def test_it_sends_strangers_to_sign_in(self) -> None:
        self.client.logout()
        for name in ("job_progress", "job_result"):
            assert self.client.get(self.url(name)).status_code == 302

    def test_it_cancels_by_post_only(self) -> None:
        assert self.client.get(self.url("job_cancel")).status_code == 405
        assert self.client.post(self.url("job_cancel")).status_code == 204
        self.job.refresh_from_db()
        assert self.job.state == "cancelled"

    def test_it_says_not_found_when_the_file_is_gone(self) -> None:
        run_waiting()
        Job.objects.update(result_file="jobs/gone")
        assert self.client.get(self.url("job_result")).status_code == 404

    def test_it_asks_the_kind_again_before_it_hands_over(self) -> None:
        run_waiting()
        Job.objects.update(kind="guarded", args={"may": 0})
        assert self.client.get(self.url("job_result")).status_code == 404
        Job.objects.update(args={"may": 1})
        response = self.client.get(self.url("job_result"))
        assert response.status_code == 200
        b"".join(response)

    def test_it_hands_over_nothing_of_a_kind_that_is_gone(self) -> None:
        run_waiting()
        Job.objects.update(kind="forgotten")
        assert self.client.get(self.url("job_result")).status_code == 404
