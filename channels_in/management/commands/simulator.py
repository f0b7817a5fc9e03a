import signal
import socket
from pathlib import Path
from threading import Event
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from channels_in.simulator.here import NotHere
from channels_in.simulator.server import HOST, Simulator

FILE = "simulator.sqlite3"


class Command(BaseCommand):
    help = (
        "Stands in for the providers of SMS and messengers, on this machine only, and "
        "keeps every request it got. docs/channels/simulator.md tells how to use it."
    )
    requires_system_checks = ()  # it has nothing to do with the desk's own state

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8001)
        parser.add_argument("--host", default=HOST, help="a name of this machine")
        parser.add_argument(
            "--file",
            type=Path,
            default=Path(settings.DATA_ROOT) / FILE,
            help="where it keeps what it saw",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        stop = Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stop.set())
        simulator = self._simulator(options)
        simulator.start()
        if options["verbosity"]:
            self.stdout.write(f"The simulator answers at {simulator.url}")
        try:
            stop.wait()
        finally:
            simulator.stop()

    def _simulator(self, options: dict[str, Any]) -> Simulator:
        host, port = options["host"], options["port"]
        try:
            return Simulator(options["file"], host=host, port=port)
        except (NotHere, socket.gaierror) as error:
            raise CommandError(f"{host} is not this machine: give {HOST}") from error
        except OSError as error:
            raise CommandError(
                f"Port {port} is taken by another program, or not allowed. "
                "Choose another: --port"
            ) from error
