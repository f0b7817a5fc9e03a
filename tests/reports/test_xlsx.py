"""The month as a workbook says what the CSV says, to whom the CSV says it."""

import csv
import io
from datetime import datetime
from typing import Any
from unittest import mock

from django.urls import reverse
from django.utils import translation
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from officers.models import Area, Officer, Posting
from operations import running
from operations.models import Job
from operations.running import run_waiting
from reports import asked, month_csv, month_xlsx
from reports.month_rows import COLUMNS, risky
from reports.periods import month_of
from reports.scope import reporting
from tests.reports.seeded import READ_AT, PagesTestCase, seed

MONTH = "?month=2026-11"
RISKY = ("=1+1", "+1", "-1", "@A1", "\t=1", "\r=1", "＝1", "＋1", "－1", "＠1")  # noqa: RUF001 (full width)


class XlsxTestCase(PagesTestCase):
    def ask(self, query: str = MONTH, status: int = 302) -> Any:
        response = self.client.post(f"/reports/month.xlsx{query}")
        assert response.status_code == status
        return response

    def run_jobs(self) -> None:
        run_waiting(clock=self.now)

    def job(self) -> Job:
        return Job.objects.latest("pk")

    def result(self) -> str:
        return reverse("operations:job_result", args=[self.job().token])

    def making(self) -> str:
        return reverse("reports:making", args=[self.job().token])

    def book(self) -> dict[str, Worksheet]:
        """Asked for, made and fetched, as a browser does it."""
        self.ask()
        self.run_jobs()
        return self.opened(self.fetched())

    def fetched(self) -> bytes:
        response = self.client.get(self.result())
        assert response.status_code == 200
        return b"".join(response)  # read to its end, or the file stays open

    def opened(self, body: bytes) -> dict[str, Worksheet]:
        book = load_workbook(io.BytesIO(body))
        return {sheet.title: sheet for sheet in book.worksheets}


def as_csv(cell: Any) -> str:
    """A cell as the CSV writes it."""
    value = cell.value
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    text = "" if value is None else str(value)
    return f"'{text}" if risky(text) else text


class EqualTests(XlsxTestCase):
    def test_it_equals_the_csv_cell_by_cell(self) -> None:
        seed(self.w)
        self.sign_in(self.w.chitra, "hi")
        body = b"".join(self.get(f"/reports/month.csv{MONTH}")).decode("utf-8-sig")
        lines = list(csv.reader(io.StringIO(body)))
        with translation.override("hi"):
            sheet = next(iter(self.book().values()))
        rows = [[as_csv(cell) for cell in row] for row in sheet.iter_rows()]
        assert len(rows) == len(lines) > 10
        assert rows == lines

    def test_it_holds_dates_numbers_and_texts_as_such(self) -> None:
        complaint = self.w.file(category=self.w.pothole, area=self.w.kothrud)
        self.sign_in(self.w.chitra)
        sheet = self.book()["Complaints"]
        heads = [cell.value for cell in sheet[1]]
        row = dict(zip(heads, sheet[2], strict=True))
        assert row["Number"].value == complaint.number
        assert row["Number"].data_type == "s"
        # 03:42 in Greenwich
        assert row["Registered on"].value == datetime(2026, 11, 21, 9, 12)  # noqa: DTZ001 (local, as a sheet has it)
        assert row["Registered on"].is_date
        assert row["Received"].value == 1
        assert row["Rating"].value is None
        assert sheet.freeze_panes == "A2"

    def test_it_is_read_page_by_page_without_losing_or_doubling_one(self) -> None:
        numbers = {self.w.file().number for _each in range(5)}
        actor = reporting(self.w.actor(self.w.chitra))
        period = month_of(READ_AT.date(), "Asia/Kolkata")
        with mock.patch.object(month_xlsx, "PAGE", 2):
            found = [
                row["number"]
                for page in month_xlsx.pages(actor, period)
                for row in page
            ]
        assert len(found) == len(numbers)
        assert set(found) == numbers

    def test_it_explains_every_column_in_the_readers_language(self) -> None:
        self.sign_in(self.w.chitra, "hi")
        with translation.override("hi"):
            sheet = list(self.book().values())[1]
            expected = [(str(c.label), str(c.explained)) for c in COLUMNS]
        told = [(row[0].value, row[1].value) for row in sheet.iter_rows()]
        assert told[1 : len(COLUMNS) + 1] == expected
        assert "Asia/Kolkata" in {value for _name, value in told}

    def test_it_has_one_value_for_each_column(self) -> None:
        self.w.file()
        self.sign_in(self.w.chitra)
        body = b"".join(self.get(f"/reports/month.csv{MONTH}")).decode("utf-8-sig")
        for line in csv.reader(io.StringIO(body)):
            assert len(line) == len(COLUMNS) == len(month_csv.header())


