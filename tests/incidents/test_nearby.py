"""Is it known already? What stands open near by, the most alike first."""

from typing import Any

from complaints.actors import SYSTEM_ACTOR
from complaints.models import Complaint
from incidents.nearby import look_before
from incidents.services import join
from tests.base import NOW, WorldTestCase
from tests.incidents.stage import declared

HERE = (18.510, 73.830)


class LookBeforeTests(WorldTestCase):
    def _look(self, text: str = "pothole", **over: Any) -> list[Complaint]:
        given: dict[str, Any] = {
            "organisation": self.w.pune,
            "category": self.w.pothole,
            "area": self.w.kothrud,
            "point": None,
            "text": text,
            "at": NOW,
        } | over
        return look_before(**given)

    def _file(self, text: str, **over: Any) -> Complaint:
        given: dict[str, Any] = {"area": self.w.kothrud, "phone": ""} | over
        return self.w.file(text, **given)

    def test_it_finds_the_same_kind_in_the_same_area(self) -> None:
        same = self._file("pothole by the school")
        self._file("pothole by the school", area=self.w.aundh)

        assert self._look() == [same]

    def test_it_finds_kinds_of_the_same_group(self) -> None:
        road = self._file("bad road, resurfacing")  # MU0 as the pothole
        self._file("no water at all")

        assert self._look("bad road by the school, resurfacing") == [road]
        assert self._look("deep hole") == []

    def test_it_puts_the_most_alike_first(self) -> None:
        school = self._file("deep pothole in front of the Abhinav school gate")
        bridge = self._file("small pothole on the Rajaram bridge")

        assert self._look("pothole Abhinav school")[0] == school
        assert self._look("a pothole near Rajaram bridge")[0] == bridge

    def test_it_compares_texts_in_any_spelling(self) -> None:
        first = self._file("स्कूल के सामने सड़क में गड्ढा")
        self._file("सड़क में गड्ढा, पुल पर")

        assert self._look("सड़क में गड्ढा स्कूल के सामने")[0] == first

    def test_it_finds_what_is_within_three_hundred_metres(self) -> None:
        near = self._file("pothole", latitude=18.512, longitude=73.830, area=None)
        self._file("pothole", latitude=18.514, longitude=73.830, area=None)
        corner = (18.5122, 73.8322)  # inside the square, outside the circle
        self._file("pothole", latitude=corner[0], longitude=corner[1], area=None)

        assert self._look(area=None, point=HERE) == [near]

    def test_it_shows_open_complaints_only(self) -> None:
        done = self._file("pothole")
        Complaint.objects.filter(pk=done.pk).update(status="cancelled")

        assert self._look() == []

    def test_it_looks_thirty_days_back(self) -> None:
        self._file("pothole", at=self.later(days=-31))
        recent = self._file("pothole", at=self.later(days=-29))

        assert self._look() == [recent]

    def test_it_never_shows_a_confidential_kind(self) -> None:
        self._file("bribe asked", category=self.w.bribe)

        assert self._look(category=self.w.bribe) == []
        assert self._look("bribe", category=None) == []

    def test_it_looks_by_place_while_no_kind_is_known(self) -> None:
        first, second = self._file("pothole by the school"), self._file("no water")

        assert self._look("no water here", category=None) == [second]
        assert self._look("pothole, school", category=None) == [first]

    def test_it_stays_within_the_organisation(self) -> None:
        self._file("pothole", latitude=HERE[0], longitude=HERE[1])

        assert self._look(organisation=self.w.upp, category=None, point=HERE) == []

    def test_it_finds_nothing_without_a_place(self) -> None:
        self._file("pothole")

        assert self._look(area=None) == []

    def test_members_of_an_open_incident_are_left_to_it(self) -> None:
        alone, part = self._file("pothole"), self._file("pothole")
        incident = declared(self.w, category=self.w.pothole)
        join(part, incident, actor=SYSTEM_ACTOR, at=NOW, by="key")

        assert self._look() == [alone]

    def test_it_shows_as_many_as_were_asked_for(self) -> None:
        for _each in range(4):
            self._file("pothole")

        assert len(self._look(limit=3)) == 3

    def test_it_asks_twice_at_most(self) -> None:
        for _each in range(3):
            self._file("pothole", latitude=HERE[0], longitude=HERE[1])
        self._look(point=HERE)

        with self.assertNumQueries(2):
            for row in self._look(point=HERE):
                assert (row.category, row.area) == (self.w.pothole, self.w.kothrud)
