"""manage.py simulate_feedback: how many average offices the rule flags by bad luck."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from feedback.reference import WEIGHT
from feedback.simulation import simulate

LEAST_OFFICES = 2


class Command(BaseCommand):
    help = (
        "Simulates offices that are all equally good and says how many the rule "
        "'below average' flags by bad luck; the last line is the share."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--offices", type=int, default=100)
        parser.add_argument("--ratings", type=int, default=10, help="each office")
        parser.add_argument("--rounds", type=int, default=200)
        parser.add_argument(
            "--worse", type=float, default=0.0,
            help="share of offices that really are worse, 0 to 1 (default 0)",
        )  # fmt: skip
        parser.add_argument("--seed", type=int, default=1912)

    def handle(self, *args: Any, **options: Any) -> None:
        offices, ratings, rounds = (
            options[name] for name in ("offices", "ratings", "rounds")
        )
        worse = options["worse"]
        if offices < LEAST_OFFICES or ratings < 1 or rounds < 1 or not 0 <= worse < 1:
            raise CommandError(
                "Give at least 2 offices, 1 rating and 1 round, and --worse from 0 to "
                "less than 1."
            )
        found = simulate(
            offices=offices, ratings=ratings, rounds=rounds, worse=worse,
            seed=options["seed"],
        )  # fmt: skip
        say = self.stdout.write
        say(f"{rounds} cities of {offices} offices, {ratings} ratings each")
        say(f"mean of all ratings {found.means:.2f}; weight of the whole {WEIGHT}")
        say(f"by the plain mean {found.raw:.1f} % of average offices would be flagged")
        if worse:
            say(f"of offices that really are worse {found.caught:.1f} % are flagged")
        say(f"flagged {found.flagged:.1f} % of average offices")
