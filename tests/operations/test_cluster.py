from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db import OperationalError, connections
from django.test import RequestFactory, TestCase
from django_q.conf import Conf
from django_q.models import OrmQ
from django_q.signing import SignedPackage
from django_q.tasks import async_task

from operations import broker as broker_module
from operations import jobs, supervisor
from operations.admin_classes import ADMINS
from operations.broker import CANARY, JobBroker, Pulse
from operations.cluster import Q_CLUSTER
from operations.models import Job
from operations.supervisor import Supervisor

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


class PulseTests(TestCase):
    @pytest.fixture(autouse=True)
    def stopped_watch(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        self.seconds = 100.0
        self.pulse = Pulse()
        monkeypatch.setattr(broker_module, "monotonic", lambda: self.seconds)
        monkeypatch.setattr(broker_module, "pulse", self.pulse)
        monkeypatch.setattr(broker_module, "sleep", lambda seconds: None)
        self.monkeypatch = monkeypatch
        yield

    def test_it_sends_no_canary_where_no_cluster_is_watched(self) -> None:
        assert not self.pulse.due()
        assert self.pulse.age() == 0

    def test_it_sends_one_canary_at_a_time_and_another_for_a_lost_one(self) -> None:
        self.pulse.open(every=5)
        assert self.pulse.due()
        self.seconds += 5
        assert not self.pulse.due()
        self.seconds += 5
        assert self.pulse.due()
        self.seconds += 1
        self.pulse.beat()
        self.seconds += 4
        assert self.pulse.due()
        assert self.pulse.age() == 4

    def test_it_sends_the_canary_the_whole_way_without_a_row(self) -> None:
        self.pulse.open(every=5)
        self.seconds += 3
        with self.assertNumQueries(0):
            (found,) = JobBroker().dequeue() or []
            assert found[0] == CANARY
            task = SignedPackage.loads(found[1])
            assert task["func"] == "operations.broker.canary"
            assert task["save"] is False
            JobBroker().acknowledge(CANARY)
        assert self.pulse.age() == 0

    def test_it_outlives_a_database_that_is_away(self) -> None:
        def away(self: JobBroker) -> None:
            raise OperationalError("gone")

        self.monkeypatch.setattr(JobBroker, "_claim_oldest", away)
        self.monkeypatch.setattr(connections, "close_all", lambda: None)
        assert JobBroker().dequeue() is None


class BrokerTests(TestCase):
    def test_it_takes_the_oldest_once(self) -> None:
        broker = JobBroker()
        first, second = (
            (async_task("f", broker=broker), broker.row)[1] for _task in range(2)
        )
        taken = [broker.dequeue() for _turn in range(2)]
        assert [rows[0][0] for rows in taken if rows] == [first, second]
        assert broker._claim_oldest() is None
        broker.acknowledge(first or 0)
        assert OrmQ.objects.get().pk == second

    def test_it_is_the_one_that_django_q2_uses(self) -> None:
        assert settings.Q_CLUSTER == Q_CLUSTER
        assert Conf.BROKER_CLASS == "operations.broker.JobBroker"

    def test_it_waits_longer_for_a_task_than_the_task_may_wait_and_run(self) -> None:
        conf = Q_CLUSTER
        ahead = (conf["queue_limit"] + conf["bulk"]) / conf["workers"]
        assert conf["retry"] > conf["timeout"] * (1 + ahead)


class SupervisorTests(TestCase):
    """When it restarts; that it really does is tested with real processes."""

    @pytest.fixture(autouse=True)
    def pretended(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        self.busy, self.age, self.alive, self.starts = 0, 0.0, True, 0
        test = self

        class Guard:
            def is_alive(self) -> bool:
                return test.alive

            def join(self, seconds: float) -> None:
                pass

        class Cluster:
            sentinel = Guard()

        def start(self: Supervisor) -> None:
            test.starts += 1
            test.age = 0.0
            test.alive = True
            self._cluster = Cluster()  # type: ignore[assignment]  # a stand-in

        monkeypatch.setattr(Supervisor, "start", start)
        monkeypatch.setattr(broker_module.pulse, "age", lambda: test.age)
        monkeypatch.setattr(supervisor, "kill_tree", lambda guard: None)
        monkeypatch.setattr(jobs, "busy", lambda name, at: test.busy)
        monkeypatch.setattr(jobs, "release", lambda name, **kwargs: 0)
        self.supervisor = Supervisor("worker", lambda signum: None)
        self.supervisor.start()
        yield

    def test_it_leaves_a_cluster_alone_whose_canary_came_back(self) -> None:
        self.age = 14
        self.supervisor.check(NOON)
        assert self.starts == 1

    def test_it_restarts_one_that_stands_still(self) -> None:
        self.age = 16
        self.supervisor.check(NOON)
        assert self.starts == 2

    def test_it_leaves_one_alone_that_is_busy_with_long_jobs(self) -> None:
        self.age, self.busy = 600, Q_CLUSTER["workers"]
        self.supervisor.check(NOON)
        assert self.starts == 1
        self.busy -= 1
        self.supervisor.check(NOON)
        assert self.starts == 2

    def test_it_restarts_one_without_its_guard(self) -> None:
        self.alive = False
        self.supervisor.check(NOON)
        assert self.starts == 2

    def test_it_restarts_one_that_keeps_failing_ever_more_slowly(self) -> None:
        pauses = []
        for restarts in range(7):
            self.supervisor._restarts = restarts
            pauses.append(self.supervisor._pause())
        assert pauses == [0, 2, 4, 8, 16, 30, 30]


class AdminTests(TestCase):
    def test_it_only_shows(self) -> None:
        request = RequestFactory().get("/")
        request.user = get_user_model()._default_manager.create(
            username="root", is_superuser=True, is_staff=True
        )
        for model, model_admin in ADMINS:
            page = model_admin(model, admin.AdminSite())
            assert page.has_view_permission(request)
            assert not page.has_add_permission(request)
            assert not page.has_change_permission(request)
            assert not page.has_delete_permission(request)

    def test_it_does_not_show_what_opens_a_result(self) -> None:
        job_admin = dict(ADMINS)[Job]
        assert "token" in (job_admin.exclude or ())
