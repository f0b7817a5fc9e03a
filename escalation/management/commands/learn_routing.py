from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from escalation.learning.examples import TooFew
from escalation.learning.extra import NotInstalled
from escalation.learning.job import roots
from escalation.learning.store import Header
from escalation.learning.training import train


class Command(BaseCommand):
    help = (
        "Learns from corrected and solved complaints what kind a text is about, for "
        "suggestions beside the rules' answer. Needs requirements-learning.txt."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--root",
            default="",
            metavar="CODE",
            help="one organisation at the top of its tree; all of them if left out",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        found = roots(options["root"])
        if not found:
            known = ", ".join(each.code for each in roots()) or "none"
            raise CommandError(
                f"There is no organisation “{options['root']}” at the top of a tree. "
                f"Known: {known}."
            )
        learned = 0
        for root in found:
            try:
                header = train(root, timezone.now())
            except NotInstalled as error:
                raise CommandError(str(error)) from error
            except TooFew as error:
                self.stderr.write(f"{root.code}: {error}")
            else:
                learned += 1
                self.stdout.write(_told(header))
        if not learned:
            raise CommandError("Nothing was learned.")


def _told(header: Header) -> str:
    return (
        f"{header.root}: learned from {header.examples} complaints of "
        f"{len(header.categories)} kinds. Of {header.held_out} held out, "
        f"{header.right} were told rightly ({header.accuracy:.0%}), "
        f"{header.among_three} among the first three."
    )
