from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from presets.cells import Cells
from presets.faults import BadPreset, Fault, UnknownPreset
from presets.load import read_and_check
from presets.reader import CSV_FILES
from tests.presets import tiny


def faults(tmp_path: Path) -> list[Fault]:
    with pytest.raises(BadPreset) as refusal:
        read_and_check("town", tmp_path)
    return refusal.value.faults


def only(tmp_path: Path) -> Fault:
    found = faults(tmp_path)
    assert len(found) == 1, found
    return found[0]


class FaultTests:
    @pytest.mark.parametrize(
        ("file", "line", "old", "new", "column", "reason"),
        [
            ("organisations", 2, "Asia/Kolkata", "Asia/Puna", "timezone", "time zone"),
            ("organisations", 2, ",city,", ",village,", "kind", "not one of"),
            ("organisations", 2, "en;hi", "en;fr", "languages", "“fr” is none of"),
            ("organisations", 2, "21:00", "9 pm", "quiet_from", "no time of day"),
            ("calendars", 2, "mon-fri", "mon-xyz", "hours", "xyz is no day"),
            ("calendars", 2, ",IN,MH", ",IN,XX", "holidays_subdiv", "no subdivision"),
            ("holidays", 2, "2026-11-11", "11.11.2026", "date", "no date"),
            ("departments", 2, "ROAD,TOWN", "ROAD,CITY", "organisation", "is not in"),
            ("areas", 3, "411001", "41100A", "pins", "no postal code"),
            ("areas", 3, "T-EAST,T-ALL", "T-EAST,T-X", "parent", "not in areas.csv"),
            ("areas", 2, "T-ALL,,", "T-ALL,T-EAST,", "parent", "above itself"),
            ("areas", 4, "T-WEST,", "T-EAST,", "code", "the same is on line 3"),
            ("categories", 2, ",high,", ",huge,", "criticality", "not one of"),
            ("categories", 2, "no,yes,yes", "no,maybe,yes", "safety", "yes nor no"),
            ("categories", 2, ",गड्ढा,ROAD", ",,ROAD", "name_hi", "language is missing"),
            ("prescribed_times", 2, ",24,", ",a day,", "hours", "no whole number"),
            ("prescribed_times", 2, ",24,", ",0,", "hours", "not between 1 and"),
            ("staff", 2, "99999-00001", "12345", "phone", "no telephone number"),
            ("staff", 2, "ekta@", "ekta at ", "email", "no e-mail address"),
            ("staff", 2, "2026-12-24..", "2027-12-24..", "leave", "before it begins"),
            ("postings", 2, ",officer,", ",boss,", "role", "not one of"),
            ("postings", 2, "east.officer", "nobody", "username", "not in staff.csv"),
            ("connections", 2, "99999-20001", "", "phone", "must not be empty"),
            ("templates", 2, "{no}", "{no", "text", "left open"),
            ("templates", 2, "{no}", "{no.x}", "text", "no field of a message"),
            ("templates", 3, ",hi,", ",en,", "key", "the same is on line 2"),
            ("articles", 2, ",roads,", ",sports,", "topic", "not one of"),
        ],
    )
    def test_it_names_file_line_column_and_reason(
        self,
        tmp_path: Path,
        file: str,
        line: int,
        old: str,
        new: str,
        column: str,
        reason: str,
    ) -> None:
        tiny.write(tmp_path, **tiny.edited(file, line, old, new))
        found = faults(tmp_path)
        fitting = [f for f in found if reason in f.reason and f.column == column]
        assert fitting, found
        fault = fitting[0]
        assert (fault.file, fault.line) == (f"{file}.csv", line)
        assert str(fault).startswith(f"{file}.csv, line {line}, column {column}: ")

    def test_it_tells_all_faults_of_all_files_at_once(self, tmp_path: Path) -> None:
        changes = tiny.edited("staff", 2, "99999-00001", "1") | tiny.edited(
            "postings", 3, ",dept_head,", ",king,"
        )
        tiny.write(tmp_path, **changes)
        assert [f.file for f in faults(tmp_path)] == ["postings.csv", "staff.csv"]

    def test_it_counts_lines_over_a_cell_with_line_breaks(self, tmp_path: Path) -> None:
        lines = list(tiny.FILES["articles.csv"])
        lines[1] = 'A1,TOWN,,roads,road,Roads,सड़क,"First\n\npart, long.",पहला'
        lines.append("A2,TOWN,,sports,,T,T,B,B")
        tiny.write(tmp_path, articles=tuple(lines))
        assert only(tmp_path).line == 5


