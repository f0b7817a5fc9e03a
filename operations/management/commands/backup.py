from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from operations.backups.make import make
from operations.backups.manifest import BadBackupError


class Command(BaseCommand):
    help = (
        "Copies the database and the private files into a new folder, while the desk "
        "goes on. The keys are named but stay out, unless --with-keys."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", metavar="FOLDER", type=Path)
        parser.add_argument(
            "--with-keys",
            action="store_true",
            help="put the keys in too: then the folder opens everything",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            made = make(
                options["folder"].absolute(),
                with_keys=options["with_keys"],
                say=self.stdout.write,
                at=timezone.now(),
            )
        except BadBackupError as refused:
            raise CommandError(str(refused)) from refused
        size = sum(part.bytes for part in made.parts.values()) / 1e6
        self.stdout.write(
            f"{options['folder']}: {made.rows()} rows, {made.private_files} private"
            f" files, {size:.1f} MB."
        )
        for name, key in made.keys.items():
            if not key.included:
                self.stdout.write(f"  Not in it: {name}, kept in {key.kept}.")
