from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from channels_in.paper.columns import FIELDS, BadColumns, read_columns
from channels_in.paper.intake import Import, Outcome
from channels_in.paper.sheet import Unreadable, open_sheet
from complaints.models import Complaint, Event
from complaints.people import email_of, phone_of
from officers.models import Organisation
from tests.base import NOW, WorldTestCase

POSTS = Path(__file__).parents[3] / "shared/domain/sample_posts.csv"


class ImportCase(WorldTestCase):
    @pytest.fixture(autouse=True)
    def _folder(self, tmp_path: Path) -> Iterator[None]:
        self.file = tmp_path / "letters.csv"
        self.errors: list[str] = []
        self.remarks: list[str] = []
        yield

    def write(self, *lines: str) -> None:
        self.file.write_text("\n".join(lines) + "\n", encoding="utf-8")

    def run_it(self, *, dry_run: bool = False, **mapped: str) -> Outcome:
        self.errors.clear()
        self.remarks.clear()
        return Import(
            open_sheet(self.file, mapped),
            self.w.pune,
            clock=lambda: NOW,
            error=lambda line, why: self.errors.append(f"{line}: {why}"),
            remark=lambda line, why: self.remarks.append(f"{line}: {why}"),
            dry_run=dry_run,
        ).run()

    def only(self) -> Complaint:
        return Complaint.objects.get()


class ImportTests(ImportCase):
    def test_it_takes_a_full_line(self) -> None:
        self.write(
            "external_id,organisation,text,language,source,category,pin,area,place,"
            "name,phone,email,received_at",
            "L-7,PUNE,रस्त्यात मोठा खड्डा,mr,lokshahi,MU01,411038,Kothrud,Paud Road,"
            "Meera,99999-00001,Meera@Example.org,20/11/2026 09:30",
        )
        assert str(self.run_it()) == (
            "rows 1: routed 1, triage 0, refused 0, already there 0"
        )
        complaint = self.only()
        assert complaint.office == self.w.kothrud
        assert (complaint.source.code, complaint.language) == ("lokshahi", "mr")
        assert complaint.registered_at.isoformat() == "2026-11-20T04:00:00+00:00"
        assert (complaint.pin, complaint.place) == ("411038", "Paud Road")
        assert phone_of(complaint.citizen) == "+919999900001"
        assert email_of(complaint.citizen) == "meera@example.org"
        event = Event.objects.get(complaint=complaint, kind="registered")
        assert event.data["by"] == "import"
        assert not self.remarks

    def test_it_sends_what_nobody_can_tell_to_triage(self) -> None:
        self.write("text", "Please help us soon")
        assert str(self.run_it()).startswith("rows 1: routed 0, triage 1")
        assert self.only().status == "triage"

    def test_it_doubles_nothing_in_a_second_run(self) -> None:
        self.write(
            "id,text", "1,Pothole in Kothrud", ",Pothole in Aundh", ",Pothole in Aundh"
        )
        self.run_it()
        assert Complaint.objects.count() == 3
        assert str(self.run_it()) == (
            "rows 3: routed 0, triage 0, refused 0, already there 3"
        )
        assert Complaint.objects.count() == 3

    def test_it_goes_on_where_it_was_killed(self) -> None:
        self.write(
            "text", "Pothole in Kothrud", "Pothole in Aundh", "No water in Aundh"
        )

        def kill(done: int) -> None:
            raise KeyboardInterrupt

        work = Import(
            open_sheet(self.file, {}),
            self.w.pune,
            clock=lambda: NOW,
            error=lambda line, why: None,
            remark=lambda line, why: None,
        )
        with pytest.raises(KeyboardInterrupt):
            work.run(kill)
        assert Complaint.objects.count() == 1
        assert str(self.run_it()).endswith("already there 1")
        assert Complaint.objects.count() == 3

    def test_it_takes_the_good_lines_and_lists_the_bad(self) -> None:
        self.write(
            "id,text,received_at",
            "1,Pothole in Kothrud,",
            "2,,",
            "3,Pothole in Aundh,1900-01-01",
            "4,Pothole in Aundh,yesterday",
            "5,Pothole,2026-11-20,too much",
            "6,Pothole in Aundh,2026-11-29",
            "7,No water in Aundh,2026-11-20",
        )
        assert str(self.run_it()) == (
            "rows 7: routed 2, triage 0, refused 5, already there 0"
        )
        assert self.errors == [
            "3: Please fill this in.",
            "4: This date is more than three years ago. Please check it.",
            "5: “yesterday” is no date, as in 2026-11-21 or 21/11/2026",
            "6: 4 cells, but the header has 3",
            "7: This date lies in the future.",
        ]

    def test_it_refuses_another_text_under_a_number_it_has(self) -> None:
        self.write("id,text", "1,Pothole in Kothrud")
        self.run_it()
        self.write("id,text", "1,No water in Aundh")
        assert str(self.run_it()).startswith("rows 1: routed 0, triage 0, refused 1")
        assert "another complaint was imported" in self.errors[0]

    def test_it_writes_nothing_in_a_dry_run(self) -> None:
        self.write("text,area", "Big pothole,Kothrud", "Please help,", ",Kothrud")
        assert str(self.run_it(dry_run=True)) == (
            "rows 3: routed 1, triage 1, refused 1, already there 0"
        )
        assert not Complaint.objects.exists()

    def test_it_loses_nothing_that_it_cannot_read(self) -> None:
        self.write(
            "text,source,language,category,area,pin,phone,email,kind,organisation",
            "Pothole,pigeon,xx,NO99,Atlantis,12,call me,at home,rant,MARS",
        )
        assert self.run_it().counts["refused"] == 0
        complaint = self.only()
        assert (complaint.source.code, complaint.place) == ("paper", "Atlantis")
        assert complaint.organisation == self.w.pune
        assert len(self.remarks) == 9
        assert not any("call me" in remark for remark in self.remarks)

    def test_it_keeps_a_text_of_two_letters(self) -> None:
        self.write("text", "Tv")
        self.run_it()
        assert self.only().text == "“Tv”"


