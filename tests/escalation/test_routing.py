"""From a citizen's text to the office, and the sentence that says why."""

from datetime import timedelta
from typing import Any
from unittest.mock import patch

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from complaints.models import Category, Complaint, Connection, Event
from complaints.services import Intake, register
from complaints.unit import Reaction
from escalation.decisions import routing, rules
from escalation.models import RoutingDecision
from officers.models import Area, Posting, Role
from officers.trees import REFERENCE
from operations.generation import bump
from tests.base import MEERA, NOW, WorldTestCase, names
from tests.complaints.stage import sent_to_aundh


class RoutingCase(WorldTestCase):
    def rule(self, complaint: Complaint) -> str:
        decision = routing.latest(complaint)
        return decision.rule if decision else ""

    def category(self, code: str, **over: object) -> Category:
        made = Category.objects.create(
            organisation=self.w.pune, code=code, group_code="GEN", names=names(code),
            horizon="mid",
            **({"criticality": "low", "department": self.w.desk} | over),
        )  # fmt: skip
        bump("complaints")
        return made


class OfficeTests(RoutingCase):
    def test_it_goes_to_the_office_of_the_place_and_the_officer_on_duty(self) -> None:
        complaint = self.w.file("Big pothole in Kothrud")

        assert complaint.status == "assigned"
        assert complaint.category == self.w.pothole
        assert (complaint.area, complaint.office) == (self.w.kothrud, self.w.kothrud)
        assert complaint.department == self.w.roads
        assert complaint.owner == complaint.responsible == self.w.omkar
        assert (complaint.criticality, complaint.horizon) == ("high", "immediate")
        assert self.rule(complaint) == rules.OFFICE

    def test_it_understands_every_language(self) -> None:
        for text in (
            "सड़क में गड्ढा है, कोथरूड",
            "कोथरूडमध्ये रस्त्यावर खड्डा पडला आहे",
            "kothrud me sadak pe bada gadda hai",
            "C'è una buca stradale a Kothrud",
        ):
            with self.subTest(text=text):
                complaint = self.w.file(text)
                assert complaint.category == self.w.pothole
                assert complaint.office == self.w.kothrud

    def test_it_sends_an_area_without_office_to_the_next_above(self) -> None:
        complaint = self.w.file("pothole in Sus")

        assert complaint.area == self.w.sus
        assert complaint.office == self.w.aundh
        assert complaint.owner == self.w.nitin

    def test_it_takes_the_kind_a_person_chose(self) -> None:
        complaint = self.w.file(
            "a pothole, no water in Kothrud", category=self.w.no_water
        )

        assert complaint.category == self.w.no_water
        assert complaint.owner == self.w.wasim

    def test_it_does_not_take_a_kind_of_another_organisation(self) -> None:
        complaint = self.w.file("Kothrud", category=self.w.no_supply)

        assert complaint.status == "triage"

    def test_it_gives_an_office_without_officers_to_the_head(self) -> None:
        complaint = self.w.file("no water in Aundh")

        assert complaint.office == self.w.aundh
        assert complaint.owner == self.w.zoya

    def test_it_sends_it_to_an_office_where_nobody_is_posted(self) -> None:
        Posting.objects.exclude(role=Role.AGENT).delete()

        complaint = self.w.file("pothole in Aundh")

        assert (complaint.status, complaint.owner) == ("assigned", None)
        assert complaint.office == self.w.aundh

    def test_it_writes_one_event_and_one_decision(self) -> None:
        complaint = self.w.file()

        kinds = list(
            Event.objects.filter(complaint=complaint).values_list("kind", flat=True)
        )
        assert kinds == ["registered", "assigned"]
        assert RoutingDecision.objects.filter(complaint=complaint).count() == 1

    def test_it_hands_the_complaint_back_as_it_is_now(self) -> None:
        intake = Intake(
            organisation=self.w.pune, text="pothole in Kothrud", source="web"
        )
        complaint = register(intake, actor=self.w.actor(self.w.asha), at=NOW)

        assert (complaint.status, complaint.version) == ("assigned", 2)


