"""The month as a workbook: a job, for tens of thousands of rows take seconds.

The same columns, rows and reader as the CSV. Rights are looked at when it is asked
for, when it is made and when it is fetched; see asked.py.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any, BinaryIO

from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from complaints.actors import Actor
from complaints.refusals import NotAllowed
from operations.jobs import JobFailedError, RunningJob, fetched_if
from reports import asked
from reports.figures import received_in
from reports.month_rows import COLUMNS, FIELDS, Cell, Names, cells, risky
from reports.periods import Period

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

PAGE = 2000
MOST_ROWS = 1_048_575  # what a sheet holds, less its header
OPTIONS = {
    "constant_memory": True,  # a row is on the disk before the next one comes
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class _Stopped(Exception):
    """Somebody cancelled it: the half file goes."""


@fetched_if(asked.still_may)
def month_xlsx(job: RunningJob) -> None:
    period, language = asked.period_of(job.args), str(job.args["language"])
    at = job.now()
    try:
        actor = asked.reader_of(job.requested_by, job.args, at)
    except NotAllowed as refused:
        raise JobFailedError("not_allowed") from refused
    total = received_in(actor, period).count()  # the month's part of an index
    if total > MOST_ROWS:
        raise JobFailedError("too_many_rows")
    job.step(0, total)

    def fill(file: BinaryIO) -> None:
        write(file, _counted(job, pages(actor, period)), period, at)

    try:
        with translation.override(language):
            job.save_result(f"sunwai-{period.slug}.xlsx", fill)
    except _Stopped:
        return


def _counted(
    job: RunningJob, rows: Iterable[list[dict[str, Any]]]
) -> Iterator[dict[str, Any]]:
    done = 0
    for page in rows:
        yield from page
        done += len(page)
        # The total was an estimate: complaints come in while we write.
        job.step(done, max(done, job.total))
        if job.cancelled():
            raise _Stopped


def pages(actor: Actor, period: Period) -> Iterator[list[dict[str, Any]]]:
    """By key, not from one long query: nothing is held open between two pages."""
    rows = received_in(actor, period).order_by("registered_at", "pk")
    beyond = Q()
    while True:
        page = list(rows.filter(beyond).values("pk", *FIELDS)[:PAGE])
        if page:
            yield page
        if len(page) < PAGE:
            return
        last, pk = page[-1]["registered_at"], page[-1]["pk"]
        later = Q(registered_at__gt=last) | Q(registered_at=last, pk__gt=pk)
        beyond = Q(registered_at__gte=last) & later


def write(
    file: BinaryIO, rows: Iterable[dict[str, Any]], period: Period, at: datetime
) -> None:
    """In the language that is active now."""
    # Loaded here: no other page needs it.
    from xlsxwriter import Workbook

    names = Names()
    with Workbook(file, OPTIONS) as book:
        book.set_properties({"title": f"Sunwai {period.slug}", "created": at})
        sheet = _Sheet(book, _("Complaints"))
        sheet.head([str(column.label) for column in COLUMNS])
        for place, column in enumerate(COLUMNS):
            sheet.sheet.set_column(place, place, column.width)
        for row in rows:
            sheet.row(cells(row, names, period, at))
        _explain(_Sheet(book, _("Columns")), period, at)


def _explain(sheet: "_Sheet", period: Period, at: datetime) -> None:
    sheet.sheet.set_column(0, 0, 26)
    sheet.sheet.set_column(1, 1, 90)
    sheet.head([_("Column"), _("What it holds")])
    for column in COLUMNS:
        sheet.row([str(column.label), str(column.explained)])
    sheet.row([])
    sheet.row([_("Period"), period.label()])
    sheet.row([_("Time zone"), period.zone])
    sheet.row([_("As it stood on"), asked.moment(at, period)])


class _Sheet:
    """Rows one below the other; every text is a text, whatever it begins with."""

    def __init__(self, book: "Workbook", name: str) -> None:
        self.sheet: Worksheet = book.add_worksheet(name)
        self._bold: Format = book.add_format({"bold": True, "text_wrap": True})
        self._moment: Format = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        # The apostrophe of the CSV, as a workbook says it: edited, it stays a text.
        self._quoted: Format = book.add_format({"quote_prefix": True})
        self._next = 0

    def head(self, labels: list[str]) -> None:
        for place, label in enumerate(labels):
            self.sheet.write_string(0, place, label, self._bold)
        self.sheet.freeze_panes(1, 0)
        self._next = 1

    def row(self, values: Iterable[Cell]) -> None:
        for place, value in enumerate(values):
            self._cell(place, value)
        self._next += 1

    def _cell(self, place: int, value: Cell) -> None:
        sheet = self.sheet
        if isinstance(value, str):
            if value:
                quoted = self._quoted if risky(value) else None
                sheet.write_string(self._next, place, value, quoted)
        elif isinstance(value, datetime):
            sheet.write_datetime(self._next, place, value, self._moment)
        elif value is not None:
            sheet.write_number(self._next, place, value)
