import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from shapely.geometry import Point, shape

from officers.models import Area
from presets.boundaries import load_boundaries
from presets.faults import BadPreset
from presets.load import load
from presets.reader import presets_root
from tests.base import NOW, WorldTestCase
from tests.presets import tiny

WARDS = Path(__file__).parents[3] / "shared/samples/geo/pune_admin_wards_2017.geojson"


def features(*pairs: tuple[str, dict[str, Any]], key: str = "name") -> str:
    rows = [
        {"type": "Feature", "properties": {key: name}, "geometry": outline}
        for name, outline in pairs
    ]
    return json.dumps({"type": "FeatureCollection", "features": rows})


class LoadBoundariesTests(WorldTestCase):
    @pytest.fixture(autouse=True)
    def _folder(self, tmp_path: Path) -> None:
        self.file = tmp_path / "wards.geojson"

    def given(self, text: str) -> None:
        self.file.write_text(text, encoding="utf-8")

    def refused(self, **options: Any) -> list[str]:
        with pytest.raises(BadPreset) as refusal:
            load_boundaries(self.w.pune, self.file, **options)
        return [str(fault) for fault in refusal.value.faults]

    def test_it_draws_by_code_and_by_name(self) -> None:
        east, west = tiny.square(73.7, 18.4), tiny.square(73.9, 18.4)
        self.given(features(("Z2-AUNDH", east), ("कोथरूड", west)))
        drawn = load_boundaries(self.w.pune, self.file)
        assert {area.code for area in drawn.areas} == {"Z2-AUNDH", "Z2-KOTHRUD"}
        self.w.aundh.refresh_from_db()
        assert self.w.aundh.boundary == east
        assert self.w.aundh.boundary_source == "wards.geojson"

    def test_it_finds_the_name_inside_a_longer_one(self) -> None:
        self.given(features(("Admin Ward 03 KOTHRUD Karveroad", tiny.square(73, 18))))
        drawn = load_boundaries(self.w.pune, self.file)
        assert [area.code for area in drawn.areas] == ["Z2-KOTHRUD"]

    def test_it_reads_the_property_it_is_told(self) -> None:
        self.given(features(("Aundh", tiny.square(73, 18)), key="ward_title"))
        assert self.refused() == [
            "wards.geojson, feature 1: no name in one of area, code, name, NAME, Name, "
            "ward_name, ward, title"
        ]
        drawn = load_boundaries(self.w.pune, self.file, name_property="ward_title")
        assert len(drawn.areas) == 1

    def test_it_takes_all_or_none(self) -> None:
        before = self.w.aundh.boundary
        self.given(
            features(("Aundh", tiny.square(73, 18)), ("Mars", tiny.square(1, 1)))
        )
        assert self.refused() == [
            "wards.geojson, feature 2 (Mars): no area has this name or code"
        ]
        self.w.aundh.refresh_from_db()
        assert self.w.aundh.boundary == before
        drawn = load_boundaries(self.w.pune, self.file, skip_unmatched=True)
        assert drawn.left_out == ["feature 2 (Mars)"]

    def test_it_says_what_is_wrong_with_an_outline(self) -> None:
        line: dict[str, Any] = {"type": "LineString", "coordinates": [[0, 0], [1, 1]]}
        broken: dict[str, Any] = {"type": "Polygon", "coordinates": [[[0, 0], "x"]]}
        self.given(features(("Aundh", line), ("Kothrud", broken)))
        first, second = self.refused()
        assert first.endswith(
            "feature 1 (Aundh): it is a LineString: a polygon is wanted"
        )
        assert "feature 2 (Kothrud): the outline cannot be read" in second

    def test_it_joins_two_features_only_when_told(self) -> None:
        self.given(
            features(
                ("Aundh", tiny.square(73, 18)), ("Aundh gaon", tiny.square(74, 18))
            )
        )
        assert "Join them with --map" in self.refused()[0]
        named = {"Aundh": "Z2-AUNDH", "Aundh gaon": "Z2-AUNDH"}
        load_boundaries(self.w.pune, self.file, named=named)
        self.w.aundh.refresh_from_db()
        assert self.w.aundh.boundary is not None
        assert self.w.aundh.boundary["type"] == "MultiPolygon"

    def test_it_asks_where_two_areas_fit(self) -> None:
        Area.objects.filter(pk=self.w.sus.pk).update(names={"en": "Aundh"})
        self.given(features(("Aundh", tiny.square(73, 18))))
        assert "fits several areas: Z2-AUNDH, SUS" in self.refused()[0]

    def test_it_refuses_what_is_no_geojson(self) -> None:
        self.given("ward;outline")
        assert "this is no GeoJSON" in self.refused()[0]

    def test_it_knows_its_organisations(self) -> None:
        self.given("{}")
        with pytest.raises(CommandError, match=r"no organisation “NOWHERE”.*PUNE"):
            call_command("load_boundaries", "NOWHERE", self.file)


@pytest.mark.django_db
@pytest.mark.skipif(not WARDS.exists(), reason="the sample maps are not here")
class RealWardsTests:
    def test_it_takes_the_wards_of_2017(self) -> None:
        load("pmc", at=NOW, root=presets_root())
        said = StringIO()
        pairs = {
            "Admin Ward 06 Yerawda - Sangamwadi": "PMC-Z1-W3",
            "Admin Ward 10 Sahakarnagar": "PMC-Z3-W1",
            "Admin Ward 14 Dhankawadi": "PMC-Z3-W1",
        }
        call_command(
            "load_boundaries",
            "PMC",
            WARDS,
            skip_unmatched=True,
            map=[f"{name}={code}" for name, code in pairs.items()],
            stdout=said,
        )
        assert "12 areas have their outline now." in said.getvalue()
        assert "left out: feature 9 (Admin Ward 09 Tilak Road)" in said.getvalue()
        kothrud = Area.objects.get(code="PMC-Z2-W2")
        assert kothrud.boundary_source == WARDS.name
        assert kothrud.boundary is not None
        assert shape(kothrud.boundary).contains(Point(73.815, 18.505))
