from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.db import OperationalError
from django.db.migrations.executor import MigrationExecutor
from django.test import TestCase
from django.utils import timezone

from operations import figures, health
from operations.heartbeat import take
from operations.models import Heartbeat, Job


class HealthTests(TestCase):
    @pytest.fixture(autouse=True)
    def fresh(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        self.monkeypatch = monkeypatch
        monkeypatch.setattr(health, "_migrations", health._Migrations())
        monkeypatch.setattr(health, "kept", figures._Kept())
        yield

    def make_job(self, age: timedelta) -> None:
        at = timezone.now() - age
        Job.objects.create(kind="export", created_at=at, handed_at=at)

    def test_it_answers_without_the_database(self) -> None:
        with self.assertNumQueries(0):
            response = self.client.get("/healthz")
        assert (response.status_code, response.content) == (200, b"ok\n")
        assert response["Content-Type"] == "text/plain"
        assert "no-store" in response["Cache-Control"]

    def test_it_is_ready_with_a_worker_at_work(self) -> None:
        take("worker", at=timezone.now())
        response = self.client.get("/readyz")
        assert response.status_code == 200
        assert response.json() == {"ready": True, "reasons": []}
        # The migrations fit and are not read again; the figures are, after a while.
        with self.assertNumQueries(2):
            self.client.get("/readyz")

    def test_it_is_not_ready_without_a_worker(self) -> None:
        take("worker", at=timezone.now())
        Heartbeat.objects.update(progress_at=timezone.now() - timedelta(seconds=91))
        response = self.client.get("/readyz")
        assert response.status_code == 503
        assert response.json() == {"ready": False, "reasons": ["worker_silent"]}
        assert response["Retry-After"]

    def test_it_is_not_ready_when_jobs_wait_for_long(self) -> None:
        take("worker", at=timezone.now())
        self.make_job(timedelta(minutes=14))
        assert self.client.get("/readyz").status_code == 200
        self.make_job(timedelta(minutes=16))
        response = self.client.get("/readyz")
        assert response.json()["reasons"] == ["jobs_wait"]

    def test_it_tells_ages_to_staff_only(self) -> None:
        take("worker", at=timezone.now())
        self.make_job(timedelta(minutes=2))
        assert "oldest_job_seconds" not in self.client.get("/readyz").json()
        officer = get_user_model()._default_manager.create(
            username="meera", is_staff=True
        )
        self.client.force_login(officer)
        assert self.client.get("/readyz").json()["oldest_job_seconds"] >= 120

    def test_it_says_only_that_the_database_is_away(self) -> None:
        def away(at: object) -> None:
            raise OperationalError("could not connect to db.example.org as sunwai")

        self.monkeypatch.setattr(health, "_readiness", away)
        response = self.client.get("/readyz")
        assert response.status_code == 503
        assert response.json() == {"ready": False, "reasons": ["database"]}

    def test_it_is_not_ready_before_all_migrations_ran(self) -> None:
        self.monkeypatch.setattr(
            MigrationExecutor, "migration_plan", lambda self, nodes: ["0002"]
        )
        response = self.client.get("/readyz")
        assert response.json()["reasons"] == ["migrations"]
        # A page asked for in a storm does not read them all again each time.
        with self.assertNumQueries(0):
            self.client.get("/readyz")
