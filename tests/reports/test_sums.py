"""The page, its lists and the CSV say the same."""

from typing import Any
from unittest import mock
from urllib.parse import parse_qsl

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext

from complaints.cells import safe
from complaints.models import Complaint
from officers.models import Area
from operations.keyset import Keyset
from reports import figures, month_csv
from reports.figures import Row
from reports.lists import behind
from reports.measures import COLUMNS, LABELS, conditions, verdicts
from reports.month_rows import FIELDS
from reports.periods import month_of, read
from reports.scope import reporting
from tests.reports.seeded import READ_AT, PagesTestCase, rows_of, seed

MONTH = "month=2026-11"
SIX = "from=2026-06-01&to=2026-11-30"


class EqualTests(PagesTestCase):
    seeded: list[Complaint]

    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        cls.seeded = seed(cls.w)

    def setUp(self) -> None:
        super().setUp()
        self.sign_in(self.w.chitra, "hi")

    def tables(self) -> dict[str, Any]:
        found: dict[str, Any] = self.get(f"/reports/?{MONTH}").context["tables"]
        return found

    def test_it_gives_every_complaint_the_verdict_that_the_query_gives(self) -> None:
        for name, condition in conditions(READ_AT).items():
            counted = set(
                Complaint.objects.filter(condition).values_list("number", flat=True)
            )
            told = {
                row["number"]
                for row in Complaint.objects.values(*FIELDS)
                if verdicts(row, READ_AT)[name]
            }
            assert counted == told, name

    def test_it_has_something_in_every_column(self) -> None:
        row = self.tables()["office"]["sum"]
        assert all(row.counts[name] for name in LABELS), row.counts

    def test_it_divides_the_received_into_three(self) -> None:
        for table in self.tables().values():
            for row in [*table["rows"], table["sum"]]:
                counts = row.counts
                parts = counts["resolved"] + counts["pending"] + counts["other"]
                assert counts["received"] == parts

    def test_it_adds_every_table_up_to_the_whole(self) -> None:
        actor = reporting(self.w.actor(self.w.chitra))
        period = month_of(READ_AT.date(), "Asia/Kolkata")
        whole = figures.total(actor, period, READ_AT)
        for name in ("office", "category"):
            added = self.tables()[name]["sum"]
            assert added.counts == whole.counts
            assert added.rating_sum == whole.rating_sum

    def test_it_equals_the_csv_cell_by_cell(self) -> None:
        month = rows_of(self.get(f"/reports/month.csv?{MONTH}"))
        six = rows_of(self.get(f"/reports/month.csv?{SIX}"))
        tables = self.tables()
        for row in tables["month"]["rows"]:
            day = row.period.first.strftime("%Y-%m")
            self.compare(row, [r for r in six if r[head("on")].startswith(day)])
        self.compare(tables["month"]["sum"], six)
        for name, column in (("office", "office"), ("category", "category")):
            for row in tables[name]["rows"]:
                label = "" if row.narrow[name] == figures.NONE else row.label
                self.compare(row, [r for r in month if r[head(column)] == label])
            self.compare(tables[name]["sum"], month)

    def compare(self, row: Row, lines: list[dict[str, str]]) -> None:
        for name in LABELS:
            with translation.override("hi"):
                heading = str(LABELS[name])
            added = sum(int(line[heading]) for line in lines)
            assert row.counts[name] == added, (row.label, name)
        ratings = [int(line[head("rating")]) for line in lines if line[head("rating")]]
        assert len(ratings) == row.counts["rated"]
        assert row.rating == (sum(ratings) / len(ratings) if ratings else None)

    def test_it_lists_as_many_as_the_number_says(self) -> None:
        actor = reporting(self.w.actor(self.w.chitra))
        for table in self.tables().values():
            for row in [*table["rows"], table["sum"]]:
                for cell in [*row.cells, row.rated]:
                    query = dict(parse_qsl(cell.query))
                    period = read(query, READ_AT, "Asia/Kolkata", "month")
                    listed = behind(actor, period, READ_AT, query)
                    assert listed.rows.count() == cell.value, (row.label, cell)

    def test_it_shows_the_list_page_by_page(self) -> None:
        cell = self.tables()["office"]["sum"].cell("received")
        small = (Keyset.page.__kwdefaults__ or {}) | {"size": 5}
        with mock.patch.object(Keyset.page, "__kwdefaults__", small):
            listed = self.numbers_listed(f"/reports/list/?{cell.query}")
        assert len(listed) == len(set(listed)) == cell.value > 10

    def test_it_links_every_cell(self) -> None:
        page = self.get(f"/reports/?{MONTH}").content.decode()
        tables = self.tables()
        lines = sum(len(table["rows"]) + 1 for table in tables.values())
        assert page.count('href="/reports/list/?') == lines * (len(COLUMNS) + 1)


