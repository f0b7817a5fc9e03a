"""Labelled texts in, honest figures out; nothing is written and nothing is needed."""

import re
import tempfile
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import TestCase, override_settings

from complaints.models import Complaint
from escalation.learning.evaluating import BadFile, Tally, read
from escalation.models import RoutingDecision
from officers.models import Organisation
from tests.base import WorldTestCase

HERE = Path(__file__).parent
SAMPLES = HERE.parents[2] / "shared/domain/sample_posts.csv"
LAST = re.compile(
    r"\nright (\d+), triage (\d+), wrong (\d+), confident-wrong (\d+) of (\d+)\n\Z"
)


def figures(out: str) -> tuple[int, ...]:
    found = LAST.search(out)
    assert found, out
    return tuple(map(int, found.groups()))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "posts.csv"


class ReadTests:
    def write(self, file: Path, *lines: str) -> Path:
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return file

    def test_it_reads_what_is_there_and_names_what_is_not_asked_for(
        self, file: Path
    ) -> None:
        self.write(
            file, "Text,expected_code,colour", '"no\nwater",MU24|MU25,red', "",
            "help,triage,blue",
        )  # fmt: skip
        rows, ignored = read(file)
        assert ignored == ["colour"]
        assert [row.line for row in rows] == [2, 5]
        assert rows[0].text == "no\nwater"
        assert rows[0].expected == ("MU24", "MU25")
        assert rows[0].emergency is None

    @pytest.mark.parametrize(
        ("lines", "fault"),
        [
            (["text,lang", "a,en"], "line 1: posts.csv has no column expected_code"),
            (["a,b"], "no column text and no expected_code"),
            (["text,expected_code,text"], "line 1: the column text is there twice"),
            (["text,expected_code"], "no rows"),
            (["text,expected_code", "a"], "line 2: 1 values for 2 columns"),
            (["text,expected_code", "a,MU01", "b,c,d"], "line 3: 3 values"),
            (["text,expected_code", ",MU01"], "line 2: text is empty"),
            (["text,expected_code", "a,"], "line 2: expected_code is empty"),
            (["text,expected_code,emergency", "a,MU01,so"], "line 2: emergency is"),
            (["text,expected_code", 'a,"b'], "line 2: "),
        ],
    )
    def test_it_names_the_line_of_a_fault(
        self, file: Path, lines: list[str], fault: str
    ) -> None:
        with pytest.raises(BadFile) as caught:
            read(self.write(file, *lines))
        assert fault in str(caught.value)

    def test_it_refuses_other_encodings_and_missing_files(self, file: Path) -> None:
        with pytest.raises(BadFile, match="cannot be read"):
            read(file)
        file.write_bytes("text,expected_code\nok,MU01\nperché,MU01\n".encode("latin-1"))
        with pytest.raises(BadFile, match="line 3: not UTF-8"):
            read(file)

    def test_a_tally_of_nothing_is_nothing(self) -> None:
        assert (
            Tally().last_line() == "right 0, triage 0, wrong 0, confident-wrong 0 of 0"
        )


def evaluated(file: Path, err: StringIO | None = None, **options: str) -> str:
    out = StringIO()
    call_command(
        "evaluate_routing", file, stdout=out, stderr=err or StringIO(), **options
    )
    return out.getvalue()


