"""What a door shows first: same kind or group, same place; none open, no query."""

from typing import Any

from complaints.models import Category
from incidents.models import Incident
from incidents.nearby import open_incidents
from incidents.services import close
from officers.models import Area
from tests.base import NOW
from tests.incidents.stage import burst_pipe, declared
from tests.incidents.test_incident_doors import IncidentTestCase

IN_KOTHRUD = (18.51, 73.83)


class OpenIncidentsTests(IncidentTestCase):
    def found(
        self,
        category: Category | None = None,
        area: Area | None = None,
        point: tuple[float, float] | None = None,
        **over: Any,
    ) -> list[Incident]:
        organisation = over.get("organisation", self.w.pune)
        return open_incidents(organisation, category, area, point, NOW)

    def test_none_open_costs_no_query(self) -> None:
        self.found(self.w.no_water, self.w.kothrud)
        with self.assertNumQueries(0):
            assert self.found(self.w.no_water, self.w.kothrud, IN_KOTHRUD) == []

    def test_it_is_found_by_kind_and_place_without_a_query(self) -> None:
        incident = declared(self.w, cause=burst_pipe(self.w))
        self.found(self.w.no_water, self.w.kothrud)
        with self.assertNumQueries(0):
            (row,) = self.found(self.w.no_water, self.w.kothrud)
            assert (row, str(row)) == (incident, "No water, Kothrud")
            assert row.cause is not None and row.cause.name == "A pipe burst"
        assert self.found(self.w.no_water, self.w.aundh) == []
        assert self.found(self.w.pothole, self.w.kothrud) == []

    def test_it_covers_what_lies_in_it(self) -> None:
        incident = declared(self.w, area=self.w.aundh)
        assert self.found(self.w.no_water, self.w.sus) == [incident]

    def test_a_place_that_it_lies_in_is_asked_but_not_the_whole_city(self) -> None:
        incident = declared(self.w, area=self.w.sus)
        assert self.found(self.w.no_water, self.w.aundh) == [incident]
        assert self.found(self.w.no_water, self.w.zone) == [incident]
        assert self.found(self.w.no_water, self.w.city) == []

    def test_kinds_of_its_group_come_behind_its_own(self) -> None:
        other = self.w._category(
            self.w.pune, "MU25", "Low pressure", self.w.water, 24, {}, hi="", mr="",
            it="", burst=True,
        )  # fmt: skip
        Category.objects.filter(pk=other.pk).update(group_code="MU2")
        other.refresh_from_db()
        weak = declared(self.w, category=other)
        dry = declared(self.w, area=self.w.zone)
        near = declared(self.w)
        assert self.found(self.w.no_water, self.w.kothrud) == [near, weak, dry]

    def test_while_no_kind_is_known_the_place_decides(self) -> None:
        incident = declared(self.w)
        assert self.found(None, self.w.kothrud) == [incident]
        assert self.found(None, self.w.zone) == []
        assert self.found(None, None) == []

    def test_a_point_stands_for_an_area(self) -> None:
        incident = declared(self.w)
        declared(self.w, area=self.w.aundh)
        self.found(self.w.no_water)
        with self.assertNumQueries(1):
            assert self.found(self.w.no_water, None, IN_KOTHRUD) == [incident]

    def test_confidential_kinds_are_shown_none(self) -> None:
        declared(self.w)
        assert self.found(self.w.bribe, self.w.kothrud) == []

    def test_other_houses_see_nothing(self) -> None:
        declared(self.w)
        assert self.found(self.w.no_supply, self.w.gomti, organisation=self.w.upp) == []

    def test_a_company_and_its_holding_see_the_same(self) -> None:
        head = self.w._officer("uma", "Uma", "hi", "dispatcher", self.w.mvv)
        incident = declared(
            self.w, organisation=self.w.mvv, area=self.w.gomti,
            category=self.w.no_supply, actor=self.w.actor(head),
        )  # fmt: skip
        for organisation in (self.w.upp, self.w.mvv):
            assert self.found(
                self.w.no_supply, self.w.gomti, organisation=organisation
            ) == [incident]
        assert self.found(None, self.w.gomti, organisation=self.w.kes) == []

    def test_what_is_over_is_shown_no_more(self) -> None:
        incident = declared(self.w)
        assert self.found(self.w.no_water, self.w.kothrud)
        close(incident, actor=self.w.actor(self.w.devika), at=NOW)
        assert self.found(self.w.no_water, self.w.kothrud) == []
