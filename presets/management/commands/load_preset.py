from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from presets.faults import BadPreset, UnknownPreset
from presets.load import load
from presets.reader import known_presets, presets_root

SHOWN = 50


class Command(BaseCommand):
    help = (
        "Builds organisations, areas, categories, texts and demonstration staff from "
        "fixtures/presets/NAME. Loaded again, it writes only what changed in the files."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        known = ", ".join(known_presets(presets_root()))
        parser.add_argument("name", metavar="NAME", help=f"one of: {known}")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            loaded = load(options["name"], at=timezone.now())
        except UnknownPreset as error:
            raise CommandError(str(error)) from error
        except BadPreset as error:
            for fault in error.faults[:SHOWN]:
                self.stderr.write(str(fault))
            count = len(error.faults)
            raise CommandError(
                f"{count} faults in {options['name']}; nothing was loaded."
            ) from error
        if loaded.nothing_changed:
            self.stdout.write(f"{options['name']}: nothing changed.")
        for line in loaded.tally.lines():
            self.stdout.write(f"  {line}")
