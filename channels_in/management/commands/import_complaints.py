from pathlib import Path
from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from channels_in.paper.columns import BadColumns
from channels_in.paper.intake import Import
from channels_in.paper.sheet import Sheet, Unreadable, open_sheet
from officers.models import Organisation

PROGRESS_SECONDS = 2.0
SHOWN = 200


class Command(BaseCommand):
    help = (
        "Takes complaints from a CSV file: paper, letters, another desk's list. Good "
        "lines go in, bad ones are listed. Started twice, it doubles nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE.csv", type=Path)
        parser.add_argument(
            "--organisation",
            default="",
            metavar="CODE",
            help="whom the lines were written to that name none themselves",
        )
        parser.add_argument(
            "--dry-run",
            action="store_true",
            help="say what would happen; write nothing",
        )
        parser.add_argument(
            "--map",
            action="append",
            default=[],
            metavar="COLUMN=FIELD",
            help="say which column holds which field (docs/import.md lists them)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        organisation = _organisation(options["organisation"])
        try:
            sheet = open_sheet(
                options["file"], dict(_pair(each) for each in options["map"])
            )
        except (BadColumns, Unreadable) as error:
            raise CommandError(str(error)) from error
        if sheet.columns.ignored:
            listed = ", ".join(name or "(no name)" for name in sheet.columns.ignored)
            self.stderr.write(f"columns left out: {listed}")
        self._run(sheet, organisation, dry_run=options["dry_run"])

    def _run(self, sheet: Sheet, organisation: Organisation, *, dry_run: bool) -> None:
        shown = 0

        def say(line: int, reason: str) -> None:
            nonlocal shown
            shown += 1
            if shown <= SHOWN:
                self.stderr.write(f"line {line}: {reason}")
            elif shown == SHOWN + 1:
                self.stderr.write("more lines have errors or remarks; not shown")

        work = Import(
            sheet,
            organisation,
            clock=timezone.now,
            error=say,
            remark=say,
            dry_run=dry_run,
        )
        try:
            work.run(_Progress(self, sheet.rows))
        except KeyboardInterrupt as stop:
            self.stdout.write(str(work.outcome))
            raise CommandError("Stopped. Start it again to go on from here.") from stop
        self.stdout.write(("dry run, " if dry_run else "") + str(work.outcome))


class _Progress:
    def __init__(self, command: BaseCommand, total: int) -> None:
        self._command = command
        self._total = total
        self._started = self._said = monotonic()

    def __call__(self, done: int) -> None:
        now = monotonic()
        if now - self._said >= PROGRESS_SECONDS:
            self._said = now
            speed = done / (now - self._started)
            self._command.stdout.write(
                f"{done} of {self._total} rows, {speed:.0f} a second"
            )


def _organisation(code: str) -> Organisation:
    rows = Organisation.objects.filter(valid_to=None)
    if not code:
        first = rows.filter(public=True, parent=None).order_by("pk").first()
        if first is None:
            raise CommandError("There is no organisation yet: load a preset first.")
        return first
    found = rows.filter(code=code).first()
    if found is None:
        known = ", ".join(rows.order_by("code").values_list("code", flat=True))
        raise CommandError(f"There is no organisation “{code}”. Known: {known}.")
    return found


def _pair(text: str) -> tuple[str, str]:
    column, sign, field = text.rpartition("=")
    if not sign:
        raise CommandError(f"“{text}”: write it as COLUMN=FIELD")
    return column.strip(), field.strip()
