"""Draw a day's sample again from its seed and compare it with the calls that were owed.

`manage.py check_sample PMC 2026-11-21`; ends with an error where they differ.
"""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q

from feedback.call_backs import Why
from feedback.models import CallBack, SampleDraw
from feedback.sample import drawn_again


class Command(BaseCommand):
    help = "Draw a day's sample again and compare it with the calls that were owed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("organisation", help="code of the organisation")
        parser.add_argument("day", help="day that was drawn over, as 2026-11-21")

    def handle(self, *args: Any, **options: Any) -> None:
        row = _draw_of(options["organisation"], options["day"])
        again = drawn_again(row)
        ours = Q(complaint__in=again) | Q(complaint__organisation=row.organisation_id)
        owed = CallBack.objects.filter(ours, why=Why.SAMPLE, created_at=row.at)
        found = sorted(owed.values_list("complaint_id", flat=True))
        self.stdout.write(
            f"{row.day}: {row.drawn} of {row.population} drawn, seed {row.seed}"
        )
        if found != again:
            missing = ", ".join(map(str, sorted({*again} ^ {*found})))
            raise CommandError(f"The lot differs from the calls: {missing}.")
        self.stdout.write(f"the same again: {', '.join(map(str, again)) or 'nobody'}")


def _draw_of(code: str, day: str) -> SampleDraw:
    try:
        when = date.fromisoformat(day)
    except ValueError:
        raise CommandError(f"{day} is no day: write it as 2026-11-21.") from None
    row = SampleDraw.objects.filter(organisation__code=code, day=when).first()
    if row is None:
        raise CommandError(f"Nothing was drawn for {code} over {when}.")
    return row
