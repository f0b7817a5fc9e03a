"""Draw the month's area panel now, without waiting for the middle of the month.

`manage.py draw_panel --organisation MPEZ --month 2026-11`
"""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from complaints.refusals import Invalid
from feedback.models import Panel, PanelArea, PanelSeat
from feedback.panel.draw import draw, month_of, open_panel
from officers.models import Organisation


class Command(BaseCommand):
    help = "Draw the consumers of the month's area panel by lot."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--organisation", required=True, help="its code")
        parser.add_argument("--month", default="", help="as 2026-11; this one if empty")

    def handle(self, *args: Any, **options: Any) -> None:
        at = timezone.now()
        organisation = Organisation.objects.filter(code=options["organisation"]).first()
        if organisation is None:
            raise CommandError(f"No organisation {options['organisation']}.")
        month = _month(options["month"]) or month_of(at, organisation)
        try:
            open_panel(organisation, month, at)
        except Invalid as refused:
            raise CommandError(str(refused)) from None
        panel = Panel.objects.select_related("organisation").get(
            organisation=organisation, month=month
        )
        if panel.drawn_at is not None:
            raise CommandError(f"The panel of {month:%Y-%m} is drawn already.")
        draw(panel, at, self._step)
        areas = PanelArea.objects.filter(panel=panel)
        seats = PanelSeat.objects.filter(panel_area__panel=panel)
        asked = seats.exclude(state=PanelSeat.State.RESERVE).count()
        reserve = seats.count() - asked
        self.stdout.write(
            f"{month:%Y-%m}: {asked} to be asked and {reserve} in reserve,"
            f" in {areas.count()} areas; seed {panel.seed}"
        )

    def _step(self, done: int, total: int) -> None:
        if done:
            self.stdout.write(f"  {done} of {total} consumers", ending="\r")


def _month(typed: str) -> date | None:
    if not typed:
        return None
    try:
        return date.fromisoformat(f"{typed}-01")
    except ValueError:
        raise CommandError(f"{typed} is no month: write it as 2026-11.") from None
