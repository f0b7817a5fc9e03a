"""What people put right, as a list and as a file; codes and figures, no words."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from complaints.cells import csv_lines
from escalation.models import Correction
from officers.scoped_admin import ScopedAdmin

if TYPE_CHECKING:
    _Rows = models.QuerySet[Any]
else:
    _Rows = models.QuerySet

COLUMNS = (
    "at", "number", "rule", "confidence", "from_category", "to_category",
    "from_office", "to_office", "from_organisation", "to_organisation",
)  # fmt: skip
_RELATED = (
    "complaint", "from_category", "to_category", "from_office", "to_office",
    "from_organisation", "to_organisation",
)  # fmt: skip
_KINDS = ("from_category", "to_category")


class CorrectionAdmin(ScopedAdmin):
    organisation_field = "from_organisation"
    read_only = True
    when_empty = _(
        "No correction yet. When somebody changes a category or an office that routing "
        "chose, it is listed here."
    )
    list_display = (
        "at", "number", "rule", "confidence", "from_category", "to_category",
        "from_office", "to_office",
    )  # fmt: skip
    list_select_related = _RELATED
    # Only kinds that stand in one's own rows are offered.
    list_filter = (
        "at",
        "rule",
        *((name, admin.RelatedOnlyFieldListFilter) for name in _KINDS),
    )
    fields = (*COLUMNS, "officer")
    readonly_fields = ("number",)
    ordering = ("-at", "-pk")
    actions = ("as_csv",)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        if lookup in {f"{name}__id__exact" for name in _KINDS}:
            return True
        return super().lookup_allowed(lookup, value, request)

    @admin.display(description=_("number"))
    def number(self, row: Correction) -> str:
        return row.complaint.number

    @admin.action(description=_("Save as CSV"), permissions=["view"])
    def as_csv(self, request: HttpRequest, rows: _Rows) -> StreamingHttpResponse:
        day = timezone.localdate().isoformat()
        return StreamingHttpResponse(
            csv_lines(COLUMNS, _cells(rows)),
            content_type="text/csv; charset=utf-8",
            headers={
                "Content-Disposition": f'attachment; filename="corrections-{day}.csv"'
            },
        )


def _cells(rows: _Rows) -> Iterator[tuple[Any, ...]]:
    found = rows.select_related(*_RELATED).defer(
        "from_office__boundary", "to_office__boundary"
    )
    for row in found.order_by("-at", "-pk").iterator(chunk_size=500):
        yield (
            row.at,
            row.complaint.number,
            row.rule,
            row.confidence,
            *(_code(getattr(row, name)) for name in COLUMNS[4:]),
        )


def _code(row: Any) -> str:
    return row.code if row is not None else ""
