from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.db import OperationalError, connection
from django.test import TestCase, override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from operations import figures, health
from operations.figures import labelled, oldest, written
from operations.generation import forget_all
from operations.heartbeat import take
from operations.models import Job
from operations.switches import MESSAGES, freeze

TOKEN = "a token of some length"


def stuck(at: datetime) -> dict[str, float]:
    return {
        labelled("inbox_oldest_seconds", account="pmc-sms"): 299.0,
        labelled("outbox_oldest_seconds", sender="email"): 301.0,
    }


def late(at: datetime) -> dict[str, float]:
    return {"inbox_oldest_seconds": 301.0}


def broken(at: datetime) -> dict[str, float]:
    raise ValueError("no figures today")


def away(at: datetime) -> dict[str, float]:
    raise OperationalError("no database")


OWN = "operations.figures.figures"
HERE = __name__


class WrittenTests:
    def test_it_keeps_the_samples_of_one_name_together(self) -> None:
        text = written(
            {
                labelled("a_seconds", sender="x"): 1.5,
                "ab_total": 3.0,
                labelled("a_seconds", sender='y"\n\\'): 0.0,
            }
        )
        assert text == (
            "# TYPE sunwai_a_seconds gauge\n"
            'sunwai_a_seconds{sender="x"} 1.5\n'
            'sunwai_a_seconds{sender="y\\"\\n\\\\"} 0\n'
            "# TYPE sunwai_ab_total counter\n"
            "sunwai_ab_total 3\n"
        )

    def test_it_writes_large_numbers_in_full(self) -> None:
        assert "sunwai_n 12345678\n" in written({"n": 12345678.0})

    def test_it_finds_the_oldest_of_a_kind(self) -> None:
        assert oldest(stuck(timezone.now()), "inbox_oldest") == 299
        assert oldest({}, "inbox_oldest") == 0


class MetricsTests(TestCase):
    @pytest.fixture(autouse=True)
    def fresh(self) -> Iterator[None]:
        forget_all()
        yield
        forget_all()

    def read(self, **headers: str) -> str:
        response = self.client.get("/metrics", headers=headers)
        assert response.status_code == 200
        assert response["Content-Type"].startswith("text/plain; version=0.0.4")
        return response.content.decode()

    def test_it_tells_of_workers_jobs_and_switches(self) -> None:
        at = timezone.now()
        take("worker", at=at - timedelta(seconds=20))
        old = at - timedelta(minutes=2)
        Job.objects.create(kind="export", created_at=old, handed_at=old)
        Job.objects.create(
            kind="export", created_at=old, handed_at=old, state="running",
            lease_until=at,
        )  # fmt: skip
        freeze(MESSAGES, why="by_hand", at=at)
        with override_settings(SUNWAI_FIGURES=[OWN]):
            found = dict(
                line.rsplit(" ", 1)
                for line in self.read().splitlines()
                if not line.startswith("#")
            )
        assert 20 <= float(found['sunwai_worker_heartbeat_seconds{worker="worker"}'])
        assert found["sunwai_jobs_queued"] == "1"
        assert found["sunwai_jobs_running"] == "1"
        assert float(found["sunwai_jobs_oldest_seconds"]) >= 120
        assert found["sunwai_messages_frozen"] == "1"

    def test_it_reads_everybodys_figures_by_a_few_queries(self) -> None:
        self.read()
        with self.assertNumQueries(self.queries()):
            self.read()

    def queries(self) -> int:
        """Three of ours, and two or three of each app."""
        with CaptureQueriesContext(connection) as seen:
            figures.gather(timezone.now())
        assert len(seen) <= 20
        return len(seen)

    def test_it_survives_an_app_that_has_none(self) -> None:
        with override_settings(SUNWAI_FIGURES=[f"{HERE}.broken", f"{HERE}.stuck"]):
            text = self.read()
        assert 'sunwai_figures_failed{app="tests"}' in text
        assert "sunwai_outbox_oldest_seconds" in text

    def test_it_is_hidden_from_other_hosts(self) -> None:
        for address in ("203.0.113.9", "", "unix:"):
            response = self.client.get("/metrics", REMOTE_ADDR=address)
            assert response.status_code == 404, address

    def test_it_is_hidden_behind_a_proxy_on_this_host(self) -> None:
        for name in ("X-Forwarded-For", "X-Real-IP", "Forwarded", "Via"):
            response = self.client.get("/metrics", headers={name: "127.0.0.1"})
            assert response.status_code == 404, name

    @override_settings(METRICS_TOKEN=TOKEN)
    def test_it_opens_to_the_token(self) -> None:
        def status(given: str) -> int:
            return self.client.get(
                "/metrics", headers={"Authorization": given}, REMOTE_ADDR="203.0.113.9"
            ).status_code

        assert status(f"Bearer {TOKEN}") == 200
        for wrong in ("Bearer x", "Bearer ", f"Basic {TOKEN}", TOKEN, ""):
            assert status(wrong) == 404, wrong

    def test_it_opens_to_no_empty_token(self) -> None:
        response = self.client.get(
            "/metrics", headers={"Authorization": "Bearer "}, REMOTE_ADDR="203.0.113.9"
        )
        assert response.status_code == 404


class StuckTests(TestCase):
    @pytest.fixture(autouse=True)
    def fresh(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        monkeypatch.setattr(health, "kept", figures._Kept())
        monkeypatch.setattr(figures, "KEPT_SECONDS", 0)
        forget_all()
        yield
        forget_all()

    def reasons(self, *names: str) -> list[str]:
        take("worker", at=timezone.now())
        paths = [f"{HERE}.{name}" for name in names]
        with override_settings(SUNWAI_FIGURES=paths):
            found: list[str] = self.client.get("/readyz").json()["reasons"]
        return found

    def test_it_tells_what_stands_still(self) -> None:
        assert self.reasons("stuck") == ["outbox_stuck"]
        assert self.reasons("stuck", "late") == ["inbox_stuck", "outbox_stuck"]

    def test_it_says_frozen_and_not_stuck_while_messages_are_frozen(self) -> None:
        freeze(MESSAGES, why="by_hand", at=timezone.now())
        assert self.reasons("stuck") == ["messages_frozen"]

    def test_it_bears_figures_that_fail(self) -> None:
        assert self.reasons("broken") == []
        assert self.reasons("away") == ["database"]

    def test_it_asks_for_them_every_few_seconds_only(self) -> None:
        kept = figures._Kept()
        at = timezone.now()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(figures, "KEPT_SECONDS", 60)
            kept.at(at)
            with self.assertNumQueries(0):
                kept.at(at)
            kept.forget()
            patch.setattr(figures, "gather", lambda at: {"n": 1.0})
            assert kept.at(at) == {"n": 1.0}
