"""Where it is: names, PIN codes, connections, points and their contradictions."""

from datetime import date

from complaints.models import Connection
from escalation.areas import places
from escalation.areas.places import find
from officers.models import Area, AreaPin
from officers.trees import REFERENCE
from operations.generation import bump
from tests.base import WorldTestCase, names

IN_KOTHRUD = (18.51, 73.83)
IN_AUNDH = (18.51, 73.81)


def square(left: float, low: float, side: float) -> dict[str, object]:
    right, high = left + side, low + side
    ring = [[left, low], [right, low], [right, high], [left, high], [left, low]]
    return {"type": "Polygon", "coordinates": [ring]}


class NameTests(WorldTestCase):
    def _area(self, text: str) -> str:
        area = find(self.w.pune, text=text).area
        return area.code if area else ""

    def test_it_finds_a_name_in_any_script_and_case(self) -> None:
        for text in ("pothole in KOTHRUD", "कोथरूड में गड्ढा", "Kothrood nahi, kothrud"):
            with self.subTest(text=text):
                assert self._area(text) == "Z2-KOTHRUD"

    def test_it_finds_a_name_with_a_marathi_ending(self) -> None:
        for text in ("कोथरूडमध्ये पाणी नाही", "औंधच्या रस्त्यावर खड्डा", "कोथरुडला पाणी नाही"):
            with self.subTest(text=text):
                assert self._area(text) in ("Z2-KOTHRUD", "Z2-AUNDH")

    def test_it_takes_the_longest_name(self) -> None:
        Area.objects.filter(pk=self.w.aundh.pk).update(words=["Karve"])
        bump(REFERENCE)

        assert self._area("dark lane near Karve Nagar") == "Z2-KOTHRUD"

    def test_it_takes_the_inner_of_two_areas_that_are_both_named(self) -> None:
        assert self._area("Sus, near Aundh, Pune") == "SUS"

    def test_it_does_not_take_the_name_of_the_city_for_a_place_beside_another(
        self,
    ) -> None:
        assert self._area("Pune, Kothrud, near the school") == "Z2-KOTHRUD"
        assert self._area("a road in Pune") == "PUNE"

    def test_it_takes_the_first_of_two_places_and_keeps_the_other(self) -> None:
        place = find(self.w.pune, text="road from Aundh to Kothrud")

        assert place.area == self.w.aundh
        assert place.others == (self.w.kothrud,)

    def test_it_does_not_guess_between_two_places_of_one_name(self) -> None:
        for area in (self.w.aundh, self.w.kothrud):
            Area.objects.filter(pk=area.pk).update(words=["Civil Lines"])
        bump(REFERENCE)

        assert find(self.w.pune, text="Civil Lines bada gaddha").area is None

    def test_it_finds_nothing_in_a_text_without_a_place(self) -> None:
        assert find(self.w.pune, text="bad road") == places.NOWHERE

    def test_it_leaves_out_areas_of_other_organisations(self) -> None:
        assert find(self.w.pune, text="Gomti Nagar").area is None
        assert find(self.w.upp, text="Gomti Nagar").area == self.w.gomti

    def test_it_follows_an_area_that_was_replaced(self) -> None:
        Area.objects.filter(pk=self.w.sus.pk).update(
            valid_to=date(2026, 6, 30), replaced_by=self.w.kothrud
        )
        bump(REFERENCE)

        before = find(self.w.pune, text="Sus", day=date(2026, 6, 30))
        after = find(self.w.pune, text="Sus", day=date(2026, 7, 1))

        assert before.area == self.w.sus
        assert after.area == self.w.kothrud


class PinTests(WorldTestCase):
    def test_it_finds_the_area_of_a_pin_however_it_is_typed(self) -> None:
        for pin in ("411038", "411 038", "४११०३८"):
            with self.subTest(pin=pin):
                place = find(self.w.pune, pin=pin)
                assert (place.area, place.how) == (self.w.kothrud, places.PIN)

    def test_it_finds_a_pin_in_the_text(self) -> None:
        assert find(self.w.pune, text="khadda hai, 411007").area == self.w.aundh
        assert find(self.w.pune, text="Pune 411 007 road").area == self.w.aundh

    def test_it_lets_the_text_decide_a_shared_pin(self) -> None:
        AreaPin.objects.create(area=self.w.aundh, pin="411038")
        bump(REFERENCE)

        place = find(self.w.pune, pin="411038", text="near Karve Nagar")

        assert place.area == self.w.kothrud
        assert place.others == (self.w.aundh,)
        assert place.agree == (places.WORDS,)

    def test_it_takes_the_first_by_code_of_a_shared_pin_and_keeps_the_others(
        self,
    ) -> None:
        AreaPin.objects.create(area=self.w.aundh, pin="411038")
        bump(REFERENCE)

        place = find(self.w.pune, pin="411038")

        assert place.area == self.w.aundh  # Z2-AUNDH is before Z2-KOTHRUD
        assert place.others == (self.w.kothrud,)

    def test_it_takes_the_outer_of_two_areas_that_share_a_pin(self) -> None:
        AreaPin.objects.create(area=self.w.sus, pin="411007")
        bump(REFERENCE)

        assert find(self.w.pune, pin="411007").area == self.w.aundh
        assert find(self.w.pune, pin="411007", text="Sus").area == self.w.sus

    def test_it_finds_nothing_for_an_unknown_pin(self) -> None:
        assert find(self.w.pune, pin="999999").area is None
        assert find(self.w.pune, pin="not a pin").area is None


