from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from operations.backups.manifest import BadBackupError
from operations.backups.restore import Restored, restore


class Command(BaseCommand):
    help = (
        "Puts a backup back and counts it. Afterwards messages are frozen: nothing "
        "leaves before `manage.py messages thaw`."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", metavar="FOLDER", type=Path)
        parser.add_argument(
            "--replace",
            action="store_true",
            help="throw away what this database holds",
        )
        parser.add_argument(
            "--with-keys",
            action="store_true",
            help="take over the keys that the backup holds",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            done = restore(
                options["folder"].absolute(),
                replace=options["replace"],
                with_keys=options["with_keys"],
                say=self.stdout.write,
                at=timezone.now(),
            )
        except BadBackupError as refused:
            raise CommandError(str(refused)) from refused
        self._tell(done)

    def _tell(self, done: Restored) -> None:
        made = done.manifest
        self.stdout.write(
            f"Restored the state of {made.made_at}: {made.rows()} rows,"
            f" {made.private_files} private files, all counted."
        )
        for name in done.other_keys:
            self.stdout.write(
                f"  {name} is another one here than where this was made"
                f" ({made.keys[name].kept}). Give the old one, or what it protects"
                " stays shut."
            )
        if done.behind:
            self.stdout.write("  Then: manage.py migrate")
        self.stdout.write(
            "Messages are frozen. To let them go: manage.py messages thaw"
        )