class DeskTests(WorldTestCase):
    """Of a desk that has the organisation already."""

    def evaluate(
        self, *rows: str, err: StringIO | None = None, **options: str
    ) -> tuple[str, str]:
        err = err or StringIO()
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "posts.csv"
            file.write_text("\n".join(rows), encoding="utf-8")
            return evaluated(file, err, **options), err.getvalue()

    def test_it_counts_by_language_and_writes_nothing(self) -> None:
        before = Complaint.objects.count(), RoutingDecision.objects.count()

        out, err = self.evaluate(
            "lang,text,expected_code,emergency,colour",
            "en,Big pothole in Kothrud,MU01,no,red",
            "en,Please do something,MU01,no,red",
            "en,Somebody fell in the manhole,MU19,yes,red",
            "hi,पानी नहीं,MU01,yes,red",
            "hi,नमस्ते,triage,no,red",
            root="PUNE",
        )

        assert figures(out) == (3, 1, 1, 1, 5)
        assert "the organisations of this database" in out
        assert "en: 3 texts, right 2 (67%), triage 1 (33%), wrong 0" in out
        assert "hi: 2 texts, right 1 (50%), triage 0 (0%), wrong 1" in out
        assert "MU01 → MU24  × 1" in out
        assert "MU01 → triage  × 1" in out
        assert "Emergencies: 1 of 2 found, 1 missed, 0 alarms" in out
        assert "missed, line 5: MU24" in out
        assert "line 5: MU01 → MU24 (1.00)" in out
        assert "colour" in err
        assert before == (Complaint.objects.count(), RoutingDecision.objects.count())

    def test_it_takes_one_language_only(self) -> None:
        rows = ("lang,text,expected_code", "en,pothole,MU01", "hi,गड्ढा,MU01")
        out, _err = self.evaluate(*rows, root="PUNE", language="hi")
        assert figures(out) == (1, 0, 0, 0, 1)
        with pytest.raises(CommandError):
            self.evaluate(*rows, root="PUNE", language="it")

    def test_it_says_which_line_it_cannot_ask(self) -> None:
        for rows, root, fault in (
            (
                ("text,expected_code", "a,MU01"),
                "",
                "line 2: no preset says whose it is",
            ),
            (("text,expected_code", "a,XX1"), "PUNE", "line 2: PUNE has no kind XX1"),
            (("text,expected_code", "a,MU01"), "NOBODY", "nobody known as “NOBODY”"),
        ):
            with self.subTest(fault=fault):
                err = StringIO()
                with pytest.raises(CommandError, match="was not evaluated"):
                    self.evaluate(*rows, root=root, err=err)
                assert fault in err.getvalue()


class BareTests(TestCase):
    """Of a checkout without organisations: all presets, in a database thrown away."""

    def test_it_brings_its_own_presets_and_leaves_no_trace(self) -> None:
        with connection.cursor():  # the desk's own connection stays
            out = evaluated(HERE / "own_posts.csv")

        right, _triage, wrong, confident, total = figures(out)
        assert "in a database that is thrown away" in out
        assert right >= 0.9 * total
        assert (wrong, confident) == (0, 0)
        assert not Organisation.objects.exists()

    def test_it_decides_the_samples_of_the_domain(self) -> None:
        if not SAMPLES.exists():
            self.skipTest("the domain's posts are not here")
        out = evaluated(SAMPLES)

        right, triage, wrong, confident, total = figures(out)
        assert total == 45
        assert right >= 42
        assert right + triage == 45
        assert (wrong, confident) == (0, 0)
        assert "Emergencies: 10 of 10 found, 0 missed, 0 alarms" in out

    def test_it_errs_seldom_on_posts_that_no_word_was_chosen_for(self) -> None:
        """The first sixty were written before a word was added; half were not looked
        at until the last. The others showed what was still missing."""
        out = evaluated(HERE / "fresh_posts.csv")

        right, _triage, wrong, confident, total = figures(out)
        assert total == 221
        assert right >= 190
        assert wrong <= 3
        assert confident <= 1

    def test_it_is_hardly_ever_sure_and_wrong_on_posts_of_strangers(self) -> None:
        """Written as citizens write, without a look at any labelled file; what they
        gave at first sight is in docs/routing.md."""
        out = StringIO()
        call_command("evaluate_routing", HERE / "blind_posts.csv", stdout=out)

        right, _triage, wrong, confident, total = figures(out.getvalue())
        assert total == 356
        assert right >= 305
        assert wrong <= 8
        assert confident == 0

    @override_settings(LANGUAGE_CODE="mr")
    def test_the_last_line_is_the_same_in_every_language(self) -> None:
        assert figures(evaluated(HERE / "own_posts.csv", language="it"))
