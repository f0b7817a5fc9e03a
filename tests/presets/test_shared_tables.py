"""Tables that presets share: what a folder has not, its bases fill in."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from complaints.models import Category, RejectReason
from escalation.models import EmergencyPhrase
from notices.models import Template
from operations.generation import forget_all
from presets.faults import BadPreset
from presets.load import is_loaded, load, read_and_check
from presets.reader import presets_root, read_texts
from presets.rows_more import TemplateRow
from tests.presets import tiny

NOW = datetime(2026, 11, 21, 3, 42, tzinfo=UTC)
TEXTS = (
    "key,audience,language,channel,text",
    "registered,citizen,en,any,{org}: shared {no}",
    "registered,citizen,hi,any,{org}: साझा {no}",
    "closed,citizen,en,any,{org}: {no} is closed. {url}",
    "closed,citizen,hi,any,{org}: {no} बंद हुई. {url}",
)


@pytest.fixture(autouse=True)
def fresh_caches() -> None:
    forget_all()


def base(root: Path, name: str = "_base", **tables: tuple[str, ...]) -> Path:
    folder = root / name
    folder.mkdir(exist_ok=True)
    for file, lines in tables.items():
        text = "\n".join(lines) + "\n"
        (folder / f"{file}.csv").write_text(text, encoding="utf-8")
    return folder


def faults(root: Path) -> list[str]:
    with pytest.raises(BadPreset) as refusal:
        read_and_check("town", root)
    return [str(fault) for fault in refusal.value.faults]


class FillingTests:
    def test_a_presets_own_line_wins(self, tmp_path: Path) -> None:
        tiny.write(tmp_path)
        base(tmp_path, templates=TEXTS)
        found = {(row.key, row.language): row.text for row in read_texts_of(tmp_path)}
        assert found["registered", "en"].startswith("{org}: complaint")
        assert found["closed", "hi"] == "{org}: {no} बंद हुई. {url}"
        assert len(found) == 4

    def test_the_base_that_is_named_comes_before_that_of_all(
        self, tmp_path: Path
    ) -> None:
        folder = tiny.write(tmp_path, templates=None)
        base(tmp_path, templates=TEXTS)
        own = (TEXTS[0], TEXTS[3].replace("is closed", "is shut"), TEXTS[4])
        base(tmp_path, "_water", templates=own)
        (folder / "uses.csv").write_text("base\n_water\n", encoding="utf-8")
        found = {(row.key, row.language): row.text for row in read_texts_of(tmp_path)}
        assert "is shut" in found["closed", "en"]
        assert "shared" in found["registered", "en"]

    def test_it_wants_no_base(self, tmp_path: Path) -> None:
        tiny.write(tmp_path)
        assert len(read_and_check("town", tmp_path).templates) == 2

    def test_it_knows_a_change_in_a_base_for_its_own(self, tmp_path: Path) -> None:
        folder = tiny.write(tmp_path)
        shared = base(tmp_path, templates=TEXTS)
        before = read_and_check("town", tmp_path).digest
        (shared / "sources.csv").write_text("code,name_en,name_hi\n")
        between = read_and_check("town", tmp_path).digest
        (folder / "uses.csv").write_text("base\n")
        assert len({before, between, read_and_check("town", tmp_path).digest}) == 3


def read_texts_of(root: Path) -> list[TemplateRow]:
    return read_texts(root / "town")


@pytest.mark.django_db
class LoadingTests:
    def test_shared_lines_become_those_of_the_folders_top(self, tmp_path: Path) -> None:
        pothole = tiny.FILES["categories.csv"]
        shared = tuple(line.replace("organisation,", "", 1).replace("TOWN,", "", 1)
                       for line in pothole)  # fmt: skip
        folder = tiny.write(tmp_path, categories=None, emergency_words=None)
        base(
            tmp_path, "_roads", categories=shared,
            emergency_words=("language,words,category", "en,fell in the hole,T01"),
        )  # fmt: skip
        (folder / "uses.csv").write_text("base\n_roads\n")
        load("town", at=NOW, root=tmp_path)
        assert Category.objects.get(code="T01").organisation.code == "TOWN"
        assert EmergencyPhrase.objects.get().organisation.code == "TOWN"
        assert load("town", at=NOW, root=tmp_path).nothing_changed

    def test_what_leaves_a_base_leaves_the_preset(self, tmp_path: Path) -> None:
        tiny.write(tmp_path)
        base(tmp_path, templates=TEXTS, reject_reasons=("code,name_en,name_hi",
             "court,Before a court,अदालत में"))  # fmt: skip
        load("town", at=NOW, root=tmp_path)
        assert Template.objects.filter(key="closed").count() == 2
        assert RejectReason.objects.filter(code__in=["abuse", "court"]).count() == 2
        base(tmp_path, templates=TEXTS[:3])
        assert not is_loaded("town", tmp_path)
        load("town", at=NOW, root=tmp_path)
        assert not Template.objects.filter(key="closed").exists()


class SharedFaultTests:
    def test_it_names_the_bases_file(self, tmp_path: Path) -> None:
        tiny.write(tmp_path)
        base(tmp_path, templates=(*TEXTS[:3], TEXTS[3].replace("{no}", "{no")))
        found = faults(tmp_path)
        assert found == [
            "_base/templates.csv, line 4, column text: a brace { or } is left open"
        ]

    def test_it_blames_the_base_for_what_a_preset_lacks(self, tmp_path: Path) -> None:
        tiny.write(tmp_path)
        base(tmp_path, templates=TEXTS[:4])
        assert faults(tmp_path) == [
            "_base/templates.csv, line 4, column language: no text of this key in hi"
        ]

    def test_it_finds_the_same_line_twice_in_a_base(self, tmp_path: Path) -> None:
        tiny.write(tmp_path)
        base(tmp_path, sources=("code,name_en,name_hi", "fax,Fax,फैक्स", "fax,Fax,फैक्स"))
        assert faults(tmp_path) == [
            "_base/sources.csv, line 3, column code: the same is on line 2"
        ]

    def test_it_takes_no_table_of_people_or_places(self, tmp_path: Path) -> None:
        tiny.write(tmp_path)
        base(tmp_path, staff=("username",))
        (found,) = faults(tmp_path)
        assert found.startswith("_base/staff.csv: a base holds no such table, only: ")

    def test_it_lists_the_bases_there_are(self, tmp_path: Path) -> None:
        folder = tiny.write(tmp_path)
        base(tmp_path, templates=TEXTS)
        (folder / "uses.csv").write_text("base\n_water\n")
        assert faults(tmp_path) == [
            "uses.csv, line 2, column base: “_water” is no base; there are: _base"
        ]


class OwnTablesTests:
    def test_no_preset_repeats_what_its_bases_say(self) -> None:
        """A line that is the same in both would hide a later change of the base."""
        for folder in presets_root().glob("*/templates.csv"):
            own = folder.read_text(encoding="utf-8").splitlines()[1:]
            if folder.parent.name.startswith("_"):
                continue
            bases = presets_root().glob("_*/templates.csv")
            shared = {
                line
                for each in bases
                for line in each.read_text(encoding="utf-8").splitlines()
            }
            assert not shared.intersection(own), folder
