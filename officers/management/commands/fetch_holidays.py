from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from officers import ical
from officers.models import Calendar


class Command(BaseCommand):
    help = (
        "Reads the holidays of every calendar that has an iCal address, now. What "
        "people wrote by hand stays. Exit code 1 if an address could not be read."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--calendar", metavar="CODE", help="only this one")

    def handle(self, *args: Any, **options: Any) -> None:
        rows = Calendar.objects.select_related("organisation").exclude(ical_url="")
        if options["calendar"]:
            rows = rows.filter(code=options["calendar"])
        failed = 0
        for row in rows.order_by("pk"):
            failed += not ical.fetch(row, timezone.now())
            row.refresh_from_db()
            told = (
                f"cannot be read: {row.ical_error}"
                if row.ical_error
                else f"{row.ical_days} days, {row.ical_left_out} entries left out"
            )
            self.stdout.write(f"{row.organisation.code} {row.code}: {told}")
        if failed:
            raise CommandError(f"{failed} could not be read")