class HeaderTests:
    def test_it_offers_the_column_that_is_meant(self, tmp_path: Path) -> None:
        tiny.write(tmp_path, **tiny.edited("causes", 1, "name_hi", "nmae_hi"))
        found = only(tmp_path)
        assert (found.line, found.column) == (1, "nmae_hi")
        assert "do you mean name_hi?" in found.reason

    def test_it_misses_a_column(self, tmp_path: Path) -> None:
        lines = ("code,name_en,name_hi", "W01,New,नई")
        tiny.write(tmp_path, wrapup_codes=lines)
        assert (only(tmp_path).column, only(tmp_path).line) == ("counts_as", 1)

    def test_it_refuses_semicolons(self, tmp_path: Path) -> None:
        tiny.write(tmp_path, sources=("code;name_en;name_hi", "phone;Phone;फोन"))
        assert "saved with semicolons" in only(tmp_path).reason

    def test_it_refuses_another_encoding(self, tmp_path: Path) -> None:
        folder = tiny.write(tmp_path)
        (folder / "sources.csv").write_bytes(b"code,name_en\nphone,T\xe9l\n")
        assert str(only(tmp_path)) == "sources.csv, line 2: save the file as UTF-8"

    def test_it_refuses_a_line_with_too_few_cells(self, tmp_path: Path) -> None:
        tiny.write(tmp_path, sources=("code,name_en,name_hi", "phone,Phone"))
        assert "2 cells, but the header has 3" in only(tmp_path).reason

    def test_it_needs_the_organisations(self, tmp_path: Path) -> None:
        tiny.write(tmp_path, calendars=None)
        assert str(only(tmp_path)) == "calendars.csv: this file is missing"

    def test_it_leaves_files_out_that_a_town_does_not_need(
        self, tmp_path: Path
    ) -> None:
        tiny.write(tmp_path, articles=None, connections=None, causes=None)
        assert read_and_check("town", tmp_path).articles == []


class BoundaryFileTests:
    def test_it_names_the_feature(self, tmp_path: Path) -> None:
        bow = {
            "type": "Polygon",
            "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]],
        }
        folder = tiny.write(tmp_path)
        outlines = tiny.collection(**{"T-EAST": tiny.square(73.8, 18.5), "T-WEST": bow})
        (folder / "boundaries.geojson").write_text(outlines)
        found = only(tmp_path)
        assert str(found).startswith("boundaries.geojson, feature 2: T-WEST: ")
        assert "not valid" in found.reason

    def test_it_knows_its_areas(self, tmp_path: Path) -> None:
        folder = tiny.write(tmp_path)
        outlines = tiny.collection(**{"T-NORTH": tiny.square(73.8, 18.5)})
        (folder / "boundaries.geojson").write_text(outlines)
        assert "is not in areas.csv" in only(tmp_path).reason

    def test_it_refuses_metres(self, tmp_path: Path) -> None:
        folder = tiny.write(tmp_path)
        outlines = tiny.collection(**{"T-EAST": tiny.square(380000, 2040000, 500)})
        (folder / "boundaries.geojson").write_text(outlines)
        assert "EPSG:4326" in only(tmp_path).reason


class UnknownPresetTests:
    def test_it_lists_those_there_are(self, tmp_path: Path) -> None:
        tiny.write(tmp_path).rename(tmp_path / "village")
        tiny.write(tmp_path)
        with pytest.raises(UnknownPreset, match="Known: town, village"):
            read_and_check("../etc", tmp_path)


class CellTests:
    @given(
        cell=st.text(max_size=200),
        file=st.sampled_from(sorted(CSV_FILES)),
    )
    def test_it_never_fails_on_a_cell(self, cell: str, file: str) -> None:
        """Whatever stands there is read or becomes a fault with its line."""

        class Anything(dict[str, str]):
            def get(self, key: str, default: object = None) -> str:
                return cell

        found: list[Fault] = []
        CSV_FILES[file][1](Cells(file, 7, Anything(), found))
        assert all(fault.line == 7 and fault.reason for fault in found)
