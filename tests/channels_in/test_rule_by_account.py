"""A rule of the desk hears to which number a message was written."""

from complaints.models import Event
from escalation import reference
from escalation.models import RoutingRule
from operations.generation import bump
from tests.channels_in.stage import SmsTestCase


class RuleByAccountTests(SmsTestCase):
    def test_it_sends_what_came_to_that_number(self) -> None:
        rule = RoutingRule.objects.create(
            organisation=self.w.pune, name="Road line", active=True,
            to_office=self.w.aundh,
        )  # fmt: skip
        rule.accounts.set([self.account])
        bump(reference.LEVELS)
        self.say("Big pothole near the school in Kothrud")
        complaint = self.complaint()
        assert complaint.office == self.w.aundh
        event = Event.objects.get(complaint=complaint, kind="registered")
        assert event.data["account"] == self.account.code
