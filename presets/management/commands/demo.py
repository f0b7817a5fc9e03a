import os
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from presets import demo, simulated
from presets.children import (
    Children,
    Stop,
    answers,
    first_page,
    port_is_free,
    watch,
)

START_SECONDS = 30.0
_LAST_PORT = 65534  # the next one is the simulator's


class Command(BaseCommand):
    help = (
        "Starts the desk with demonstration data: presets, an invented history, web, "
        "worker, and on the next port the simulator. PORT sets another port than 8000. "
        "Ctrl-C stops it all."
    )
    requires_system_checks = ()  # a second start is to be quick; the worker checks

    def handle(self, *args: Any, **options: Any) -> None:
        port = _port()
        demo.start_again_with(demo.environment(port))
        _refuse_taken(port)
        stop = Stop()
        try:
            demo.prepare(self._say, stop, timezone.now)
        except demo.NotADemo as error:
            raise CommandError(str(error)) from error
        if not stop.asked:
            self._serve(port, stop)
        self._say("Stopped.")

    def _serve(self, port: int, stop: Stop) -> None:
        children = Children(Path(settings.BASE_DIR))
        try:
            for name, command in demo.commands(port).items():
                children.start(name, command)
            self._await(port, children, stop)
            ended = "" if stop.asked else watch(children, stop)
        finally:
            children.stop()
        if ended:
            raise CommandError(f"The {ended} ended by itself; its message is above.")

    def _await(self, port: int, children: Children, stop: Stop) -> None:
        until = monotonic() + START_SECONDS
        while monotonic() < until and not stop.asked and not children.ended():
            if answers(demo.HOST, port) and answers(
                demo.HOST, demo.simulator_port(port)
            ):
                self._register(port)
                first_page(demo.HOST, port)
                for line in demo.welcome():
                    self._say(line)
                return
            sleep(0.1)

    def _register(self, port: int) -> None:
        try:
            simulated.register(port)
        except simulated.SimulatorSilent as error:
            raise CommandError(f"The simulator did not take {error}.") from error

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def _refuse_taken(port: int) -> None:
    for each, whose in ((port, ""), (demo.simulator_port(port), " of the simulator")):
        if not port_is_free(demo.HOST, each):
            raise CommandError(
                f"Port {each}{whose} is taken by another program. Stop it, or choose "
                f"another: make run PORT={port + 2}"
            )


def _port() -> int:
    raw = os.environ.get("PORT", "8000")
    if not raw.isdecimal() or not 1 <= int(raw) <= _LAST_PORT:
        raise CommandError(
            f"PORT={raw} is no port: choose a number up to {_LAST_PORT}."
        )
    return int(raw)
