import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from complaints.actors import SYSTEM_ACTOR
from complaints.models import Complaint
from complaints.number import WrongNumber, check
from reports.dossier import dossier


class Command(BaseCommand):
    help = (
        "Shows one complaint: state, events, who held it, how its dates came about, "
        "why it went there, and its messages with masked addresses."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("number", metavar="NUMBER", help="spaces do not matter")
        parser.add_argument("--json", action="store_true", help="as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            number = check(options["number"])
        except WrongNumber as error:
            raise CommandError(
                "Check the number: 12 digits, as it was given."
            ) from error
        complaint = (
            Complaint.objects.visible_to(SYSTEM_ACTOR).filter(number=number).first()
        )
        if complaint is None:
            raise CommandError(f"There is no complaint {number}.")
        found = dossier(complaint)
        if options["json"]:
            self.stdout.write(json.dumps(found, ensure_ascii=False, indent=2))
            return
        for line in _lines(found):
            self.stdout.write(line)


def _lines(found: dict[str, Any]) -> list[str]:
    lines = [f"Complaint {found['state']['number']}"]
    for part in ("state", "clocks", "routing"):
        lines += ["", part.capitalize(), *_pairs(found[part] or {})]
    for part in ("custody", "events", "messages", "notices", "ratings"):
        rows = found[part]
        lines += ["", f"{part.capitalize()} ({len(rows)})"]
        lines += ["  " + _row(row) for row in rows]
    return lines


def _pairs(values: dict[str, Any]) -> list[str]:
    return [
        f"  {name.replace('_', ' ')}: {_text(value)}"
        for name, value in values.items()
        if value not in (None, "", [], {})
    ]


def _row(row: dict[str, Any]) -> str:
    shown = (
        f"{name.replace('_', ' ')} {_text(value)}"
        for name, value in row.items()
        if value not in (None, "", [], {})
    )
    return "; ".join(shown)


def _text(value: Any) -> str:
    if isinstance(value, list):
        return " ".join(map(_text, value))
    if isinstance(value, dict):
        return " ".join(f"{name}={_text(inner)}" for name, inner in value.items())
    return str(value)