class PointTests(WorldTestCase):
    def test_it_finds_the_area_that_holds_the_point(self) -> None:
        place = find(self.w.pune, point=IN_KOTHRUD)

        assert (place.area, place.how) == (self.w.kothrud, places.POINT)

    def test_it_takes_the_smallest_where_areas_overlap(self) -> None:
        small = self._market("MARKET", 0.004)

        place = find(self.w.pune, point=(18.512, 73.832))

        assert place.area == small
        assert place.others == (self.w.kothrud,)

    def test_it_takes_the_lower_code_where_areas_of_one_size_overlap(self) -> None:
        self._market("Z9-B", 0.004)
        first = self._market("Z9-A", 0.004)

        assert find(self.w.pune, point=(18.512, 73.832)).area == first

    def _market(self, code: str, side: float) -> Area:
        area = Area.objects.create(
            organisation=self.w.pune, parent=self.w.zone, code=code, level="market",
            names=names(code), boundary=square(73.83, 18.51, side),
        )  # fmt: skip
        bump(REFERENCE)
        return area

    def test_it_takes_the_nearest_within_two_kilometres_in_a_gap(self) -> None:
        place = find(self.w.pune, point=(18.51, 73.85))

        assert place.area == self.w.kothrud
        assert 1000 < place.metres < 1100

    def test_it_finds_nothing_far_from_every_area(self) -> None:
        assert find(self.w.pune, point=(18.51, 73.87)).area is None
        assert find(self.w.pune, point=(0.0, 0.0)).area is None
        assert find(self.w.pune, point=(89.99, 179.99)).area is None

    def test_it_leaves_out_a_boundary_that_cannot_be_read(self) -> None:
        Area.objects.filter(pk=self.w.aundh.pk).update(boundary={"type": "Nonsense"})
        bump(REFERENCE)

        with self.assertLogs("escalation.areas.boundaries", "ERROR"):
            place = find(self.w.pune, point=IN_KOTHRUD)

        assert place.area == self.w.kothrud


class OrderTests(WorldTestCase):
    def _connection(self, area: Area) -> Connection:
        return Connection.objects.create(
            organisation=self.w.pune, number="1700000001", area=area
        )

    def test_it_believes_the_connection_first(self) -> None:
        place = find(
            self.w.pune,
            connection=self._connection(self.w.aundh),
            point=IN_KOTHRUD,
            pin="411038",
            text="Kothrud",
        )

        assert (place.area, place.how) == (self.w.aundh, places.CONNECTION)
        assert [how for how, _area in place.against] == ["point", "pin", "words"]

    def test_it_believes_the_point_before_the_chosen_area(self) -> None:
        place = find(self.w.pune, point=IN_AUNDH, named=self.w.kothrud)

        assert place.area == self.w.aundh
        assert place.against == ((places.NAMED, self.w.kothrud),)

    def test_it_believes_the_chosen_area_before_the_pin_and_the_words(self) -> None:
        place = find(self.w.pune, named=self.w.kothrud, pin="411007", text="Kothrud")

        assert (place.area, place.how) == (self.w.kothrud, places.NAMED)
        assert place.against == ((places.PIN, self.w.aundh),)
        assert place.agree == (places.WORDS,)

    def test_it_lets_a_later_clue_name_a_smaller_area_inside(self) -> None:
        place = find(self.w.pune, pin="411007", text="Sus village")

        assert (place.area, place.how) == (self.w.sus, places.PIN)

    def test_it_leaves_the_place_of_a_connection_as_it_is(self) -> None:
        connection = self._connection(self.w.aundh)

        assert find(self.w.pune, connection=connection, text="Sus").area == self.w.aundh

    def test_it_asks_the_database_for_nothing_once_it_is_warm(self) -> None:
        find(self.w.pune, point=IN_KOTHRUD, pin="411038", text="Kothrud")

        with self.assertNumQueries(0):
            find(self.w.pune, point=IN_KOTHRUD, pin="411038", text="Kothrud")