class FormulaTests(XlsxTestCase):
    def test_it_is_none(self) -> None:
        self.w.file(category=self.w.pothole, area=self.w.kothrud)
        self.sign_in(self.w.chitra)
        for typed in RISKY:
            with self.subTest(typed=typed):
                self.compare(typed)

    def compare(self, typed: str) -> None:
        Area.objects.filter(pk=self.w.kothrud.pk).update(names={"en": typed})
        sheet = self.book()["Complaints"]
        heads = [cell.value for cell in sheet[1]]
        place = sheet[2][heads.index("Place")]
        assert place.data_type == "s"
        assert place.value == typed.replace("\r", "_x000D_")  # as a workbook writes it
        assert place.quotePrefix
        for row in sheet.iter_rows():
            assert {cell.data_type for cell in row} <= {"s", "n", "d"}


class RightsTests(XlsxTestCase):
    def test_it_is_asked_for_by_whom_the_csv_is_for(self) -> None:
        for officer in (self.w.hema, self.w.chitra, self.w.sunil):
            self.sign_in(officer)
            self.ask()
        for officer in (self.w.asha, self.w.omkar, self.w.admin):
            self.sign_in(officer)
            self.ask(status=403)
        assert Job.objects.count() == 3

    def test_it_is_not_made_by_looking(self) -> None:
        self.sign_in(self.w.chitra)
        assert self.client.get(f"/reports/month.xlsx{MONTH}").status_code == 405
        assert not Job.objects.exists()

    def test_it_holds_what_the_reader_may_see(self) -> None:
        kothrud = self.w.file(category=self.w.pothole, area=self.w.kothrud)
        self.w.file(category=self.w.no_water, area=self.w.aundh)
        self.sign_in(self.w.hema)
        sheet = self.book()["Complaints"]
        assert [row[0].value for row in sheet.iter_rows(min_row=2)] == [kothrud.number]

    def test_it_is_not_made_for_one_who_lost_the_posting(self) -> None:
        self.sign_in(self.w.chitra)
        self.ask()
        self.end_postings(self.w.chitra)
        self.run_jobs()
        assert (self.job().state, self.job().error) == ("failed", "not_allowed")
        assert not self.job().result_file

    def test_it_is_not_made_for_one_who_may_no_longer_sign_in(self) -> None:
        self.sign_in(self.w.chitra)
        self.ask()
        Officer.objects.filter(pk=self.w.chitra.pk).update(is_active=False)
        self.run_jobs()
        assert self.job().error == "not_allowed"

    def test_it_is_not_fetched_by_one_who_lost_the_posting(self) -> None:
        self.sign_in(self.w.chitra)
        self.ask()
        self.run_jobs()
        assert self.fetched()
        self.end_postings(self.w.chitra)
        assert self.client.get(self.result()).status_code == 404
        assert self.client.get(self.making()).status_code == 403

    def test_it_is_not_fetched_by_one_whose_posting_is_smaller_now(self) -> None:
        self.sign_in(self.w.zoya)
        self.ask()
        self.run_jobs()
        Posting.objects.filter(officer=self.w.zoya).update(area=self.w.kothrud)
        assert self.client.get(self.result()).status_code == 404
        assert "postings have changed" in self.get(self.making()).content.decode()

    def test_it_is_nobody_elses(self) -> None:
        self.sign_in(self.w.chitra)
        self.ask()
        self.run_jobs()
        self.sign_in(self.w.sunil)
        assert self.client.get(self.result()).status_code == 404
        assert self.client.get(self.making()).status_code == 404

    def end_postings(self, officer: Officer) -> None:
        Posting.objects.filter(officer=officer).delete()


