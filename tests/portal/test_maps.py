import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.maps import Map, Point, Shape
from tests.portal.base import PortalTestCase

SQUARE = (
    (73.80, 18.50),
    (73.82, 18.50),
    (73.82, 18.52),
    (73.80, 18.52),
    (73.80, 18.50),
)
TALL = ((75.0, 20.0), (75.1, 20.0), (75.1, 22.0), (75.0, 22.0), (75.0, 20.0))
AUNDH = Shape("AUNDH", {"en": "Aundh - Baner", "hi": "औंध <>&"}, 1, (SQUARE,))
SHAPES = [AUNDH, Shape("TALL", {"en": "Tall"}, 1, (TALL,))]


@pytest.mark.parametrize("zoom", ["", "AUNDH", "TALL", "NOBODY"])
@given(data=st.data())
def test_a_press_means_the_place_that_is_shown_there(
    zoom: str, data: st.DataObject
) -> None:
    shown = Map(SHAPES, zoom)
    x = data.draw(st.integers(0, shown.width))
    y = data.draw(st.integers(0, shown.height))
    point = shown.locate(x, y)
    back = shown._pixel(point.longitude, point.latitude)
    assert abs(back[0] - x) <= 1 and abs(back[1] - y) <= 1


class PictureTests:
    def test_it_holds_whole_shapes_within_its_size(self) -> None:
        for zoom in ("AUNDH", "TALL"):
            shown = Map(SHAPES, zoom)
            assert shown.shown is not None
            for longitude, latitude in shown.shown.rings[0]:
                x, y = shown._pixel(longitude, latitude)
                assert 0 <= x <= shown.width and 0 <= y <= shown.height

    def test_it_knows_which_area_holds_a_point(self) -> None:
        shown = Map(SHAPES)
        assert shown.holding(Point(18.51, 73.81)) == "AUNDH"
        assert shown.holding(Point(21.0, 75.05)) == "TALL"
        assert shown.holding(Point(0, 0)) == ""

    def test_it_names_areas_safely(self) -> None:

        picture = Map([AUNDH]).picture(Point(18.51, 73.81), "hi")
        svg = base64.b64decode(picture.split(",")[1]).decode()
        assert "औंध" in svg and "&lt;&gt;&amp;" in svg


class MapPressTests(PortalTestCase):
    def test_it_opens_enlarges_and_takes_the_pin_away(self) -> None:
        opened = self.press("map-open").context
        shown = opened["map"]
        assert isinstance(shown, Map)
        x, y = shown._pixel(73.83, 18.51)
        page = self.press("check", **{"map.x": x, "map.y": y, "zoom": ""})
        self.assertEqual(page.context["map"].zoom, "Z2-KOTHRUD")
        self.assertAlmostEqual(page.context["point"].longitude, 73.83, places=3)
        self.assertContains(page, "Big pothole")
        point = page.context["point"]
        gone = self.press(
            "map-forget", zoom="Z2-KOTHRUD",
            latitude=point.latitude, longitude=point.longitude,
        )  # fmt: skip
        self.assertIsNone(gone.context["point"])

    def test_it_takes_the_keyboards_enter_for_no_place(self) -> None:
        for x, y in ((0, 0), (-5, 10), (9999, 9999), ("x", "")):
            page = self.press("check", **{"map.x": x, "map.y": y, "zoom": ""})
            self.assertIsNone(page.context["point"])
            self.assertContains(page, "Big pothole")

    def test_its_pin_says_where_it_goes(self) -> None:
        complaint = self.sent(
            place="", pin="", text="pothole here", latitude="18.51", longitude="73.81"
        )
        self.assertEqual(complaint.office, self.w.aundh)

    def test_it_bears_a_broken_pin(self) -> None:
        for latitude in ("nan", "inf", "x", "999"):
            page = self.press("edit", latitude=latitude, longitude="73", zoom="")
            self.assertEqual(page.status_code, 200)
            self.assertEqual(self.press(latitude=latitude).status_code, 200)

    def test_it_is_not_there_without_boundaries(self) -> None:
        page = self.client.get("/new/UPP/")
        self.assertNotContains(page, "Show it on a map")
