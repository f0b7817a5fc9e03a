from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from presets.history.seed import FIRST, MOST, tell
from presets.history.town import NotLoaded

PROGRESS_SECONDS = 2.0


class Command(BaseCommand):
    help = (
        "Invents a believable history of complaints over the past 90 days, the same "
        "every time. Needs the presets pmc and uppcl. Started again, it adds nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--complaints",
            type=int,
            default=FIRST,
            metavar="N",
            help=f"how many, at most {MOST} (default {FIRST})",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        wanted = options["complaints"]
        if not 1 <= wanted <= MOST:
            raise CommandError(f"Choose a number from 1 to {MOST}.")
        started = said = monotonic()

        def step(done: int) -> bool:
            nonlocal said
            if monotonic() - said >= PROGRESS_SECONDS:
                said = monotonic()
                self.stdout.write(f"{done} of {wanted}")
            return True

        try:
            told = tell(range(1, wanted + 1), at=timezone.now(), step=step)
        except NotLoaded as error:
            raise CommandError(str(error)) from error
        seconds = monotonic() - started
        self.stdout.write(
            f"{told.stories} stories in {seconds:.0f} s, {told.already} were there."
        )
        for reason, count in told.refused.items():
            self.stderr.write(f"stopped short, {count} times: {reason}")
