"""The worker as its supervisor sees it: real processes, real signals."""

import json
import os
import signal
import sys

import pytest

from tests.operations.conftest import Desk, descendants, is_alive, until

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(
        sys.platform != "linux",
        reason="reads /proc, relies on the kernel's death signal",
    ),
]


def jobs(desk: Desk) -> list[list[object]]:
    path = desk.folder / "jobs.json"
    return json.loads(path.read_text()) if path.exists() else []


def ask(desk: Desk, kind: str) -> None:
    (desk.folder / f"{kind}.ask").touch()


class WorkerProcessTests:
    def test_it_works_refuses_a_namesake_and_stops_with_its_group(
        self, desk: Desk
    ) -> None:
        worker = desk.worker("--grace", "0.5")
        tree = descendants(worker.pid)
        ask(desk, "write")
        until(lambda: ["write", "done", 1] in jobs(desk))

        second = desk.manage("worker")
        _, said = second.communicate(timeout=20)
        assert second.returncode == 1
        assert "A worker named “worker” runs on" in said
        assert "--name" in said

        # It does not wait for a job that has hours to go.
        (desk.folder / "sleep.on").touch()
        ask(desk, "sleep")
        until(lambda: ["sleep", "running", 1] in jobs(desk))
        worker.send_signal(signal.SIGINT)
        os.killpg(worker.pid, signal.SIGTERM)
        worker.wait(timeout=10)
        assert worker.returncode == 0
        until(lambda: not any(is_alive(pid) for pid in tree))

        # The next worker runs it again; the try that was cut short does not count.
        (desk.folder / "sleep.on").unlink()
        desk.worker()
        until(lambda: ["sleep", "done", 1] in jobs(desk))

    def test_it_stops_when_every_process_is_told_to(self, desk: Desk) -> None:
        worker = desk.worker("--name", "all")
        tree = descendants(worker.pid)
        for pid in [worker.pid, *tree]:
            os.kill(pid, signal.SIGTERM)
        worker.wait(timeout=10)
        assert worker.returncode == 0
        until(lambda: not any(is_alive(pid) for pid in tree))

    def test_its_children_die_with_it_and_its_name_is_free_at_once(
        self, desk: Desk
    ) -> None:
        worker = desk.worker("--name", "killed")
        tree = descendants(worker.pid)
        worker.kill()
        worker.wait()
        until(lambda: not any(is_alive(pid) for pid in tree))
        again = desk.worker("--name", "killed")
        assert again.poll() is None

    def test_it_replaces_a_cluster_that_stands_still_or_lost_its_guard(
        self, desk: Desk
    ) -> None:
        worker = desk.worker("--name", "stuck", "--stale", "1")
        guard, *others = descendants(worker.pid)
        for pid in others:
            os.kill(pid, signal.SIGSTOP)
        ask(desk, "write")
        until(lambda: jobs(desk)[-1:] == [["write", "done", 1]])
        assert not any(is_alive(pid) for pid in [guard, *others])

        until(lambda: len(descendants(worker.pid)) == 5)
        guard, *others = descendants(worker.pid)
        os.kill(guard, signal.SIGKILL)
        until(lambda: not any(is_alive(pid) for pid in others))
        ask(desk, "write")
        until(lambda: jobs(desk)[-2:] == [["write", "done", 1]] * 2)