class ColumnTests:
    def test_it_knows_other_desks_names(self) -> None:
        columns = read_columns(["Service Request ID", "LANG", "channel", "Text"], {})
        assert list(columns.fields.values()) == [
            "external_id", "language", "source", "text",
        ]  # fmt: skip

    def test_it_names_what_it_leaves_out(self) -> None:
        columns = read_columns(["text", "colour", "details"], {})
        assert columns.ignored == ["colour", "details"]

    def test_it_takes_the_given_name_first(self) -> None:
        columns = read_columns(["text", "summary"], {"summary": "text"})
        assert (columns.fields, columns.ignored) == ({1: "text"}, ["text"])

    @pytest.mark.parametrize(
        ("header", "mapped", "said"),
        [
            (["a", "b"], {}, "Name one: --map COLUMN=text"),
            (["text"], {"text": "words"}, "“words” is no field. Fields: external_id"),
            (["text"], {"txt": "text"}, "no column “txt”"),
            ([], {}, "no header line"),
        ],
    )
    def test_it_says_what_to_do(
        self, header: list[str], mapped: dict[str, str], said: str
    ) -> None:
        with pytest.raises(BadColumns, match=said):
            read_columns(header, mapped)

    @given(st.lists(st.text(max_size=30), max_size=20))
    def test_it_uses_each_field_once(self, header: list[str]) -> None:
        try:
            columns = read_columns(header, {})
        except BadColumns:
            return
        used = list(columns.fields.values())
        assert len(used) == len(set(used)) and set(used) <= set(FIELDS)


class SheetTests:
    @pytest.mark.parametrize("delimiter", [",", ";", "\t"])
    def test_it_reads_what_a_spreadsheet_saves(
        self, tmp_path: Path, delimiter: str
    ) -> None:
        path = tmp_path / "file.csv"
        line = f'1{delimiter}"two\nlines"'
        path.write_text(f"\ufeffid{delimiter}text\r\n{line}\r\n\r\n", encoding="utf-8")
        sheet = open_sheet(path, {})
        (only,) = sheet.lines()
        assert (sheet.rows, only.number) == (1, 2)
        assert only.values == {"external_id": "1", "text": "two\nlines"}

    @pytest.mark.parametrize(
        ("content", "said"),
        [(b"text\n\xff\xfe\n", "not UTF-8"), (b"text\n" + b"x" * 1_100_000, "CSV")],
    )
    def test_it_refuses_a_file_it_cannot_read(
        self, tmp_path: Path, content: bytes, said: str
    ) -> None:
        path = tmp_path / "file.csv"
        path.write_bytes(content)
        with pytest.raises(Unreadable, match=said):
            open_sheet(path, {})


class CommandTests(ImportCase):
    def call(self, **options: object) -> tuple[str, str]:
        out, err = StringIO(), StringIO()
        call_command("import_complaints", self.file, stdout=out, stderr=err, **options)
        return out.getvalue(), err.getvalue()

    def test_it_sums_up(self) -> None:
        self.write("text,shoe", "Pothole in Kothrud,42")
        out, err = self.call()
        assert out == "rows 1: routed 1, triage 0, refused 0, already there 0\n"
        assert err == "columns left out: shoe\n"

    def test_it_takes_another_organisation(self) -> None:
        self.write("words", "Gomti Nagar me light nahi")
        self.call(organisation="UPP", map=["words=text"])
        assert self.only().received_by == self.w.upp

    def test_it_knows_its_organisations(self) -> None:
        self.write("text", "Pothole")
        with pytest.raises(CommandError, match=r"Known: KES, MVV, PUNE, UPP"):
            self.call(organisation="MARS")


@pytest.mark.skipif(not POSTS.exists(), reason="the sample posts are not here")
class SamplePostTests(ImportCase):
    def test_it_loses_none_of_them(self) -> None:
        Organisation.objects.filter(code="PUNE").update(code="PMC")
        Organisation.objects.filter(code="UPP").update(code="UPPCL")
        self.file = POSTS
        outcome = self.run_it()
        assert outcome.counts["refused"] == 0
        assert outcome.counts["routed"] + outcome.counts["triage"] == 45
        assert Complaint.objects.count() == 45
        power = Complaint.objects.filter(received_by=self.w.upp)
        assert power.count() == 15
        assert Complaint.objects.filter(criticality="emergency").exists()
