"""Rows that every intake reads, kept in the process."""

from complaints.models import Category, Source
from operations.generation import ReferenceCache

# Bumped by whoever writes categories, sources, causes or reject reasons.
REFERENCE = "complaints"

sources = ReferenceCache(
    REFERENCE, lambda: {row.pk: row for row in Source.objects.all()}
)


def source(code: str) -> Source | None:
    """One that came a moment ago may not be kept yet: it is asked for."""
    kept = (row for row in sources.get().values() if row.code == code)
    return next(kept, None) or Source.objects.filter(code=code).first()


_confidential = ReferenceCache(
    REFERENCE,
    lambda: list(
        Category.objects.filter(confidential=True)
        .order_by("pk")
        .values_list("pk", flat=True)
    ),
)


def confidential() -> list[int]:
    """Keys of the categories that are not for every eye."""
    return _confidential.get()