class MakingTests(XlsxTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.w.file()
        self.sign_in(self.w.chitra)

    def page(self) -> str:
        body: str = self.get(self.making()).content.decode()
        return body

    def test_it_is_asked_for_on_the_reports_page(self) -> None:
        page = self.get(f"/reports/{MONTH}").content.decode()
        action = "/reports/month.xlsx?from=2026-11-01&amp;to=2026-11-30"
        assert f'action="{action}"' in page
        assert 'form="as-xlsx"' in page

    def test_it_shows_progress_then_the_file(self) -> None:
        assert self.ask()["Location"] == self.making()
        waiting = self.page()
        assert "<progress" in waiting
        assert 'http-equiv="refresh"' in waiting
        self.run_jobs()
        ready = self.page()
        assert self.result() in ready
        assert "It holds one complaint." in ready
        assert 'http-equiv="refresh"' not in ready
        assert (self.job().progress, self.job().total) == (1, 1)
        assert self.job().result_name == "sunwai-2026-11.xlsx"

    def test_it_is_made_once_however_often_it_is_asked_for(self) -> None:
        self.ask()
        self.ask()
        assert Job.objects.count() == 1
        self.run_jobs()
        self.ask()
        assert Job.objects.count() == 2

    def test_it_is_not_asked_for_without_end(self) -> None:
        for month in ("2026-08", "2026-09", "2026-10"):
            self.ask(f"?month={month}")
        page = self.ask(status=429).content.decode()
        assert "Wait for one of them" in page
        assert Job.objects.count() == asked.MOST_OPEN

    def test_it_refuses_a_period_that_is_none(self) -> None:
        self.ask("?month=2026-13", status=400)

    def test_it_can_be_stopped(self) -> None:
        self.ask()
        self.client.post(reverse("operations:job_cancel", args=[self.job().token]))
        assert "You stopped it" in self.page()
        self.run_jobs()
        assert not self.job().result_file

    def test_it_leaves_no_half_file_when_stopped_midway(self) -> None:
        self.ask()
        job = self.job()
        Job.objects.filter(pk=job.pk).update(cancel_requested=True)
        with mock.patch.object(running, "PROGRESS_SECONDS", 0):
            self.run_jobs()
        assert self.job().state == "cancelled"
        assert not self.job().result_file

    def test_it_says_why_there_is_no_file(self) -> None:
        self.ask()
        Job.objects.update(state="failed", error="gave_up", finished_at=READ_AT)
        assert "could not be made" in self.page()
        Job.objects.update(error="too_many_rows")
        assert "more rows than a sheet holds" in self.page()
        Job.objects.update(state="done", error="", result_file="")
        assert "kept for a week" in self.page()

    def test_it_does_not_begin_what_no_sheet_can_hold(self) -> None:
        self.ask()
        with mock.patch.object(month_xlsx, "MOST_ROWS", 0):
            self.run_jobs()
        assert self.job().error == "too_many_rows"

    def test_it_holds_no_words_and_no_person(self) -> None:
        self.w.file("My brother Ramesh fell here", place="12 Rose Lane")
        sheets = self.book()
        text = " ".join(
            str(cell.value)
            for sheet in sheets.values()
            for row in sheet.iter_rows()
            for cell in row
        )
        for secret in ("Ramesh", "Meera", "99999", "Rose Lane"):
            assert secret not in text
