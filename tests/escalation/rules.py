"""A rule of the desk, in one line of a test."""

from typing import Any

from complaints.models import Complaint
from escalation import reference
from escalation.decisions.question import Question
from escalation.models import RoutingDecision, RoutingRule
from notices.models import ChannelAccount
from operations.generation import bump
from tests.base import WorldTestCase

MANY = ("categories", "areas", "sources", "accounts", "pool")
# By the lake of Aundh: east 73.80 to 73.82, north 18.50 to 18.52.
AUNDH = (
    '{"type": "Polygon", "coordinates":'
    " [[[73.80, 18.50], [73.82, 18.50], [73.82, 18.52], [73.80, 18.52],"
    " [73.80, 18.50]]]}"
)


class RuleCase(WorldTestCase):
    def rule(self, **given: Any) -> RoutingRule:
        """Of the city, on, and it marks what it holds for."""
        many = {name: given.pop(name) for name in MANY if name in given}
        row = RoutingRule.objects.create(
            **{
                "organisation": self.w.pune, "name": "Rule", "active": True,
                "flags": ["seen"],
            }
            | given
        )  # fmt: skip
        for name, rows in many.items():
            getattr(row, name).set(rows)
        bump(reference.LEVELS)
        return row

    def account(self, code: str = "pmc-mail") -> ChannelAccount:
        return ChannelAccount.objects.create(
            organisation=self.w.pune, channel="email", address=f"{code}@example.org",
            sender="console", code=code,
        )  # fmt: skip

    def ask(self, text: str = "Big pothole in Kothrud", **over: Any) -> Question:
        given: dict[str, Any] = {"organisation": self.w.pune, "source": "web"}
        return Question(text=text, **given | over)

    def kept(self, complaint: Complaint) -> RoutingDecision:
        return RoutingDecision.objects.get(complaint=complaint)