def head(column: str) -> str:
    """The CSV's heading as the Hindi reader of these tests gets it."""
    names = {
        "on": "Registered on", "office": "Office", "category": "Category",
        "rating": "Rating",
    }  # fmt: skip
    with translation.override("hi"):
        return gettext(names[column])


class CsvTests(PagesTestCase):
    def test_it_has_headings_that_differ_in_every_language(self) -> None:
        for language, _name in settings.LANGUAGES:
            with translation.override(language):
                headings = month_csv.header()
            assert len(set(headings)) == len(headings), language

    def test_it_keeps_hindi_and_its_mark(self) -> None:
        self.w.file(category=self.w.pothole, area=self.w.kothrud)
        self.sign_in(self.w.chitra, "hi")
        response = self.get(f"/reports/month.csv?{MONTH}")
        body = b"".join(response)
        assert body.startswith(b"\xef\xbb\xbf")
        assert "सड़क में गड्ढा" in body.decode()
        assert "कोथरूड वार्ड कार्यालय" in body.decode()
        assert response["Content-Type"] == "text/csv; charset=utf-8"
        assert response["Content-Disposition"] == (
            'attachment; filename="sunwai-2026-11.csv"'
        )

    def test_it_takes_the_language_of_the_reader_though_fetched_later(self) -> None:
        self.w.file(category=self.w.pothole, area=self.w.kothrud)
        actor = reporting(self.w.actor(self.w.chitra))
        period = month_of(READ_AT.date(), "Asia/Kolkata")
        with translation.override("hi"):
            lines = month_csv.lines(actor, period, READ_AT)
        with translation.override("en"):
            assert "सड़क में गड्ढा" in "".join(lines)

    def test_it_is_no_formula(self) -> None:
        for risky in ("=1+1", "+1", "-1", "@A1", "\t=1", "\r=1", "＝1", "＋1", "－1"):  # noqa: RUF001 (full width)
            assert safe(risky) == f"'{risky}"
        assert safe("Pothole = bad") == "Pothole = bad"
        assert safe(None) == ""
        assert safe(0) == "0"

    def test_it_defuses_a_name_that_somebody_typed_in_the_admin(self) -> None:
        Area.objects.filter(pk=self.w.kothrud.pk).update(names={"en": "=cmd|'calc'"})
        self.w.file(category=self.w.pothole, area=self.w.kothrud)
        self.sign_in(self.w.chitra)
        rows = rows_of(self.get(f"/reports/month.csv?{MONTH}"))
        assert rows[0]["Place"] == "'=cmd|'calc'"

    def test_it_holds_no_words_and_no_person(self) -> None:
        self.w.file("My brother Ramesh fell here", place="12 Rose Lane")
        self.sign_in(self.w.chitra)
        body = b"".join(self.get(f"/reports/month.csv?{MONTH}")).decode()
        for secret in ("Ramesh", "Meera", "99999", "Rose Lane"):
            assert secret not in body

    def test_it_reads_the_month_by_a_fixed_number_of_queries(self) -> None:
        self.sign_in(self.w.chitra)
        self._fetch()  # warms the caches
        with self.assertNumQueries(11):
            self._fetch()
        for _each in range(4):
            self.w.file(category=self.w.pothole, area=self.w.kothrud)
        with self.assertNumQueries(11):
            self._fetch()

    def _fetch(self) -> None:
        b"".join(self.get(f"/reports/month.csv?{MONTH}"))

    def test_it_counts_minutes_late_only_for_what_is_late(self) -> None:
        late = self.w.file(category=self.w.pothole, area=self.w.kothrud)
        self.w.file(category=self.w.resurfacing, area=self.w.kothrud)
        self.sign_in(self.w.chitra)
        rows = rows_of(self.get(f"/reports/month.csv?{MONTH}"))
        minutes = {row["Number"]: row["Minutes late"] for row in rows}
        assert minutes.pop(late.number) == "1440"
        assert set(minutes.values()) == {""}
