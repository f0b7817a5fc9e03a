"""Names of organisations, offices and categories, from the process's cache.

Joined to every complaint they would make the outbox's one query ten times as dear, and
carry each office's boundary along.
"""

from complaints.models import Category, Complaint, RejectReason
from complaints.reference import sources
from officers.reference import areas, organisations
from operations.generation import ReferenceCache

COMPLAINTS = "complaints"

_categories = ReferenceCache(
    COMPLAINTS, lambda: {row.pk: row for row in Category.objects.defer("words")}
)
_reasons = ReferenceCache(
    COMPLAINTS, lambda: {row.pk: row for row in RejectReason.objects.all()}
)


def with_names(complaint: Complaint) -> Complaint:
    """Give it the rows it points at; one that is not cached yet is read on demand."""
    for name, rows in (
        ("organisation", organisations.get()),
        ("received_by", organisations.get()),
        ("office", areas.get()),
        ("area", areas.get()),
        ("category", _categories.get()),
        ("reject_reason", _reasons.get()),
        ("source", sources.get()),
    ):
        row = rows.get(getattr(complaint, f"{name}_id"))
        if row is not None:
            setattr(complaint, name, row)
    return complaint
