import os
import signal
import socket
import sys
from pathlib import Path
from time import monotonic, sleep

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings

from presets import demo
from presets.children import Children, Stop, answers, port_is_free, watch
from presets.management.commands.demo import Command
from tests.base import WorldTestCase

pytestmark = pytest.mark.long

SERVER = """
import signal, socket, sys, time
server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
time.sleep(60)
"""
STUBBORN = """
import os, signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
if os.fork() == 0:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
open(sys.argv[1] + str(os.getpid()), "w").close()
time.sleep(60)
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(true: object, seconds: float = 10.0) -> bool:
    end = monotonic() + seconds
    while monotonic() < end:
        if true():  # type: ignore[operator]  # a function without arguments
            return True
        sleep(0.02)
    return False


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


class ChildrenTests:
    def test_it_starts_waits_and_stops(self, tmp_path: Path) -> None:
        port = free_port()
        children = Children(tmp_path)
        children.start("web", [sys.executable, "-c", SERVER, str(port)])
        try:
            assert until(lambda: answers("127.0.0.1", port))
            assert not port_is_free("127.0.0.1", port)
            assert children.ended() == ""
        finally:
            children.stop()
        assert port_is_free("127.0.0.1", port)
        assert children.running["web"].returncode == 0

    def test_it_leaves_no_orphan(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("presets.children.GRACE_SECONDS", 0.2)
        children = Children(tmp_path)
        children.start("worker", [sys.executable, "-c", STUBBORN, f"{tmp_path}/p"])
        assert until(lambda: len(list(tmp_path.glob("p*"))) == 2)
        pids = [int(path.name[1:]) for path in tmp_path.glob("p*")]
        children.stop()
        assert until(lambda: not any(map(alive, pids)))

    def test_it_tells_which_child_ended(self, tmp_path: Path) -> None:
        children = Children(tmp_path)
        children.start("worker", [sys.executable, "-c", "pass"])
        before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
        try:
            assert watch(children, Stop()) == "worker"
        finally:
            children.stop()
            signal.signal(signal.SIGINT, before[0])
            signal.signal(signal.SIGTERM, before[1])


class PortTests:
    @pytest.fixture(autouse=True)
    def _no_restart(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(demo, "start_again_with", lambda wanted: None)

    def test_it_says_plainly_that_a_port_is_taken(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
            monkeypatch.setenv("PORT", str(port))
            with pytest.raises(CommandError, match=f"Port {port} is taken"):
                Command().handle()

    def test_it_says_plainly_that_the_simulators_port_is_taken(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
            monkeypatch.setenv("PORT", str(port - 1))
            with pytest.raises(CommandError, match=f"Port {port} of the simulator"):
                Command().handle()

    @pytest.mark.parametrize("given", ["http", "0", "70000", "65535", "-1"])
    def test_it_wants_a_port(self, given: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PORT", given)
        with pytest.raises(CommandError, match="is no port"):
            call_command("demo")


class EnvironmentTests:
    def test_it_makes_settings_those_of_the_demo(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("SUNWAI_PUBLIC_URL", raising=False)
        assert demo.environment(8123) == {
            "SUNWAI_DEMO": "1", "SUNWAI_PUBLIC_URL": "http://127.0.0.1:8123",
            "SUNWAI_SIMULATOR_URL": "http://127.0.0.1:8124",
        }  # fmt: skip

    def test_it_starts_again_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        calls: list[dict[str, str]] = []
        monkeypatch.setattr(os, "execve", lambda path, args, env: calls.append(env))
        wanted = demo.environment(8123)
        with override_settings(DEMO=False):
            demo.start_again_with(wanted)
        assert calls[0]["SUNWAI_DEMO"] == "1"
        with override_settings(
            DEMO=True,
            PUBLIC_URL=wanted["SUNWAI_PUBLIC_URL"],
            SUNWAI_SIMULATOR_URL=wanted["SUNWAI_SIMULATOR_URL"],
        ):
            demo.start_again_with(wanted)
        assert len(calls) == 1


class RealDataTests(WorldTestCase):
    def test_it_does_not_mix_with_real_complaints(self) -> None:
        demo.refuse_real_data()
        self.w.file()
        with pytest.raises(demo.NotADemo, match="no demonstration"):
            demo.refuse_real_data()
