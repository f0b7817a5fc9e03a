from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from complaints.number import WrongNumber, check
from escalation.promise.ledger_check import Report
from escalation.promise.ledger_check import check as check_books

SHOWN = 50


class Command(BaseCommand):
    help = (
        "Adds up who held each complaint, from when to when, and counts its promise "
        "again. Names what is wrong; exit code 1 if anything is."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--number", metavar="N", help="only this complaint")

    def handle(self, *args: Any, **options: Any) -> None:
        report = Report()
        for faulty in check_books(timezone.now(), report, _number(options["number"])):
            if report.faulty <= SHOWN:
                self.stdout.write(f"{faulty.number}: {', '.join(faulty.faults)}")
        if report.faulty > SHOWN:
            self.stdout.write(f"… and {report.faulty - SHOWN} more")
        told = f"{report.complaints} complaints, {report.legs} legs"
        self.stdout.write(f"{told}: {report.faulty} do not add up.")
        if options["number"] and not report.complaints:
            raise CommandError("There is no complaint with this number.")
        if report.faulty:
            kinds = ", ".join(f"{n} {kind}" for kind, n in report.kinds.most_common())
            raise CommandError(kinds)


def _number(typed: str | None) -> str:
    if not typed:
        return ""
    try:
        return check(typed)
    except WrongNumber as error:
        raise CommandError("Check the number: 12 digits, as it was given.") from error