class CentralTests(RoutingCase):
    def test_it_sends_conduct_of_staff_above_the_office_complained_about(self) -> None:
        complaint = self.w.file("Bribe asked at the ward office in Kothrud")

        assert complaint.category == self.w.bribe
        assert complaint.office == self.w.city
        assert complaint.owner == self.w.vikram
        assert self.rule(complaint) == rules.ELSEWHERE

    def test_it_sends_conduct_of_staff_up_without_a_place(self) -> None:
        complaint = self.w.file("a bribe was asked")

        assert complaint.office == self.w.city

    def test_it_sends_conduct_to_the_top_where_the_department_sits_nowhere(
        self,
    ) -> None:
        Posting.objects.filter(officer=self.w.vikram).delete()

        complaint = self.w.file("Bribe in Kothrud")

        assert complaint.office == self.w.city
        assert complaint.owner == self.w.chitra

    def test_it_needs_no_place_for_a_department_of_the_head_office(self) -> None:
        Category.objects.filter(pk=self.w.bribe.pk).update(answered_elsewhere=False)
        bump("complaints")

        complaint = self.w.file("a bribe was asked")

        assert complaint.owner == self.w.vikram
        assert self.rule(complaint) == rules.CENTRAL

    def test_it_sends_questions_and_suggestions_to_the_call_centre(self) -> None:
        asked = self.category("MU61")
        Posting.objects.create(
            officer=self.w.asha, role=Role.OFFICER, organisation=self.w.pune,
            area=self.w.city, department=self.w.desk,
        )  # fmt: skip

        for kind in ("suggestion", "information"):
            with self.subTest(kind=kind):
                complaint = self.w.file("plant trees, fill a pothole", kind=kind)
                assert complaint.category == asked
                assert complaint.owner == self.w.asha

    def test_it_sorts_a_question_by_hand_without_such_a_kind(self) -> None:
        complaint = self.w.file("when do you open", kind="information")

        assert complaint.status == "triage"


class TriageTests(RoutingCase):
    def test_it_leaves_what_is_not_sure_to_a_person(self) -> None:
        complaint = self.w.file("it is all very bad here in Kothrud")

        assert complaint.status == "triage"
        assert self.rule(complaint) == rules.NO_CATEGORY
        assert complaint.area == self.w.kothrud
        assert complaint.step_due_at == NOW + timedelta(minutes=30)
        assert complaint.step_reason == "triage"

    def test_it_keeps_the_kind_where_only_the_place_is_missing(self) -> None:
        complaint = self.w.file("big pothole")

        assert self.rule(complaint) == rules.NO_PLACE
        assert complaint.category == self.w.pothole
        assert complaint.due_at == NOW + timedelta(hours=24)

    def test_it_does_not_take_the_name_of_the_city_for_a_place(self) -> None:
        assert self.rule(self.w.file("pothole in Pune")) == rules.NO_PLACE

    def test_it_sorts_by_hand_where_no_office_answers(self) -> None:
        Area.objects.filter(organisation=self.w.pune).update(office=False)
        bump(REFERENCE)

        assert self.rule(self.w.file("pothole in Kothrud")) == rules.NO_OFFICE

    def test_it_guesses_for_the_person_who_sorts(self) -> None:
        complaint = self.w.file("bad road, no water, both at once")

        assert set(routing.guesses(complaint)) >= {self.w.resurfacing, self.w.no_water}

    def test_it_loses_no_odd_text(self) -> None:
        for text in (
            "???",
            "a\u0301" * 3000,
            "😀😀😀",
            "١٢٣",
            "\u200b\u200bwell",
            "नहीं" * 500,
        ):
            with self.subTest(text=text[:10]):
                assert self.w.file(text).status == "triage"


class OrganisationTests(RoutingCase):
    def _file(self, text: str, **over: Any) -> Complaint:
        return self.w.file(text, organisation=self.w.upp, **over)

    def test_it_follows_the_place_to_the_discom(self) -> None:
        complaint = self._file("light nahi hai Gomti Nagar me")

        assert complaint.organisation == self.w.mvv
        assert complaint.received_by == self.w.upp
        assert complaint.owner == self.w.ravi

    def test_it_follows_a_pin_to_the_discom(self) -> None:
        assert self._file("bijli nahi", pin="226010").organisation == self.w.mvv

    def test_it_follows_a_hashtag_before_a_place_in_words(self) -> None:
        complaint = self._file("#kesco light nahi, Gomti Nagar")

        assert complaint.organisation == self.w.kes
        assert complaint.status == "triage"  # its own places are not known here
        told = routing.sentence(complaint)
        assert "But the words name Gomti Nagar." in told

    def test_it_follows_a_name_in_the_text(self) -> None:
        complaint = self._file("light nahi. Kanpur company sleeps")

        assert complaint.organisation == self.w.kes

    def test_it_leaves_a_certain_place_against_a_hashtag_to_a_person(self) -> None:
        connection = Connection.objects.create(
            organisation=self.w.mvv, number="1700000002", area=self.w.gomti
        )
        complaint = self._file("#kesco light nahi", connection=connection)

        assert complaint.status == "triage"
        assert self.rule(complaint) == rules.CONFLICT

    def test_it_believes_a_certain_place_before_a_mere_name(self) -> None:
        complaint = self._file("Kanpur company light nahi", area=self.w.gomti)

        assert complaint.organisation == self.w.mvv
        assert complaint.owner == self.w.ravi

    def test_it_never_leaves_the_receiving_organisation(self) -> None:
        complaint = self.w.file("#kesco pothole in Kothrud")

        assert complaint.organisation == self.w.pune


