"""“Why this office?”: a sentence or two that a citizen can be read."""

from django.utils.translation import override

from complaints.models import Complaint
from escalation.decisions import routing, telling
from escalation.models import RoutingDecision, RoutingRule
from tests.base import WorldTestCase
from tests.complaints.stage import sent_to_aundh
from tests.helpline.desk import DeskTestCase, text_of


class ShortTests(WorldTestCase):
    def test_it_says_where_by_which_words_and_how_sure(self) -> None:
        complaint = self.w.file("Pothole near the school in Kothrud")

        assert routing.in_short(complaint) == (
            "It goes to Kothrud ward office, Roads, because the text says “Pothole” and"
            " “Kothrud”. We are quite sure that it is about Pothole (88 %)."
        )

    def test_it_says_why_a_person_looks_at_it_first(self) -> None:
        told = routing.in_short(self.w.file("big pothole"))

        assert told.startswith(
            "A person at the desk looks at it first: The place is not known."
        )

    def test_what_a_person_chose_needs_no_share(self) -> None:
        complaint = self.w.file(
            "it is dark", category=self.w.pothole, area=self.w.kothrud
        )

        assert routing.in_short(complaint) == "It goes to Kothrud ward office, Roads."

    def test_it_says_that_a_person_sent_it_on(self) -> None:
        told = routing.in_short(sent_to_aundh(self.w))
        assert told.startswith("A person sent it to Aundh ward office. Before that:")

    def test_words_that_were_erased_are_not_told(self) -> None:
        complaint = self.w.file("Pothole near the school in Kothrud")
        RoutingDecision.objects.filter(complaint=complaint).update(matched=[])

        assert routing.in_short(complaint).startswith(
            "It goes to Kothrud ward office, Roads. We are"
        )

    def test_both_speak_their_own_language(self) -> None:
        complaint = self.w.file("Pothole near the school in Kothrud", language="hi")

        with override("en"):
            full, aloud = routing.both(complaint, "hi")
        assert full.startswith("Goes to Kothrud ward office, Roads, because")
        assert "सड़क में गड्ढा" in aloud  # the kind's own name in Hindi

    def test_a_rule_of_the_desk_is_named(self) -> None:
        rule = RoutingRule.objects.create(
            organisation=self.w.pune, name="Press", active=True, words=["school"],
            to_office=self.w.aundh,
        )  # fmt: skip
        complaint = self.w.file("Pothole near the school in Kothrud")
        decision = routing.latest(complaint)

        assert decision is not None and decision.ruling == rule
        for told in (routing.sentence(complaint), routing.in_short(complaint)):
            assert "The rule “Press” of this desk sent it there" in told
            assert "Aundh ward office" in told


class SureTests(WorldTestCase):
    def test_each_share_has_its_word(self) -> None:
        said = [telling.how_sure(share) for share in (0.95, 0.8, 0.6, 0.3)]

        assert said == ["very sure", "quite sure", "fairly sure", "not sure"]

    def test_the_long_one_names_the_runners_up_with_their_share(self) -> None:
        complaint = self.w.file("pothole, a bad road too, in Kothrud")

        told = routing.sentence(complaint)
        assert "Of the kind we are" in told
        assert "Next likely: Road needs resurfacing (" in told and "%" in told


class PageTests(DeskTestCase):
    def test_the_agent_can_read_it_out(self) -> None:
        complaint = self.w.file("कोथरूड में सड़क में गड्ढा है", language="hi")
        self.sit(self.w.asha)

        page = text_of(self.get(f"/admin/complaint/{complaint.number}/"))
        why = page.partition("Why this office")[2]
        assert "Of the kind we are" in why
        aloud = why.partition("To read out")[2].partition("</details>")[0]
        assert 'lang="hi"' in aloud and "सड़क में गड्ढा" in aloud

    def test_the_citizen_reads_it_too(self) -> None:
        complaint = self.w.file("Pothole near the school in Kothrud")

        page = text_of(self.client.get(f"/s/{complaint.token}/", follow=True))
        assert "because the text says “Pothole” and “Kothrud”" in page
        assert Complaint.objects.count() == 1
