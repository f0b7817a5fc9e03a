from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from officers.models import Organisation
from presets.boundaries import load_boundaries
from presets.faults import BadPreset


class Command(BaseCommand):
    help = (
        "Gives an organisation's areas their real outlines from a GeoJSON file. "
        "Features are matched by code or name; all are taken, or none."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("organisation", metavar="ORG", help="code, such as PMC")
        parser.add_argument("file", metavar="FILE.geojson", type=Path)
        parser.add_argument(
            "--property", default="", help="which property holds the name or code"
        )
        parser.add_argument(
            "--map",
            action="append",
            default=[],
            metavar="NAME=CODE",
            help="the area of a feature whose name fits none; several may be joined",
        )
        parser.add_argument(
            "--skip-unmatched",
            action="store_true",
            help="leave out features that fit no area, and say which",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        organisation = Organisation.objects.filter(code=options["organisation"]).first()
        if organisation is None:
            known = Organisation.objects.order_by("code").values_list("code", flat=True)
            raise CommandError(
                f"There is no organisation “{options['organisation']}”. "
                f"Known: {', '.join(known) or 'none; load a preset first'}."
            )
        try:
            drawn = load_boundaries(
                organisation,
                options["file"],
                name_property=options["property"],
                named=dict(_pair(each) for each in options["map"]),
                skip_unmatched=options["skip_unmatched"],
            )
        except BadPreset as error:
            for fault in error.faults:
                self.stderr.write(str(fault))
            raise CommandError("Nothing was changed.") from error
        for each in drawn.left_out:
            self.stdout.write(f"left out: {each}")
        self.stdout.write(f"{len(drawn.areas)} areas have their outline now.")


def _pair(text: str) -> tuple[str, str]:
    name, sign, code = text.rpartition("=")
    if not sign:
        raise CommandError(f"“{text}”: write it as NAME=CODE")
    return name.strip(), code.strip()