class SentenceTests(RoutingCase):
    def test_it_says_where_and_because_of_which_words(self) -> None:
        complaint = self.w.file("Pothole near the school in Kothrud", pin="411038")

        assert routing.sentence(complaint) == (
            "Goes to Kothrud ward office, Roads, because of the words “Pothole”,"
            " “Kothrud”. Of the kind we are quite sure (88 %). The PIN 411038 lies in"
            " Kothrud. The words agree."
        )

    def test_it_says_what_contradicts(self) -> None:
        complaint = self.w.file("pothole", area=self.w.kothrud, pin="411007")

        told = routing.sentence(complaint)
        assert "The place Kothrud was chosen by a person." in told
        assert "But the PIN 411007 lies in Aundh." in told

    def test_it_says_what_else_was_likely(self) -> None:
        complaint = self.w.file("pothole, a bad road too, in Kothrud")

        assert "Next likely: Road needs resurfacing (" in routing.sentence(complaint)

    def test_it_says_why_a_person_sorts_it(self) -> None:
        told = routing.sentence(self.w.file("big pothole"))

        assert told.startswith("Put aside for sorting. The place is not known.")

    def test_it_says_that_the_point_lies_in_no_area(self) -> None:
        complaint = self.w.file("pothole", latitude=18.51, longitude=73.85)

        assert "No area holds the map point; Kothrud is nearest" in routing.sentence(
            complaint
        )

    def test_it_says_that_a_person_sent_it_on(self) -> None:
        told = routing.sentence(sent_to_aundh(self.w))
        assert told.startswith("A person sent it to Aundh ward office. Before that:")

    def test_it_speaks_the_readers_language(self) -> None:
        complaint = self.w.file()

        with override("hi"):
            assert "कोथरूड वार्ड कार्यालय" in routing.sentence(complaint)

    def test_it_has_nothing_to_say_of_a_complaint_without_a_decision(self) -> None:
        assert routing.sentence(Complaint(pk=0)) == ""
        assert routing.guesses(Complaint(pk=0)) == []


class PreviewTests(RoutingCase):
    def _preview(self, text: str, **over: Any) -> routing.Preview:
        given: dict[str, Any] = {
            "organisation": self.w.pune,
            "text": text,
            "source": "phone",
        } | over
        return routing.preview(Intake(**given), at=NOW)

    def test_it_promises_what_registering_then_does(self) -> None:
        shown = self._preview("Big pothole in Kothrud")
        complaint = self.w.file("Big pothole in Kothrud", phone=MEERA)

        assert shown.category == complaint.category
        assert shown.area == complaint.area
        assert shown.office == complaint.office
        assert shown.department == complaint.department
        assert shown.organisation == complaint.organisation
        assert shown.due_at == complaint.due_at
        assert shown.sentence() == routing.sentence(complaint)
        assert shown.confidence > 0.5
        assert not shown.emergency

    def test_it_says_what_is_missing(self) -> None:
        shown = self._preview("bad road, no water, both at once")

        assert shown.office is None
        assert len(shown.guesses) >= 2

    def test_it_sees_an_emergency(self) -> None:
        assert self._preview("a child fell in manhole").emergency

    def test_it_writes_nothing(self) -> None:
        self._preview("Big pothole in Kothrud")

        with self.assertNumQueries(0):
            self._preview("Big pothole in Kothrud")
        assert not Complaint.objects.exists()


class BudgetTests(RoutingCase):
    def _queries(self, reactions: dict[str, tuple[Reaction, ...]]) -> int:
        with (
            patch("complaints.unit._all_reactions", return_value=reactions),
            CaptureQueriesContext(connection) as asked,
        ):
            self.w.file()
        return len(asked)

    def test_it_routes_with_four_queries(self) -> None:
        """Complaint, event, decision, warning; custody goes with the desk's own."""
        self.w.file()
        without = self._queries({})

        assert self._queries({"registered": (routing.route,)}) == without + 4
