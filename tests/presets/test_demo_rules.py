"""Rules of the desk that the demonstration shows, and what they do to a complaint."""

from escalation.models import RoutingRule
from officers.models import Organisation
from officers.trees import REFERENCE
from operations.generation import bump
from presets import demo_rules
from tests.base import WorldTestCase


class DemoRulesTests(WorldTestCase):
    def setUp(self) -> None:
        super().setUp()
        Organisation.objects.filter(pk=self.w.pune.pk).update(code=demo_rules.HOUSE)
        bump(REFERENCE)

    def test_it_adds_them_once_in_their_order_and_leaves_one_to_be_tried(self) -> None:
        assert demo_rules.add() == len(demo_rules.RULES)
        assert demo_rules.add() == 0
        rows = RoutingRule.objects.order_by("position")
        assert [(row.name, row.active) for row in rows] == [
            ("Hospitals first", True),
            ("Children on their way to school", True),
            ("The press asks", False),
        ]

    def test_it_adds_none_to_what_somebody_wrote(self) -> None:
        RoutingRule.objects.create(organisation=self.w.pune, name="Own", flags=["x"])
        assert demo_rules.add() == 0

    def test_it_adds_none_without_the_city(self) -> None:
        Organisation.objects.filter(pk=self.w.pune.pk).update(code="PUNE")
        assert demo_rules.add() == 0

    def test_a_hospital_comes_first_and_a_school_is_marked(self) -> None:
        demo_rules.add()
        hospital = self.w.file("Pothole in front of the hospital, Kothrud")
        assert (hospital.criticality, hospital.flags) == ("high", ["hospital"])
        for text in ("Pothole near the school in Kothrud", "शाळेजवळ मोठा खड्डा, कोथरूड"):
            with self.subTest(text):
                school = self.w.file(text)
                assert school.flags == ["school"]
                assert school.criticality == self.w.pothole.criticality
                assert school.office == self.w.kothrud
        other = self.w.file("Pothole in Kothrud, a reporter was here")
        assert other.flags == []
