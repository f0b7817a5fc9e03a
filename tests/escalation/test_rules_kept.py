"""What stays of a rule that fitted: the sentence, the event, and no statement more."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from complaints.models import Event
from complaints.services import Intake
from escalation.decisions import routing
from escalation.desk_rules.ruling import kept, matches
from escalation.desk_rules.ruling_words import because
from escalation.models import EmergencyPhrase, RoutingRule
from tests.base import NOW
from tests.escalation.rules import RuleCase


class KeptTests(RuleCase):
    def test_a_preview_says_what_registering_does(self) -> None:
        self.rule(name="Press", words=["pothole"], to_office=self.w.aundh)
        intake = Intake(
            organisation=self.w.pune, text="pothole in Kothrud", source="web"
        )
        shown = routing.preview(intake, at=NOW)
        assert shown.office == self.w.file("pothole in Kothrud").office

    def test_it_says_why_whatever_became_of_the_rule(self) -> None:
        rule = self.rule(
            name="Potholes of the press", words=["pothole"], areas=[self.w.kothrud],
            to_office=self.w.aundh,
        )  # fmt: skip
        complaint = self.w.file("Big Pothole in Kothrud")
        rule.words = ["tree"]
        rule.save()
        row = routing.latest(complaint)
        assert row is not None
        assert because(row) == (
            "The rule “Potholes of the press” of this desk sent it there, because the"
            " text says “Pothole” and the place lies in Kothrud."
        )
        assert because(self.kept(self.w.file("no water in Kothrud"))) == ""

    def test_the_account_is_kept_with_the_event(self) -> None:
        self.rule(accounts=[self.account()], to_office=self.w.aundh)
        complaint = self.w.file("pothole in Kothrud", account="pmc-mail")
        assert complaint.office == self.w.aundh
        event = Event.objects.get(complaint=complaint, kind="registered")
        assert event.data["account"] == "pmc-mail"
        plain = self.w.file("pothole in Kothrud")
        first_event = Event.objects.get(complaint=plain, kind="registered")
        assert "account" not in first_event.data

    def test_it_costs_no_statement_more(self) -> None:
        def count() -> int:
            with CaptureQueriesContext(connection) as seen:
                self.w.file("pothole in Kothrud", phone="+919999900042")
            return len(seen)

        self.w.file("pothole in Kothrud", phone="+919999900042")
        before = count()
        for number in range(30):
            self.rule(
                words=[f"school {number}"], position=number, areas=[self.w.zone],
                pool=[self.w.nitin],
            )  # fmt: skip
        self.rule(
            words=["pothole"], areas=[self.w.zone], categories=[self.w.pothole],
            pool=[self.w.omkar], position=99,
        )  # fmt: skip
        assert "seen" in self.w.file("pothole in Kothrud").flags
        assert count() == before

    def test_a_rule_is_prepared_once(self) -> None:
        rule = self.rule(words=["pothole"], areas=[self.w.zone])
        rule = RoutingRule.objects.get(pk=rule.pk)
        one = kept(rule)
        matches(rule, self.ask(), NOW)
        with self.assertNumQueries(0):
            assert matches(rule, self.ask(), NOW) is not None
            assert kept(rule) is one


class DangerTests(RuleCase):
    def test_danger_is_heard_before_any_rule(self) -> None:
        EmergencyPhrase.objects.create(
            organisation=self.w.pune, language="en", words="live wire"
        )
        self.rule(words=["pothole"], horizon="long", criticality="low")
        complaint = self.w.file("live wire over a pothole in Kothrud")
        assert complaint.emergency
