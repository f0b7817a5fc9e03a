from argparse import ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from operations.heartbeat import NameLostError, NameTakenError
from operations.ticks import NeverRestsError, TicksFailedError, drain


def _name(text: str) -> str:
    if not 1 <= len(text) <= 40:
        raise ArgumentTypeError("a worker's name has 1 to 40 letters")
    return text


class Command(BaseCommand):
    help = (
        "Does everything that no page waits for: inbox, outbox, clocks, jobs. "
        "SIGTERM or Ctrl-C stops it with all its processes."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--name",
            type=_name,
            default="worker",
            help="several workers over one database need names of their own",
        )
        parser.add_argument(
            "--once",
            action="store_true",
            help="do what is due, run the jobs that wait, and end",
        )
        parser.add_argument(
            "--grace",
            type=float,
            default=10.0,
            metavar="SECONDS",
            help="how long running jobs may take to end when it is told to stop",
        )
        parser.add_argument(
            "--stale",
            type=float,
            default=15.0,
            metavar="SECONDS",
            help="restart the job processes when they are stuck for so long",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["once"]:
                done = drain()
                self.stdout.write(f"Done: {done}")
            else:
                self._work(options)
        except (
            NameTakenError,
            NameLostError,
            NeverRestsError,
            TicksFailedError,
        ) as refusal:
            raise CommandError(str(refusal)) from refusal

    def _work(self, options: dict[str, Any]) -> None:
        # Imported here: the cluster's modules are of no use to --once.
        from operations.worker import Worker

        Worker(
            options["name"],
            grace_seconds=options["grace"],
            stale_seconds=options["stale"],
        ).run()
